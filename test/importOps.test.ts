import { expect, test } from 'vitest';
import { createMemoryOpStore } from '../worker/adapters/memoryOpStore.ts';
import type { ImportFate, Query } from '../worker/api.ts';
import { IMPORT_OPS_MAX } from '../worker/importOps.ts';
import type { OpStore, RemoteBatch } from '../worker/ports.ts';
import { openTestReplica } from './support/openedReplica.ts';
import { createSigner, insertOp, opText, setOp } from './support/opFactory.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

const OPTIONS = { pipeline: 'huskies', address: null } as const;
const signer = createSigner(9);
const made = insertOp({ signer });
const first = opText(made);
const { id } = made.inner;
const idHex = Buffer.from(id).toString('hex');
const second = opText(setOp(idHex, 'name', { signer, seq: 2 }));
const forged = opText(insertOp({ signer, seq: 3, signature: '11'.repeat(64) }));

async function openTab(tab: HallTab): Promise<HallTab> {
  await tab.tab.open(OPTIONS, tab.stream);
  return tab;
}

async function fatesOf(
  { tab }: HallTab,
  type: 'check-ops' | 'import-ops',
  ops: readonly string[],
): Promise<readonly ImportFate[]> {
  const answer = await tab.query({ type, ops });
  return 'fates' in answer ? answer.fates : [];
}

const exported = async ({ tab }: HallTab): Promise<string> => {
  const answer = await tab.query({ type: 'export-ops' });
  return answer.type === 'export-ops' ? answer.text : '';
};

const wrongSignature = {
  name: 'refused',
  reason: 'wrong-signature',
  detail: 'the signer did not sign this',
};
const notJson = { name: 'refused', reason: 'unparsable', detail: expect.any(String) };

test('IMP1 checking ops says what would become of each and lets none in', async () => {
  const tab = await openTab(createTabHall().createTab());
  const fates = await fatesOf(tab, 'check-ops', [first, forged, '{', first]);
  expect(fates).toEqual([{ name: 'new' }, wrongSignature, notJson, { name: 'known' }]);
  expect(await exported(tab)).toBe('');
});

test('IMP2 imported ops are judged as those of a peer, and told one by one', async () => {
  const tab = await openTab(createTabHall().createTab());
  expect(await fatesOf(tab, 'import-ops', [second, forged, '{'])).toEqual([
    { name: 'held', cause: idHex },
    wrongSignature,
    notJson,
  ]);
  expect(await fatesOf(tab, 'import-ops', [first, first])).toEqual([
    { name: 'new' },
    { name: 'known' },
  ]);
  expect(await fatesOf(tab, 'import-ops', [first, second])).toEqual([
    { name: 'known' },
    { name: 'known' },
  ]);
  expect((await exported(tab)).trim().split('\n').sort()).toEqual([first, second].sort());
});

test('IMP3 a follower imports through its leader', async () => {
  const hall = createTabHall();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  expect(await fatesOf(follower, 'import-ops', [first])).toEqual([{ name: 'new' }]);
  expect(await exported(leader)).toBe(`${first}\n`);
});

test('IMP4 refuses ops that are no texts, and too many at once', async () => {
  const { tab } = await openTab(createTabHall().createTab());
  const bad: readonly unknown[] = [
    { type: 'import-ops' },
    { type: 'import-ops', ops: [1] },
    { type: 'check-ops', ops: Array.from({ length: IMPORT_OPS_MAX + 1 }, () => '') },
  ];
  const answers = await Promise.all(bad.map((query) => tab.query(query as Query)));
  expect(answers).toEqual(bad.map(() => expect.objectContaining({ reason: 'bad-query' })));
});

test('IMP5 ops of a file are stored as own ops are, and offered to all peers', async () => {
  const store = createMemoryOpStore();
  const { appendRemote } = store;
  const batches: RemoteBatch[] = [];
  const watched: OpStore = {
    ...store,
    appendRemote(batch) {
      batches.push(batch);
      return appendRemote(batch);
    },
  };
  const { replica, offered } = await openTestReplica({ seed: 1, store: watched });
  for (const [frame, op] of [
    ['file', first],
    ['live', second],
  ] as const) {
    await replica.receive([op], { peer: frame, frame });
  }
  expect(batches.map(({ isOnly, applied }) => [isOnly, applied.length])).toEqual([
    [true, 1],
    [false, 1],
  ]);
  expect(offered.map(({ except }) => except)).toEqual(['file', 'live']);
});
