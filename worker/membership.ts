/**
 * One tab's share in a pipeline. The tab that holds the lock leads; the others follow it and one of
 * them leads when it goes. Where there are no locks a tab is alone, with a store of its own.
 *
 * Invariant: a tab opens the store only while it holds the lock.
 */

import type { OpenOptions, OpenRefusal, StreamMessage } from './api.ts';
import { createFollower, type Follower } from './follower.ts';
import { type Leader, type LeaderDeps, openLeader, type PipelineService } from './leader.ts';
import type { Lock, OpStore, StoreOpening, TabChannel } from './ports.ts';
import { type FollowerService, serveFollowers } from './serveFollowers.ts';
import { TAB_PROTOCOL_VERSION } from './tabMessages.ts';

export interface MembershipDeps
  extends Pick<
    LeaderDeps,
    'createSigner' | 'verifier' | 'dialler' | 'clock' | 'random' | 'logger'
  > {
  /** null: this realm has no locks. */
  readonly createLock: (name: string) => Lock | null;
  readonly createChannel: (name: string) => TabChannel;
  readonly openStore: (name: string) => Promise<StoreOpening>;
  readonly createMemoryStore: () => OpStore;
}

export interface Membership {
  /** Whoever this tab asks now. */
  service(): PipelineService;
  skipWait(): void;
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
  const leader = await openLeader({ ...deps, options, role: 'alone', store, onMessage });
  for (const message of leader.snapshot()) onMessage(message);
  const { skipWait, close } = leader;
  return { type: 'joined', membership: { service: () => leader, skipWait, close } };
}

interface TabsOptions {
  readonly deps: MembershipDeps;
  readonly options: OpenOptions;
  readonly onMessage: OnMessage;
  readonly lock: Lock;
}

function joinTabs({ deps, options, onMessage, lock }: TabsOptions): Promise<JoinOutcome> {
  const channel = deps.createChannel(`huskies:${TAB_PROTOCOL_VERSION}:${options.pipeline}`);
  let release = (): void => {};
  let leader: Leader | null = null;
  let followers: FollowerService | null = null;
  let isClosed = false;

  return new Promise((resolve) => {
    const membership: Membership = {
      service: () => leader ?? follower,
      skipWait: () => leader?.skipWait(),
      close,
    };
    const joined = (): void => resolve({ type: 'joined', membership });

    const follower: Follower = createFollower({
      tab: tabName(deps),
      channel,
      onMessage(message) {
        onMessage(message);
        joined();
      },
    });
    channel.listen((message) => (followers ?? follower).dispatch(message));
    follower.join();
    void lead().catch((error: unknown) => refuse('storage-broken', String(error)));

    async function lead(): Promise<void> {
      const held = await lock.acquire();
      release = held.release;
      if (isClosed) return release();
      const opened = await deps.openStore(`huskies:${options.pipeline}`);
      if (opened.type === 'refused') return refuse(opened.reason, opened.detail);
      const { store } = opened;
      leader = await openLeader({ ...deps, options, role: 'leader', store, onMessage: tell });
      for (const message of leader.snapshot()) onMessage(message);
      followers = serveFollowers(leader, channel);
      await follower.close();
      joined();
      if (isClosed) await close();
    }

    /** Before this tab's own first snapshot nothing is told: the snapshot has it. */
    function tell(message: StreamMessage): void {
      if (followers === null) return;
      onMessage(message);
      followers.stream(message);
    }

    function refuse(reason: OpenRefusal, detail: string): void {
      deps.logger.error('the store could not be opened', { reason, detail });
      void close();
      resolve({ type: 'refused', reason, detail });
    }

    async function close(): Promise<void> {
      isClosed = true;
      await (leader ?? follower).close();
      channel.close();
      release();
    }
  });
}

function tabName({ random }: MembershipDeps): string {
  return random.bytes(16).join('-');
}
