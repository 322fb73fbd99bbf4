import { expect, test } from 'vitest';
import type { OpenOptions, Query } from '../worker/api.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

const OPTIONS: OpenOptions = { pipeline: 'huskies', address: null };
const NOT_QUERIES: readonly unknown[] = [undefined, null, 'export-ops', {}, { type: 'drop' }, [1]];

async function openTab(tab: HallTab): Promise<HallTab> {
  await tab.tab.open(OPTIONS, tab.stream);
  return tab;
}

test('QRY1 a follower’s query is answered by the leader', async () => {
  const hall = createTabHall();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await leader.tab.command({ type: 'add', fields: { name: 'One' } });
  const answer = await leader.tab.query({ type: 'export-ops' });
  expect(answer).toEqual({ type: 'export-ops', text: expect.stringContaining('"One"') });
  expect(await follower.tab.query({ type: 'export-ops' })).toEqual(answer);
});

test('QRY2 refuses what is no query, and any where nothing is open', async () => {
  const hall = createTabHall();
  const { tab } = await openTab(hall.createTab());
  const answers = await Promise.all(NOT_QUERIES.map((query) => tab.query(query as Query)));
  expect(answers.map((answer) => 'reason' in answer && answer.reason)).toEqual(
    NOT_QUERIES.map(() => 'bad-query'),
  );
  expect(await hall.createTab().tab.query({ type: 'export-ops' })).toMatchObject({
    type: 'no-answer',
    reason: 'not-open',
  });
});
