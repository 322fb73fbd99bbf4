/**
 * One tab's share in a pipeline. The tab that holds the lock leads; the others follow it and one of
 * them leads when it goes. Where there are no locks a tab is alone, with a store of its own.
 *
 * Invariant: a tab opens the store only while it holds the lock.
 */

import type { ItemView, OpenOptions, OpenRefusal, StreamMessage } from './api.ts';
import { createFollower, type Follower } from './follower.ts';
import { type Leader, type LeaderDeps, openLeader, type PipelineService } from './leader.ts';
import type { Lock, OpStore, StoreOpening, TabChannel } from './ports.ts';
import { type FollowerService, serveFollowers } from './serveFollowers.ts';
import { TAB_PROTOCOL_VERSION } from './tabMessages.ts';

export interface MembershipDeps
  extends Pick<
    LeaderDeps,
    | 'createMemoryStore'
    | 'createSigner'
    | 'verifier'
    | 'dialler'
    | 'tokens'
    | 'clock'
    | 'random'
    | 'logger'
    | 'snapshotOps'
  > {
  /** null: this realm has no locks. */
  readonly createLock: (name: string) => Lock | null;
  readonly createChannel: (name: string) => TabChannel;
  /** `onLost`: the store that was opened is gone, and nothing can bring it back. */
  readonly openStore: (name: string, onLost: (detail: string) => void) => Promise<StoreOpening>;
}

export interface Membership {
  /** Whoever this tab asks now. */
  service(): PipelineService;
  close(): Promise<void>;
}

export type JoinOutcome =
  | { readonly type: 'joined'; readonly membership: Membership }
  | { readonly type: 'refused'; readonly reason: OpenRefusal; readonly detail: string };

type OnMessage = (message: StreamMessage) => void;

/** Resolves when the first snapshot has been passed on, or when there can be none. */
export async function joinPipeline(
  deps: MembershipDeps,
  options: OpenOptions,
  onMessage: OnMessage,
): Promise<JoinOutcome> {
  const lock = deps.createLock(`huskies:${options.pipeline}`);
  if (lock === null) return joinAlone(deps, options, onMessage);
  return joinTabs({ deps, options, onMessage, lock });
}

async function joinAlone(
  deps: MembershipDeps,
  options: OpenOptions,
  onMessage: OnMessage,
): Promise<JoinOutcome> {
  const store = deps.createMemoryStore();
  const leader = await openLeader({
    ...deps,
    options,
    role: 'alone',
    store,
    onMessage,
    onFenced: () => {},
    onDamaged: () => {},
  });
  for (const message of leader.snapshot()) onMessage(message);
  return { type: 'joined', membership: { service: () => leader, close: leader.close } };
}

interface Leading {
  readonly leader: Leader;
  readonly followers: FollowerService;
  end(how: 'closed' | 'fenced' | 'damaged'): void;
}

interface TabsOptions {
  readonly deps: MembershipDeps;
  readonly options: OpenOptions;
  readonly onMessage: OnMessage;
  readonly lock: Lock;
}

function joinTabs({ deps, options, onMessage, lock }: TabsOptions): Promise<JoinOutcome> {
  const channel = deps.createChannel(`huskies:${TAB_PROTOCOL_VERSION}:${options.pipeline}`);
  let leading: Leading | null = null;
  /** A tab about to lead has shown its snapshot, and tells what follows from it. */
  let isShown = false;
  /** The store is this tab's: what another one still streams is older, or in the store already. */
  let hasStore = false;
  let isClosed = false;

  return new Promise((resolve) => {
    const membership: Membership = {
      service: () => leading?.leader ?? follower,
      close,
    };
    let hasJoined = false;
    const joined = (): void => {
      hasJoined = true;
      resolve({ type: 'joined', membership });
    };

    const tab = tabName(deps);
    const follower: Follower = createFollower({
      tab,
      channel,
      onMessage(message) {
        if (hasStore) return;
        onMessage(message);
        joined();
      },
    });
    channel.listen((message) => (leading?.followers ?? follower).dispatch(message));
    follower.join();
    const turns = takeTurns().catch((error: unknown) => {
      deps.logger.error('this tab can lead no more', { detail: String(error) });
      resolve({ type: 'refused', reason: 'storage-broken', detail: String(error) });
    });

    /** Leads whenever the lock is free, follows in between. */
    async function takeTurns(): Promise<void> {
      while (!isClosed) {
        const { release } = await lock.acquire();
        try {
          if (!isClosed) await lead();
        } finally {
          release();
        }
        if (isClosed) return;
        hasStore = false;
        follower.join();
      }
    }

    /** Resolves when this tab leads no more. */
    async function lead(): Promise<void> {
      const store = await openStore();
      if (store === null) return;
      hasStore = true;
      let end: Leading['end'] = () => {};
      const ended = new Promise<string>((resolveEnded) => {
        end = resolveEnded;
      });
      const onFenced = (): void => end('fenced');
      const onDamaged = (): void => end('damaged');
      const onView = (items: readonly ItemView[] | null): void => {
        isShown = items !== null;
        if (items !== null) onMessage({ type: 'snapshot', items });
      };
      let isOver = false;
      const parts = {
        ...deps,
        options,
        role: 'leader',
        // What was on its way to the disk when the store was claimed may be answered much later.
        onMessage(message: StreamMessage) {
          if (!isOver) tell(message);
        },
        onFenced,
        onDamaged,
        onView,
      } as const;
      const leader = await openLeader({ ...parts, store }).catch((error: unknown) => {
        deps.logger.error('the store cannot be read; going on in memory', {
          detail: String(error),
        });
        void store.close().catch(() => {});
        isShown = false;
        return openLeader({ ...parts, store: deps.createMemoryStore() });
      });
      for (const message of leader.snapshot()) {
        if (message.type !== 'snapshot' || !isShown) onMessage(message);
      }
      isShown = false;
      leading = { leader, followers: serveFollowers(leader, channel, tab), end };
      leading.followers.announce();
      follower.forgetAsked();
      joined();
      if (!isClosed && (await ended) === 'fenced') {
        deps.logger.warn('another tab has taken over', { pipeline: options.pipeline });
      }
      leading.followers.resign();
      leading = null;
      isOver = true;
      await leader.close();
    }

    /**
     * A database that cannot be opened leaves memory; a newer one, or one that an older tab blocks,
     * is for the user to resolve, unless this tab already shows a board. null: refused.
     */
    async function openStore(): Promise<OpStore | null> {
      const onLost = (detail: string): void => void leading?.leader.storeLost(detail);
      const opening = await deps.openStore(`huskies:${options.pipeline}`, onLost);
      if (opening.type === 'opened') return opening.store;
      const { reason, detail } = opening;
      deps.logger.error('the store could not be opened', { reason, detail });
      if (hasJoined || reason === 'storage-broken') return deps.createMemoryStore();
      resolve({ type: 'refused', reason, detail });
      await close();
      return null;
    }

    /** Before this tab's own first snapshot nothing is told: the snapshot has it. */
    function tell(message: StreamMessage): void {
      if (leading === null && !(isShown && message.type === 'patch')) return;
      onMessage(message);
      leading?.followers.stream(message);
    }

    async function close(): Promise<void> {
      isClosed = true;
      if (leading !== null) {
        leading.end('closed');
        await turns;
      }
      follower.forgetAsked();
      channel.close();
    }
  });
}

function tabName({ random }: MembershipDeps): string {
  return random.bytes(16).join('-');
}
