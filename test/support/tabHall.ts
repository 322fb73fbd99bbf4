/** A browser of tabs without a browser: one lock, one channel and one database a pipeline. */

import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { ReplicaApi, StreamMessage } from '../../worker/api.ts';
import type { MembershipDeps } from '../../worker/membership.ts';
import type { Lock, OpStore, StoreOpening, TabChannel } from '../../worker/ports.ts';
import { createTab } from '../../worker/tab.ts';
import { isTabMessage } from '../../worker/tabMessages.ts';
import { createFaultyOpStore } from './faultyOpStore.ts';
import { createHandDialler, type HandDialler } from './handDialler.ts';
import { createManualClock, type ManualClock } from './manualClock.ts';
import { createMemoryLogger } from './memoryLogger.ts';
import { createNobleSigner } from './nobleSigner.ts';
import { nobleVerifier } from './openedReplica.ts';
import { createSeededRandom } from './seededRandom.ts';

export interface HallTab {
  readonly tab: ReplicaApi;
  readonly dialler: HandDialler;
  readonly clock: ManualClock;
  readonly messages: readonly StreamMessage[];
  /** What `open` is given as stream; remembers whether it was closed. */
  readonly stream: { postMessage(message: unknown): void; close(): void; closed: boolean };
  /** As when its process is killed: the lock frees, and it says nothing any more. */
  kill(): void;
}

export interface TabHall {
  createTab(): HallTab;
  /** What opening the database answers from now on; null: it opens. */
  refuseStore(refusal: Extract<StoreOpening, { type: 'refused' }> | null): void;
  /** Writes are answered as if another tab had claimed the store, until a tab opens it. */
  fence(): void;
  /** The database opens and cannot be read. */
  failReads(): void;
  /** The record of this op is damaged from now on. */
  damage(key: string): void;
  /** The browser says that the database is gone. */
  loseStore(): void;
  /** All tabs hear this on their channel. */
  say(message: unknown): void;
  /** Who was the last to say that it leads. */
  leader(): string | undefined;
  /** Tabs made from now on have no locks. */
  withoutLocks(): void;
  readonly store: OpStore;
  /** Tokens for relays, by address. */
  readonly tokens: ReadonlyMap<string, string>;
  /** All that the tabs logged. */
  logged(): string;
}

export function createTabHall(): TabHall {
  const store = createFaultyOpStore();
  const tokens = new Map<string, string>();
  const logger = createMemoryLogger();
  const waitingForLock: ((held: { release(): void }) => void)[] = [];
  let isLocked = false;
  let hasLocks = true;
  let tellLost: (detail: string) => void = () => {};
  let refusal: StoreOpening | null = null;
  let isFenced = false;
  const listeners = new Map<object, (message: unknown) => void>();
  let tabs = 0;
  let leader: string | undefined;

  function passLockOn(): void {
    const next = waitingForLock.shift();
    isLocked = next !== undefined;
    next?.({ release: once(passLockOn) });
  }

  function createLock(heldBy: (release: () => void) => void): Lock {
    return {
      acquire: () =>
        new Promise((resolve) => {
          waitingForLock.push((held) => {
            heldBy(held.release);
            resolve(held);
          });
          if (!isLocked) passLockOn();
        }),
    };
  }

  return {
    store,
    tokens,
    logged: () => JSON.stringify(logger.lines),
    fence() {
      isFenced = true;
      store.fail('fenced');
    },
    failReads: () => store.failReads(),
    damage: (key) => store.damage(key),
    loseStore: () => tellLost('the database was deleted'),
    say(message) {
      for (const listener of [...listeners.values()]) listener(message);
    },
    leader: () => leader,
    refuseStore(next) {
      refusal = next;
    },
    withoutLocks() {
      hasLocks = false;
    },
    createTab() {
      tabs += 1;
      const identity = {};
      const messages: StreamMessage[] = [];
      const dialler = createHandDialler();
      const clock = createManualClock();
      let isAlive = true;
      let release = (): void => {};
      const channel: TabChannel = {
        post(message) {
          if (!isAlive) return;
          if (isTabMessage(message) && message.type === 'leading') leader = message.leader;
          const copy: unknown = structuredClone(message);
          for (const [owner, listener] of [...listeners]) if (owner !== identity) listener(copy);
        },
        listen: (onMessage) => {
          listeners.set(identity, onMessage);
        },
        close: () => {
          listeners.delete(identity);
        },
      };
      const deps: MembershipDeps = {
        createLock: () => (hasLocks ? createLock((free) => (release = free)) : null),
        createChannel: () => channel,
        openStore: async (_, onLost) => {
          tellLost = onLost;
          if (isFenced) store.mend();
          isFenced = false;
          return refusal ?? { type: 'opened', store };
        },
        createMemoryStore: createMemoryOpStore,
        createSigner: async (secretKey) => createNobleSigner(secretKey),
        verifier: nobleVerifier,
        dialler,
        tokens: {
          read: async (address) => tokens.get(address) ?? null,
          async write(address, token) {
            if (token === null) tokens.delete(address);
            else tokens.set(address, token);
          },
        },
        clock,
        random: createSeededRandom(`tab ${tabs}`),
        snapshotOps: 3,
        logger,
      };
      const stream = {
        closed: false,
        postMessage(message: unknown) {
          if (isAlive) messages.push(structuredClone(message) as StreamMessage);
        },
        close() {
          stream.closed = true;
        },
      };
      return {
        tab: createTab(deps),
        dialler,
        clock,
        messages,
        stream,
        kill() {
          isAlive = false;
          listeners.delete(identity);
          release();
        },
      };
    },
  };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
