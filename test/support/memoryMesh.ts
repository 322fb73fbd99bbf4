/**
 * Relays on sockets in memory and a clock that stands still: the production pipelines and peers, dialled
 * and dialling, with every frame of every connection at hand.
 */

import { readOp } from '../../worker/crdt/op.ts';
import type { ReceivedOp } from '../../worker/crdt/packedOp.ts';
import type { Socket, SocketHandlers, Verifier } from '../../worker/ports.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { acceptPeer, dialPeer } from '../../worker/relay/peers.ts';
import { openPipelineRelay, type PipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import type { Rendezvous } from '../../worker/sync/rendezvous.ts';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { createManualClock } from './manualClock.ts';
import { createMemoryLogger, type MemoryLogger } from './memoryLogger.ts';
import { createMemoryOpLog } from './memoryOpLog.ts';
import { openLog } from './opLogRecords.ts';
import { textOf } from './opRecords.ts';
import type { PlainPeer } from './plainPeer.ts';
import { createSeededRandom } from './seededRandom.ts';
import { createSocketPair, deaf, type PairFrame, type SocketPair } from './socketPair.ts';

type Connect = (handlers: SocketHandlers) => Socket;

export interface MeshRelay {
  readonly logger: MemoryLogger;
  /** Texts of what it holds, in order. */
  texts(): readonly string[];
  /** Dials another relay, by any name, until the mesh ends. */
  dial(other: string, alias?: string): void;
  accept(connect: Connect): void;
  /** Cuts every connection and starts again on the same disk; dials whom it dialled. */
  restart(): Promise<void>;
}

export interface MemoryMesh {
  addRelay(name: string): Promise<MeshRelay>;
  /** `peer` dials the relay. */
  join(peer: PlainPeer, relay: MeshRelay): SocketPair;
  /** Somebody who sends what the test says, and hears nothing. */
  connect(relay: MeshRelay): Socket;
  /** Delivers everything, lets dialled nodes answer and `durationMs` pass. */
  run(durationMs?: number): Promise<void>;
  /** Delivers the next frames of one connection after another, until nothing is under way. */
  flush(): Promise<void>;
  /** Frames with ops that were sent on all connections so far. */
  opFrames(): number;
  /** The most often that one op went one way over one connection. */
  mostCrossings(): number;
}

export function createMemoryMesh(seed: string): MemoryMesh {
  const clock = createManualClock();
  const threaded = createNodeVerifier(clock.yieldTurn);
  let verifications = 0;
  const verifier: Verifier = {
    async verify(checks, budget) {
      verifications += 1;
      const answers = await threaded.verify(checks, budget);
      verifications -= 1;
      return answers;
    },
  };
  const relays = new Map<string, MeshRelay>();
  const pairs: SocketPair[] = [];
  const unopened: SocketPair[] = [];

  function createPair(): SocketPair {
    const pair = createSocketPair();
    pairs.push(pair);
    unopened.push(pair);
    return pair;
  }

  async function addRelay(name: string): Promise<MeshRelay> {
    const opLog = createMemoryOpLog();
    const logger = createMemoryLogger();
    const own: SocketPair[] = [];
    const dialled: { readonly address: string; readonly other: string }[] = [];
    const rendezvous: Rendezvous[] = [];
    let accepted = 0;
    const open = async (): Promise<PipelineRelay> => {
      const log = await openLog(opLog, 'default');
      const opening = await openPipelineRelay({ name: 'default', log, verifier, clock, logger });
      if (opening.type !== 'opened') throw new Error(opening.detail);
      return opening.pipeline;
    };
    let pipeline = await open();

    function dial(other: string, address: string): void {
      const dialler = {
        dial(_: string, handlers: SocketHandlers): Socket {
          const pair = createPair();
          own.push(pair);
          relays.get(other)?.accept(pair.listener.connect);
          return pair.dialler.connect(handlers);
        },
      };
      const random = createSeededRandom(`${seed}/${name}/${address}`);
      rendezvous.push(dialPeer({ pipeline, address, dialler, clock, random, logger }));
    }

    const relay: MeshRelay = {
      logger,
      texts: () => opLog.records('default').map(textOf),
      dial(other, alias = other) {
        const address = `ws://${alias}/crdt-sync`;
        dialled.push({ address, other });
        dial(other, address);
      },
      accept(connect) {
        accepted += 1;
        acceptPeer({ pipeline, peer: `${name}#${accepted}`, connect, clock, logger });
        const pair = pairs.at(-1);
        if (pair !== undefined) own.push(pair);
      },
      async restart() {
        for (const one of rendezvous.splice(0)) one.stop();
        for (const pair of own.splice(0)) pair.cut();
        await pipeline.close();
        pipeline = await open();
        for (const { other, address } of dialled) dial(other, address);
      },
    };
    relays.set(name, relay);
    return relay;
  }

  async function flush(): Promise<void> {
    const isBusy = (): boolean =>
      verifications > 0 ||
      unopened.length > 0 ||
      pairs.some(({ dialler, listener }) => dialler.underWay() + listener.underWay() > 0);
    do {
      for (const pair of unopened.splice(0)) pair.open();
      for (const pair of pairs) await pair.flush();
    } while (isBusy());
  }

  return {
    addRelay,
    join(peer, relay) {
      const pair = createPair();
      relay.accept(pair.listener.connect);
      peer.join(pair.dialler.connect);
      return pair;
    },
    connect(relay) {
      const pair = createPair();
      relay.accept(pair.listener.connect);
      return pair.dialler.connect(deaf);
    },
    flush,
    async run(durationMs = 60_000) {
      await flush();
      for (let passedMs = 0; passedMs < durationMs; passedMs += 5000) {
        await clock.advance(5000);
        await flush();
      }
    },
    opFrames: () =>
      pairs
        .flatMap(({ dialler, listener }) => [...dialler.sent, ...listener.sent])
        .filter((frame) => opsOf(frame).length > 0).length,
    mostCrossings() {
      const ways = pairs.flatMap(({ dialler, listener }) => [dialler.sent, listener.sent]);
      return Math.max(0, ...ways.map((frames) => mostOf(frames.flatMap(opsOf).map(keyOf))));
    },
  };
}

function opsOf(frame: PairFrame): readonly ReceivedOp[] {
  const read = typeof frame === 'string' ? decodeText(frame) : decodeBinary(frame);
  if (read.type === 'op') return [read.text];
  return read.type === 'bulk' || read.type === 'compact' ? read.ops : [];
}

function keyOf(op: ReceivedOp): string {
  const read = readOp(op);
  return read.type === 'rejected' ? '' : read.key;
}

function mostOf(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
