/** The leader's side of the tab channel: streams to the other tabs and answers what they ask. */

import type { StreamMessage } from './api.ts';
import type { Leader } from './leader.ts';
import type { TabChannel } from './ports.ts';
import { type Answer, type Ask, isTabMessage, type TabMessage } from './tabMessages.ts';

export interface FollowerService {
  /** Tells the other tabs that there is a new leader. */
  announce(): void;
  /** Tells them that this one leads no more. */
  resign(): void;
  dispatch(message: unknown): void;
  stream(message: StreamMessage): void;
}

/** `name`: of this tab, unlike every other's. */
export function serveFollowers(leader: Leader, channel: TabChannel, name: string): FollowerService {
  const post = (message: TabMessage): void => channel.post(message);
  /** Another tab has what this one lost: it answers from now on. */
  let isRetired = false;

  function resign(): void {
    isRetired = true;
    post({ type: 'resigned', leader: name });
  }

  /** Only while the claim holds: who follows a tab that was fenced off would wait for it in vain. */
  async function welcome(tab: string): Promise<void> {
    if (!(await leader.checkClaim()) || isRetired) return;
    post({ type: 'welcome', tab, leader: name, messages: leader.snapshot() });
  }

  function takeMessage(message: TabMessage): void {
    if (isRetired) return;
    if (message.type === 'join') {
      void welcome(message.tab);
    } else if (message.type === 'ask' && message.leader === name) {
      const { tab, number, ask } = message;
      void answer(leader, ask).then((given) =>
        post({ type: 'answer', tab, number, answer: given }),
      );
    } else if (message.type === 'leading' || message.type === 'stream') {
      // Another tab leads too: one of the two has lost the store and may not know it.
      if (message.type === 'leading' && !leader.isDurable()) resign();
      else void leader.checkClaim();
    }
  }

  return {
    announce: () => post({ type: 'leading', leader: name }),
    resign,
    dispatch(message) {
      if (isTabMessage(message)) takeMessage(message);
    },
    stream(message) {
      if (!isRetired) post({ type: 'stream', leader: name, message });
    },
  };
}

async function answer(leader: Leader, ask: Ask): Promise<Answer> {
  switch (ask.type) {
    case 'command':
      return { type: 'outcome', outcome: await leader.command(ask.command) };
    case 'query':
      return { type: 'query', answer: await leader.query(ask.query) };
    case 'refresh-durability':
      await leader.refreshDurability();
      return { type: 'done' };
    case 'disconnect':
      await leader.disconnect();
      return { type: 'done' };
    case 'add-lag':
      await leader.addLag(ask.lagMs);
      return { type: 'done' };
    case 'wake':
      await leader.wake();
      return { type: 'done' };
    case 'set-token':
      await leader.setToken(ask.token);
      return { type: 'done' };
    case 'reconnect':
      await leader.reconnect();
      return { type: 'done' };
  }
}
