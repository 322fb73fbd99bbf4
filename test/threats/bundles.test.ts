import { describe, expect, test } from 'vitest';
import { encodeBundleHead } from '../../worker/bugBundle.ts';
import {
  ask,
  lastStatus,
  OPTIONS,
  openBusyTab,
  openTab,
  PAGE,
  readBundle,
  save,
} from '../support/bundleTabs.ts';
import { createTabHall } from '../support/tabHall.ts';

describe('bundles of strangers', () => {
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
});

describe('secrets in a bundle', () => {
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
});
