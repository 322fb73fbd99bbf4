/** A relay: the production pipeline and peers on a simulated disk and network. */

import { toHex } from '../../worker/crdt/bytes.ts';
import type { HeldLimits } from '../../worker/crdt/held.ts';
import type { LoggedOp, PipelineLog } from '../../worker/relay/opLog.ts';
import { acceptPeer, dialPeer } from '../../worker/relay/peers.ts';
import { openPipelineRelay, type PipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import { indexedOf } from '../support/opLogRecords.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { createDisk, type Disk } from './disk.ts';
import { createProcess, type Process } from './process.ts';
import type { Scene } from './scene.ts';
import { createSimulationLogger } from './simulationLogger.ts';

export interface RelayState {
  readonly log: LoggedOp[];
  readonly keys: Set<string>;
}

export interface RelayNode {
  readonly name: string;
  readonly address: string;
  readonly disk: Disk<RelayState>;
  /** null: it is down. */
  process(): Process | null;
  isStored(key: string): boolean;
  start(): void;
  kill(keptFrames: number, keeps: boolean): void;
}

export interface RelayOptions {
  readonly name: string;
  /** Whom it dials. */
  readonly rendezvous: readonly string[];
  readonly heldLimits: HeldLimits;
}

const OPS_PER_READ = 50;

export function createRelayNode(options: RelayOptions, scene: Scene): RelayNode {
  const { time, network, signing, ledger } = scene;
  const { name } = options;
  const address = `ws://${name}/crdt-sync`;
  const disk = createDisk<RelayState>(() => ({ log: [], keys: new Set() }));
  let process: Process | null = null;
  let starts = 0;
  let accepted = 0;

  function logOf(owner: Process): PipelineLog {
    return {
      id: toHex(createSeededRandom(`${scene.seed}/${name}/log`).bytes(16)),
      count: () => disk.state().log.length,
      bytes: () => 0,
      end: () => disk.state().log.length,
      async *readAt(offsets) {
        const { log } = disk.state();
        yield offsets.flatMap((offset) => log[offset] ?? []);
      },
      append: (records) =>
        disk.submit(owner, {
          strictness: 'strict',
          apply({ log, keys }) {
            for (const record of records) {
              log.push(record);
              keys.add(record.key);
            }
          },
        }),
      async replay(note) {
        for (const op of disk.state().log) note(indexedOf(op));
        return { type: 'replayed', damagedOps: 0 };
      },
      async *read(fromOffset, toOffset) {
        const log = disk.state().log.slice(fromOffset, toOffset);
        for (let at = 0; at < log.length; at += OPS_PER_READ) {
          yield log.slice(at, at + OPS_PER_READ);
        }
      },
    };
  }

  async function open(owner: Process): Promise<void> {
    const { verifier } = signing;
    const clock = time.clockOf(owner);
    const logger = createSimulationLogger(owner.name, ledger);
    const opening = await openPipelineRelay({
      name: 'default',
      log: logOf(owner),
      verifier,
      clock,
      logger,
      heldLimits: options.heldLimits,
    });
    if (opening.type === 'failed') ledger.violate(`${owner.name} did not open: ${opening.detail}`);
    else owner.run(() => serve(owner, opening.pipeline));
  }

  function serve(owner: Process, pipeline: PipelineRelay): void {
    const clock = time.clockOf(owner);
    const logger = createSimulationLogger(owner.name, ledger);
    network.listen(address, {
      process: owner,
      accept(connect) {
        accepted += 1;
        const peer = `${name}#${accepted}`;
        acceptPeer({ pipeline, peer, connect, clock, logger });
      },
    });
    for (const other of options.rendezvous) {
      dialPeer({
        pipeline,
        address: other,
        dialler: network.diallerOf(owner),
        clock,
        random: createSeededRandom(`${scene.seed}/${owner.name}`),
        logger,
      });
    }
  }

  return {
    name,
    address,
    disk,
    process: () => process,
    isStored: (key) => disk.state().keys.has(key),
    start() {
      if (process !== null) return;
      starts += 1;
      const owner = createProcess({
        name: `${name}/run${starts}`,
        host: name,
        onThrow: (error) => ledger.violate(`${owner.name} threw ${String(error)}`),
        onDeath() {
          disk.abandon(owner, false);
          network.bury(owner, 0);
          network.listen(address, null);
          process = null;
        },
      });
      process = owner;
      open(owner).catch((error: unknown) =>
        ledger.violate(`${owner.name} rejected: ${String(error)}`),
      );
    },
    kill(keptFrames, keeps) {
      if (process === null) return;
      disk.abandon(process, keeps);
      network.bury(process, keptFrames);
      process.kill();
    },
  };
}
