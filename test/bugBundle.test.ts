import { expect, test } from 'vitest';
import type {
  BugBundle,
  BundleFile,
  BundlePage,
  OpenOptions,
  QueryAnswer,
  Status,
} from '../worker/api.ts';
import { BUNDLE_BYTES_MAX, encodeBundleHead, parseBundle } from '../worker/bugBundle.ts';
import { parseQuery } from '../worker/queries.ts';
import { encodeBulk } from '../worker/wire/frames.ts';
import { LIVE_STATUS } from './support/fakeReplica.ts';
import { dumpRecords, textOf } from './support/opRecords.ts';
import { settle } from './support/settle.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

const OPTIONS: OpenOptions = { pipeline: 'default', address: 'ws://relay/crdt-sync' };

const PAGE: BundlePage = {
  savedAtMs: 1_700_000_000_000,
  browser: 'A browser 1.0',
  settings: { theme: 'dark', staleClaimMinutes: 60 },
  status: { ...LIVE_STATUS, address: 'wss://ann:secret@relay.example/crdt-sync/x?token=secret#y' },
};

async function openTab(hallTab: HallTab, options: OpenOptions = OPTIONS): Promise<HallTab> {
  const outcome = await hallTab.tab.open(options, hallTab.stream);
  if (outcome.type === 'refused') throw new Error(outcome.detail);
  return hallTab;
}

async function ask<Type extends QueryAnswer['type']>(
  { tab }: HallTab,
  query: Parameters<typeof tab.query>[0] & { readonly type: Type },
): Promise<Extract<QueryAnswer, { type: Type }>> {
  const answer = await tab.query(query);
  if (answer.type !== query.type) throw new Error(JSON.stringify(answer));
  return answer as Extract<QueryAnswer, { type: Type }>;
}

const save = async (hallTab: HallTab): Promise<string> =>
  (await ask(hallTab, { type: 'bug-bundle', page: PAGE })).text;

function lastStatus({ messages }: HallTab): Status | undefined {
  return messages.flatMap((one) => (one.type === 'status' ? [one.status] : [])).at(-1);
}

/** A leader with its own ops, ops of others, and one that waits. */
async function openBusyTab(): Promise<HallTab> {
  const leader = await openTab(createTabHall().createTab());
  const { pair, peer } = leader.dialler.last();
  pair.open();
  const texts = dumpRecords(60).map(textOf);
  peer.send(encodeBulk([...texts.slice(0, 40), ...texts.slice(50, 51)], 0));
  pair.listener.deliver();
  await settle();
  for (const name of ['One', 'Two']) await leader.tab.command({ type: 'add', fields: { name } });
  return leader;
}

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

test('INS21 no key that signs is in a bundle, and nothing of an address that may be secret', async () => {
  const hall = createTabHall();
  const leader = await openTab(hall.createTab());
  await leader.tab.command({ type: 'add', fields: { name: 'Mine' } });
  const { secretKey } = await hall.store.loadIdentity(() => {
    throw new Error('there is a key');
  });
  const text = await save(leader);
  const spellings = [
    Buffer.from(secretKey).toString('hex'),
    Buffer.from(secretKey).toString('base64'),
    [...secretKey].join(','),
    'secret',
    'token',
    'ann',
  ];
  expect(spellings.filter((spelling) => text.includes(spelling))).toEqual([]);
  const later = { ...PAGE, status: { ...PAGE.status, secretOfLaterVersions: 'hidden' } };
  const head = { pipeline: 'default', page: later, inspection: readBundle(text).inspection };
  expect(encodeBundleHead(head)).not.toContain('hidden');
});

function readBundle(text: string): BugBundle {
  const parsed = parseBundle(text);
  if (parsed.type === 'rejected') throw new Error(parsed.detail);
  return parsed.bundle;
}

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

test('INS23 a bundle is only looked at: it takes no command, dials nobody and stores nothing', async () => {
  const text = await save(await openBusyTab());
  const hall = createTabHall();
  hall.refuseStore({ type: 'refused', reason: 'storage-broken', detail: 'it was opened' });
  const replay = await openTab(hall.createTab(), { ...OPTIONS, bundle: new Blob([text]) });
  const outcome = await replay.tab.command({ type: 'add', fields: { name: 'More' } });
  await replay.tab.reconnect();
  expect([outcome.type, replay.dialler.dials.length, lastStatus(replay)?.durability]).toEqual([
    'refused',
    0,
    'memory',
  ]);
  expect(await replay.tab.query({ type: 'bug-bundle', page: PAGE })).toMatchObject({
    type: 'no-answer',
  });
  await replay.tab.close();
  expect(replay.stream.closed).toBe(true);
});

test('INS24 an op of a bundle that does not hold is refused like a peer’s, and the rest goes on', async () => {
  const good = readBundle(await save(await openBusyTab()));
  const [first = ''] = good.ops;
  const ops = [...good.ops, first.replace('"seq":1', '"seq":9'), 'nonsense', first];
  const bundle = new Blob([JSON.stringify({ ...good, ops })]);
  const replay = await openTab(createTabHall().createTab(), { ...OPTIONS, bundle });
  expect(lastStatus(replay)?.rejected).toEqual({ 'wrong-id': 1, unparsable: 1 });
  const exported = await ask(replay, { type: 'export-ops' });
  expect(exported.text.trim().split('\n')).toHaveLength(good.ops.length);
});
