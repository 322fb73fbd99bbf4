import { expect, test } from 'vitest';
import type { BundleFile } from '../worker/api.ts';
import { BUNDLE_BYTES_MAX, parseBundle } from '../worker/bugBundle.ts';
import { parseQuery } from '../worker/queries.ts';
import {
  ask,
  lastStatus,
  OPTIONS,
  openBusyTab,
  openTab,
  PAGE,
  readBundle,
  save,
} from './support/bundleTabs.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

/** What a page that joined now would show. */
async function freshView(leader: HallTab): Promise<unknown> {
  const items = await ask(leader, { type: 'export-ops' });
  return items.text;
}

test('INS20 a bundle that is opened shows the same stories, and holds the same ops', async () => {
  const leader = await openBusyTab();
  const text = await save(leader);
  const replay = await openTab(createTabHall().createTab(), {
    ...OPTIONS,
    address: null,
    bundle: new Blob([text]),
  });
  const another = await openTab(createTabHall().createTab(), {
    ...OPTIONS,
    address: null,
    bundle: new Blob([text]),
  });
  expect(await freshView(replay)).toBe(await freshView(leader));
  const snapshot = replay.messages.find(({ type }) => type === 'snapshot');
  expect(snapshot).toEqual(another.messages.find(({ type }) => type === 'snapshot'));
  const status = lastStatus(replay);
  expect([status?.held.ops, status?.rejected, status?.sync]).toEqual([
    lastStatus(leader)?.held.ops,
    {},
    { name: 'live' },
  ]);
});

test('INS20 the stories of a bundle are those of the view that it was saved from', async () => {
  const hall = createTabHall();
  const leader = await openTab(hall.createTab());
  for (const name of ['One', 'Two', 'Three']) {
    await leader.tab.command({ type: 'add', fields: { name, stage: '1_backlog' } });
  }
  const follower = await openTab(hall.createTab());
  const text = await save(follower);
  const bundle = new Blob([text]);
  const replay = await openTab(createTabHall().createTab(), { ...OPTIONS, address: null, bundle });
  const snapshotOf = ({ messages }: HallTab) => messages.find(({ type }) => type === 'snapshot');
  expect(snapshotOf(replay)).toEqual(snapshotOf(follower));
  expect(await ask(replay, { type: 'bundle-facts' })).toEqual({
    type: 'bundle-facts',
    facts: {
      pipeline: 'default',
      page: { ...PAGE, status: { ...PAGE.status, address: 'wss://relay.example/crdt-sync/x' } },
      inspection: (await ask(replay, { type: 'inspect', since: null })).inspection,
      ops: 3,
      held: 0,
    },
  });
});

test('INS22 a bundle is read strictly, whatever part is wrong', async () => {
  const text = await save(await openBusyTab());
  const good = readBundle(text);
  const status = good.page.status;
  const { inspection } = good;
  const [frame] = inspection.frames;
  const wrong: readonly (readonly [object, string])[] = [
    [{ format: 'another' }, 'it is not a bug bundle'],
    [{ version: 2 }, 'it was saved by another version of this page'],
    [{ more: 1 }, 'it has a part that this page does not know'],
    [{ pipeline: 'x'.repeat(65) }, 'its part pipeline cannot be read'],
    [{ ops: [1] }, 'its part ops cannot be read'],
    [{ held: null }, 'its part held cannot be read'],
    [{ page: { ...good.page, savedAtMs: '1' } }, 'its part page cannot be read'],
    [{ page: { ...good.page, settings: { a: {} } } }, 'its part page cannot be read'],
    [
      { page: { ...good.page, status: { ...status, role: 'king' } } },
      'its part page cannot be read',
    ],
    [{ page: { ...good.page, status: { ...status, more: 1 } } }, 'its part page cannot be read'],
    [
      { page: { ...good.page, status: { ...status, socket: { name: 'waiting' } } } },
      'its part page cannot be read',
    ],
    [{ inspection: { ...inspection, held: {} } }, 'its part inspection cannot be read'],
    [
      { inspection: { ...inspection, frames: [{ ...frame, kind: '<b>' }] } },
      'its part inspection cannot be read',
    ],
    [
      { inspection: { ...inspection, frames: Array.from({ length: 501 }, () => frame) } },
      'its part inspection cannot be read',
    ],
  ];
  const details = wrong.map(([change]) => parseBundle(JSON.stringify({ ...good, ...change })));
  expect(details).toEqual(wrong.map(([, detail]) => ({ type: 'rejected', detail })));
  const notOne = { type: 'rejected', detail: 'it is not a bug bundle' };
  const strange = ['', 'null', '[]', '{', text.slice(0, -3), '"text"', '{"__proto__":1}'];
  expect(strange.map((one) => parseBundle(one))).toEqual(strange.map(() => notOne));
  expect(parseQuery({ type: 'bug-bundle', page: { ...PAGE, more: 1 } })).toBeNull();
  expect(parseQuery({ type: 'bug-bundle' })).toBeNull();
});

test.each<[string, BundleFile]>([
  [
    `it has ${BUNDLE_BYTES_MAX + 1} bytes, and may have ${BUNDLE_BYTES_MAX}`,
    { size: BUNDLE_BYTES_MAX + 1, text: () => Promise.reject(new Error('it was read')) },
  ],
  ['Error: it is gone', { size: 1, text: () => Promise.reject(new Error('it is gone')) }],
  ['it is not a bug bundle', new Blob(['nonsense'])],
  ['it is no file', 'a text' as unknown as BundleFile],
])('INS22 a file that is no bundle is refused: %s', async (detail, bundle) => {
  const { tab, stream } = createTabHall().createTab();
  const outcome = await tab.open({ ...OPTIONS, address: null, bundle }, stream);
  expect(outcome).toEqual({ type: 'refused', reason: 'bad-bundle', detail });
});
