import { expect, test } from 'vitest';
import type { ItemView, StreamMessage } from '../worker/api.ts';
import { createFollower } from '../worker/follower.ts';
import type { TabMessage } from '../worker/tabMessages.ts';
import { settle } from './support/settle.ts';

function follow() {
  const posted: unknown[] = [];
  const shown: StreamMessage[] = [];
  const channel = { post: (m: unknown) => posted.push(m), listen: () => {}, close: () => {} };
  const follower = createFollower({ tab: 'me', channel, onMessage: (one) => shown.push(one) });
  follower.join();
  return { follower, posted, shown, hear: (message: TabMessage) => follower.dispatch(message) };
}

const snapshot = (items: readonly ItemView[] = []): StreamMessage => ({ type: 'snapshot', items });
const patch = (id: string): StreamMessage => ({
  type: 'patch',
  changes: [{ type: 'remove', id }],
});
const welcome = (leader: string): TabMessage => ({
  type: 'welcome',
  tab: 'me',
  leader,
  messages: [snapshot()],
});
const stream = (leader: string, id: string): TabMessage => ({
  type: 'stream',
  leader,
  message: patch(id),
});

test('TAB13 a follower shows the stream of the latest leader alone', () => {
  const { hear, shown } = follow();
  hear(welcome('old'));
  hear({ type: 'leading', leader: 'new' });
  hear(stream('old', 'between'));
  hear(welcome('new'));
  hear(welcome('old'));
  hear(stream('old', 'fenced off'));
  hear(stream('new', 'real'));
  expect(shown).toEqual([snapshot(), snapshot(), patch('real')]);
});

test('TAB13 a follower asks the leader whose stream it shows', async () => {
  const { follower, hear, posted } = follow();
  hear(welcome('leader'));
  const query = { type: 'export-ops' } as const;
  const answer = { type: 'export-ops', text: 'ops' } as const;
  const exported = follower.query(query);
  hear({ type: 'answer', tab: 'me', number: 1, answer: { type: 'query', answer } });
  expect(posted.at(-1)).toEqual({
    type: 'ask',
    tab: 'me',
    leader: 'leader',
    number: 1,
    ask: { type: 'query', query },
  });
  expect(await exported).toEqual(answer);
});

test('TAB13 a follower whose leader resigns asks for another one', async () => {
  const { follower, hear, posted, shown } = follow();
  hear(welcome('first'));
  const asked = follower.command({ type: 'delete', id: 'x' });
  hear({ type: 'resigned', leader: 'another' });
  hear({ type: 'resigned', leader: 'first' });
  hear(welcome('second'));
  await settle();
  expect(await asked).toMatchObject({ type: 'refused', reason: 'leader-lost' });
  expect(posted.filter((one) => (one as TabMessage).type === 'join')).toHaveLength(2);
  expect(shown).toEqual([snapshot(), snapshot()]);
});

test('TAB13 a follower that has led meanwhile takes whoever welcomes it', () => {
  const { follower, hear, shown } = follow();
  hear({ type: 'leading', leader: 'long gone' });
  follower.join();
  hear(welcome('now'));
  expect(shown).toEqual([snapshot()]);
});

test('TAB19 what is asked while nobody leads waits for the leader that comes, and goes to it alone', async () => {
  const { follower, hear, posted } = follow();
  const command = { type: 'delete', id: 'x' } as const;
  const asked = follower.command(command);
  hear({ type: 'leading', leader: 'new' });
  hear(welcome('old'));
  const before = posted.filter((one) => (one as TabMessage).type === 'ask');
  hear(welcome('new'));
  const ask = { type: 'command', command } as const;
  expect(before).toEqual([]);
  expect(posted.at(-1)).toEqual({ type: 'ask', tab: 'me', leader: 'new', number: 1, ask });
  const outcome = { type: 'done', id: 'x', ops: 1 } as const;
  hear({ type: 'answer', tab: 'me', number: 1, answer: { type: 'outcome', outcome } });
  expect(await asked).toEqual(outcome);
});
