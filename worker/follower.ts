/** A tab that follows: it shows what the leader streams and asks through it. */

import type { CommandOutcome, StreamMessage } from './api.ts';
import type { PipelineService } from './leader.ts';
import type { TabChannel } from './ports.ts';
import { type Answer, type Ask, isTabMessage, type TabMessage } from './tabMessages.ts';

export interface Follower extends PipelineService {
  /** Asks the leader, if there is one, for the stream. */
  join(): void;
  /** Answers everything that was asked with `leader-lost`. */
  forgetAsked(): void;
  dispatch(message: unknown): void;
}

export interface FollowerDeps {
  /** Name of this tab, unlike every other's. */
  readonly tab: string;
  readonly channel: TabChannel;
  readonly onMessage: (message: StreamMessage) => void;
}

const LEADER_LOST: CommandOutcome = {
  type: 'refused',
  reason: 'leader-lost',
  detail: 'the tab that keeps this board went away before it answered',
};

/** What a leader that goes away was asked is answered with `leader-lost`. */
export function createFollower({ tab, channel, onMessage }: FollowerDeps): Follower {
  const asked = new Map<number, (answer: Answer | null) => void>();
  /** Asked while there was no leader to ask; sent to the next one. */
  let unsent: { readonly number: number; readonly question: Ask }[] = [];
  let askedSoFar = 0;
  /** Whose stream is shown; null: nobody's yet. */
  let leader: string | null = null;
  /** Who was the last to say that it leads; null: nobody that is still there. */
  let latest: string | null = null;

  const post = (message: TabMessage): void => channel.post(message);

  function ask(question: Ask): Promise<Answer | null> {
    askedSoFar += 1;
    const number = askedSoFar;
    return new Promise((resolve) => {
      asked.set(number, resolve);
      send(number, question);
    });
  }

  /** To one leader: of two that believe to lead, each would carry a command out. */
  function send(number: number, question: Ask): void {
    if (leader === null) unsent.push({ number, question });
    else post({ type: 'ask', tab, leader, number, ask: question });
  }

  function sendUnsent(): void {
    const waiting = unsent;
    unsent = [];
    for (const { number, question } of waiting) send(number, question);
  }

  function forgetAsked(): void {
    unsent = [];
    forgetSent();
  }

  function forgetSent(): void {
    const isUnsent = new Set(unsent.map(({ number }) => number));
    for (const [number, resolve] of asked) {
      if (isUnsent.has(number)) continue;
      asked.delete(number);
      resolve(null);
    }
  }

  function join(): void {
    leader = null;
    post({ type: 'join', tab });
  }

  function takeMessage(message: TabMessage): void {
    switch (message.type) {
      case 'leading':
        latest = message.leader;
        forgetSent();
        join();
        return;
      case 'resigned':
        if (message.leader === latest) latest = null;
        if (message.leader !== leader) return;
        forgetSent();
        join();
        return;
      case 'welcome':
        // A leader that was fenced off, and does not know it yet, says so too.
        if (message.tab !== tab || message.leader !== (latest ?? message.leader)) return;
        leader = message.leader;
        for (const one of message.messages) onMessage(asFollower(one));
        sendUnsent();
        return;
      case 'stream':
        if (message.leader === leader) onMessage(asFollower(message.message));
        return;
      case 'answer':
        if (message.tab !== tab) return;
        asked.get(message.number)?.(message.answer);
        asked.delete(message.number);
        return;
      case 'join':
      case 'ask':
        return;
    }
  }

  return {
    join() {
      // While this tab led it did not listen.
      latest = null;
      join();
    },
    forgetAsked,
    dispatch(message) {
      if (isTabMessage(message)) takeMessage(message);
    },
    async command(command) {
      const answer = await ask({ type: 'command', command });
      return answer?.type === 'outcome' ? answer.outcome : LEADER_LOST;
    },
    async query(query) {
      const answer = await ask({ type: 'query', query });
      return answer?.type === 'query' ? answer.answer : null;
    },
    async refreshDurability() {
      await ask({ type: 'refresh-durability' });
    },
    async wake() {
      await ask({ type: 'wake' });
    },
    async disconnect() {
      await ask({ type: 'disconnect' });
    },
    async addLag(lagMs) {
      await ask({ type: 'add-lag', lagMs });
    },
    async setToken(token) {
      await ask({ type: 'set-token', token });
    },
    async reconnect() {
      await ask({ type: 'reconnect' });
    },
    async close() {
      forgetAsked();
    },
  };
}

function asFollower(message: StreamMessage): StreamMessage {
  if (message.type !== 'status') return message;
  return { type: 'status', status: { ...message.status, role: 'follower' } };
}
