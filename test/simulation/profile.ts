/** One browser: its disk, its lock and channel, and its tabs, each with the whole worker in it. */

import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { Command, CommandOutcome, ReplicaApi, Status } from '../../worker/api.ts';
import type { OpRecord, OpStore } from '../../worker/ports.ts';
import { createTab } from '../../worker/tab.ts';
import { textOf } from '../support/opRecords.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { createFoldedView, type FoldedView } from './foldedView.ts';
import { createOrigin, type Origin } from './origin.ts';
import { createProcess, type Process } from './process.ts';
import type { Scene } from './scene.ts';
import { createSimulationLogger } from './simulationLogger.ts';
import { createTabDisk, openTabStore, type TabDisk } from './tabStore.ts';

export interface TabNode {
  readonly process: Process;
  readonly tab: ReplicaApi;
  readonly page: FoldedView;
  /** Commands that were given and not answered. */
  waiting(): number;
  command(command: Command): void;
}

export interface Profile {
  readonly name: string;
  readonly disk: TabDisk;
  readonly origin: Origin;
  /** Those that live. */
  tabs(): readonly TabNode[];
  openTab(): void;
  /** The process of one tab ends. `keeps`: what it had begun to write is written. */
  killTab(node: TabNode, keptFrames: number, keeps: boolean): void;
  /** The machine loses power: all tabs, and at most `lost` relaxed transactions. */
  cutPower(lost: number, keptFrames: number): void;
  /** Public keys that have signed here: another one when a disk breaks. */
  readonly signers: ReadonlySet<string>;
  /** On disk; or in memory, where a tab has told its user that the disk is broken. */
  isStored(key: string): boolean;
}

/** Few, so that most starts are from a snapshot. */
const SNAPSHOT_OPS = 4;

export function createProfile(name: string, address: string, scene: Scene): Profile {
  const { time, network, signing, ledger } = scene;
  const disk = createTabDisk();
  const origin = createOrigin();
  let tabs: TabNode[] = [];
  let opened = 0;
  const signers = new Set<string>();
  const keysInMemory = new Set<string>();

  function startTab(): TabNode {
    opened += 1;
    const tabName = `${name}/tab${opened}`;
    const page = createFoldedView((what) => ledger.violate(`${tabName}: ${what}`));
    const process = createProcess({
      name: tabName,
      host: name,
      onThrow: (error) => ledger.violate(`${tabName} threw ${String(error)}`),
      onDeath: () => bury(process, 0, false),
    });
    const tab = createTab({
      createLock: () => origin.lockOf(process),
      createChannel: () => origin.channelOf(process),
      async openStore() {
        const store = await openTabStore({ disk, process, onOwn: noteOwn });
        return store === null
          ? { type: 'refused', reason: 'storage-broken', detail: 'the disk fails' }
          : { type: 'opened', store };
      },
      createMemoryStore: () => noteMemory(createMemoryOpStore()),
      async createSigner(secretKey) {
        const made = await signing.createSigner(secretKey);
        signers.add(made.publicKey);
        return made;
      },
      verifier: signing.verifier,
      dialler: network.diallerOf(process),
      clock: time.clockOf(process),
      random: createSeededRandom(`${scene.seed}/${tabName}`),
      logger: createSimulationLogger(tabName, ledger),
      snapshotOps: SNAPSHOT_OPS,
    });
    let waiting = 0;

    async function giveCommand(command: Command): Promise<void> {
      waiting += 1;
      const outcome = await tab.command(command);
      process.run(() => {
        waiting -= 1;
        noteOutcome(command, outcome, page.status());
      });
    }

    const port = {
      postMessage: (message: unknown) => process.run(() => page.postMessage(message)),
      close: page.close,
    };
    tab.open({ pipeline: 'default', address }, port).then(
      (outcome) => {
        if (outcome.type === 'refused') process.run(() => process.kill());
      },
      (error: unknown) => ledger.violate(`${tabName} rejected open: ${String(error)}`),
    );
    return {
      process,
      tab,
      page,
      waiting: () => waiting,
      command(command) {
        giveCommand(command).catch((error: unknown) =>
          ledger.violate(`${tabName} rejected a command: ${String(error)}`),
        );
      },
    };
  }

  function noteOwn(records: readonly OpRecord[]): void {
    for (const record of records) ledger.noteMade(textOf(record));
  }

  function noteMemory(store: OpStore): OpStore {
    return {
      ...store,
      appendOwn(records) {
        noteOwn(records);
        for (const { key } of records) keysInMemory.add(key);
        return store.appendOwn(records);
      },
    };
  }

  /** What is done in memory is gone with its tab, and the user was told so. */
  function noteOutcome(command: Command, outcome: CommandOutcome, status: Status | null): void {
    if (outcome.type !== 'done' || status === null || isVolatile(status)) return;
    const { signer } = status;
    ledger.promises.push({ signer, item: outcome.id, command, ops: outcome.ops });
  }

  function bury(process: Process, keptFrames: number, keeps: boolean): void {
    tabs = tabs.filter((node) => node.process !== process);
    disk.abandon(process, keeps);
    network.bury(process, keptFrames);
    origin.bury(process);
  }

  return {
    name,
    disk,
    origin,
    tabs: () => tabs,
    openTab() {
      tabs.push(startTab());
    },
    killTab(node, keptFrames, keeps) {
      disk.abandon(node.process, keeps);
      network.bury(node.process, keptFrames);
      node.process.kill();
    },
    cutPower(lost, keptFrames) {
      for (const node of tabs) network.bury(node.process, keptFrames);
      // From the last one on, so that none gets the lock of one before.
      for (const node of [...tabs].reverse()) node.process.kill();
      disk.loseRelaxed(lost);
    },
    signers,
    isStored: (key) => disk.state().keys.has(key) || keysInMemory.has(key),
  };
}

/** What is done now is gone with the tab. */
export function isVolatile({ durability }: Status): boolean {
  return durability === 'memory' || durability === 'broken';
}
