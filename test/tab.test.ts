import { expect, test } from 'vitest';
import type { OpenOptions, Status, StreamMessage } from '../worker/api.ts';
import type { OpStore } from '../worker/ports.ts';
import { exportOps } from './support/exportOps.ts';
import { settle } from './support/settle.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

const OPTIONS: OpenOptions = { pipeline: 'default', address: 'ws://relay/crdt-sync' };

async function openTab(hallTab: HallTab): Promise<HallTab> {
  const outcome = await hallTab.tab.open(OPTIONS, hallTab.stream);
  if (outcome.type === 'refused') throw new Error(outcome.detail);
  return hallTab;
}

function lastStatus({ messages }: HallTab): Status | undefined {
  return messages.flatMap((one) => (one.type === 'status' ? [one.status] : [])).at(-1);
}

/** Names on the board of a tab, folded from its stream. */
function board(messages: readonly StreamMessage[]): readonly (string | null)[] {
  const items: { id: string; name: string | null }[] = [];
  for (const message of messages) {
    if (message.type === 'snapshot') {
      items.splice(
        0,
        items.length,
        ...message.items.map(({ id, fields }) => ({ id, name: fields.name })),
      );
    } else if (message.type === 'patch') {
      for (const change of message.changes) {
        if (change.type === 'insert') {
          const { id, fields } = change.item;
          items.splice(change.index, 0, { id, name: fields.name });
        } else if (change.type === 'remove') {
          items.splice(
            items.findIndex(({ id }) => id === change.id),
            1,
          );
        } else {
          const item = items.find(({ id }) => id === change.id);
          if (item && change.fields.name !== undefined) item.name = change.fields.name;
        }
      }
    }
  }
  return items.map(({ name }) => name);
}

const add = (name: string) => ({ type: 'add', fields: { name } }) as const;

test('TAB1 starts the stream with a snapshot and tells its role', async () => {
  const hall = createTabHall();
  const first = await openTab(hall.createTab());
  const second = await openTab(hall.createTab());
  expect([first.messages[0]?.type, second.messages[0]?.type]).toEqual(['snapshot', 'snapshot']);
  expect([lastStatus(first)?.role, lastStatus(second)?.role]).toEqual(['leader', 'follower']);
});

test('TAB2 only the tab that leads dials', async () => {
  const hall = createTabHall();
  const tabs = [hall.createTab(), hall.createTab(), hall.createTab()];
  for (const one of tabs) await openTab(one);
  expect(tabs.map(({ dialler }) => dialler.dials.length)).toEqual([1, 0, 0]);
});

test('TAB3 shows an edit of any tab in all tabs', async () => {
  const hall = createTabHall();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  const outcomes = [
    await leader.tab.command(add('by the leader')),
    await follower.tab.command(add('by the follower')),
  ];
  await settle();
  expect(outcomes.map(({ type }) => type)).toEqual(['done', 'done']);
  const all = ['by the leader', 'by the follower'];
  expect([board(leader.messages), board(follower.messages)]).toEqual([all, all]);
});

test('TAB4 a follower leads when the leader is closed or killed, with everything kept', async () => {
  const hall = createTabHall();
  const tabs = [hall.createTab(), hall.createTab(), hall.createTab()] as const;
  for (const one of tabs) await openTab(one);
  await tabs[0].tab.command(add('one'));
  await tabs[1].tab.command(add('two'));
  await tabs[0].tab.close();
  await settle();
  await tabs[2].tab.command(add('three'));
  tabs[1].kill();
  await settle();
  await tabs[2].tab.command(add('four'));
  expect(lastStatus(tabs[2])?.role).toBe('leader');
  expect(tabs.map(({ dialler }) => dialler.dials.length)).toEqual([1, 1, 1]);
  expect(board(tabs[2].messages)).toEqual(['one', 'two', 'three', 'four']);
});

test('TAB5 a command whose leader goes away is answered with leader-lost', async () => {
  const hall = createTabHall();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  const asked = follower.tab.command(add('asked and lost'));
  leader.kill();
  expect(await asked).toMatchObject({ type: 'refused', reason: 'leader-lost' });
  expect(await follower.tab.command(add('asked again'))).toMatchObject({ type: 'done' });
});

test('TAB6 exports through the leader, also when it changes meanwhile', async () => {
  const hall = createTabHall();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await leader.tab.command(add('exported'));
  const exported = await exportOps(leader.tab);
  const asked = exportOps(follower.tab);
  leader.kill();
  expect([exported.split('\n').length, await asked]).toEqual([2, exported]);
});

test('TAB7 is alone with a store of its own where there are no locks', async () => {
  const hall = createTabHall();
  hall.withoutLocks();
  const [one, other] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await one.tab.command(add('mine'));
  expect([lastStatus(one)?.role, lastStatus(one)?.durability]).toEqual(['alone', 'memory']);
  expect(lastStatus(one)?.signer).not.toBe(lastStatus(other)?.signer);
  expect([board(one.messages), board(other.messages)]).toEqual([['mine'], []]);
});

test('TAB8 refuses what cannot be opened, in words, and can be asked again', async () => {
  const hall = createTabHall();
  const { tab, stream } = hall.createTab();
  const ask = (options: unknown) => tab.open(options as OpenOptions, stream);
  hall.refuseStore({ type: 'refused', reason: 'newer-database', detail: 'made by a newer page' });
  const refusals = [
    await ask({ pipeline: 'UPPER', address: null }),
    await ask({ pipeline: 'a'.repeat(65), address: null }),
    await ask({ pipeline: 'default', address: 'http://relay/' }),
    await ask({ pipeline: 'default', address: 7 }),
    await ask({ pipeline: 'default', address: null }),
  ];
  hall.refuseStore(null);
  const opened = await ask({ pipeline: 'default', address: null });
  const again = await ask({ pipeline: 'default', address: null });
  expect(refusals.map((one) => (one.type === 'refused' ? one.reason : one.type))).toEqual([
    'bad-pipeline-name',
    'bad-pipeline-name',
    'bad-address',
    'bad-address',
    'newer-database',
  ]);
  expect([opened.type, again]).toEqual([
    'opened',
    expect.objectContaining({ reason: 'already-open' }),
  ]);
});

test('TAB8 goes on in memory when the database cannot be opened', async () => {
  const hall = createTabHall();
  hall.refuseStore({ type: 'refused', reason: 'storage-broken', detail: 'no database' });
  const one = await openTab(hall.createTab());
  expect(await one.tab.command(add('kept in memory'))).toMatchObject({ type: 'done' });
  expect([lastStatus(one)?.durability, board(one.messages)]).toEqual([
    'memory',
    ['kept in memory'],
  ]);
});

test('TAB8 goes on in memory when the database cannot be read, for itself and for the others', async () => {
  const hall = createTabHall();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  hall.failReads();
  first.kill();
  await settle();
  const outcome = await second.tab.command(add('kept in memory'));
  const third = await openTab(hall.createTab());
  await second.tab.close();
  await settle();
  expect([outcome.type, lastStatus(second)?.durability]).toEqual(['done', 'memory']);
  expect([lastStatus(third)?.role, board(third.messages)]).toEqual(['leader', []]);
});

test('TAB12 a leader that hears that its database is gone says so in all tabs', async () => {
  const hall = createTabHall();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await first.tab.command(add('one'));
  hall.loseStore();
  await settle();
  expect([first, second].map((tab) => lastStatus(tab)?.durability)).toEqual(['broken', 'broken']);
  expect(board(second.messages)).toEqual(['one']);
});

test('TAB11 a leader that was fenced follows, and leads again when it is its turn', async () => {
  const hall = createTabHall();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await first.tab.command(add('one'));
  hall.fence();
  const refused = await first.tab.command(add('by a zombie'));
  await settle();
  const roles = [lastStatus(first)?.role, lastStatus(second)?.role];
  const outcome = await first.tab.command(add('two'));
  await second.tab.close();
  await settle();
  expect(refused).toMatchObject({ type: 'refused', reason: 'leader-lost' });
  expect([roles, outcome.type]).toEqual([['follower', 'leader'], 'done']);
  expect([lastStatus(first)?.role, board(first.messages)]).toEqual(['leader', ['one', 'two']]);
});

test('TAB11 a leader that was fenced and writes nothing notices when another says that it leads', async () => {
  const hall = createTabHall();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  hall.say({ type: 'leading', leader: 'another' });
  await settle();
  const whileOwner = lastStatus(first)?.role;
  hall.fence();
  hall.say({ type: 'leading', leader: 'another' });
  await settle();
  const roles = [lastStatus(first)?.role, lastStatus(second)?.role];
  expect([whileOwner, roles]).toEqual(['leader', ['follower', 'leader']]);
});

test('TAB17 a leader that was fenced and does not know it welcomes nobody', async () => {
  const hall = createTabHall();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  hall.fence();
  const third = await openTab(hall.createTab());
  await third.tab.command(add('by the third'));
  await settle();
  const roles = [first, second, third].map((tab) => lastStatus(tab)?.role);
  expect(roles).toEqual(['follower', 'leader', 'follower']);
  expect(board(second.messages)).toEqual(['by the third']);
});

test('TAB20 a tab that is about to lead shows nothing of what the one before it still streams', async () => {
  const hall = createTabHall();
  const before = await openTab(hall.createTab());
  for (const name of ['One', 'Two', 'Three']) await before.tab.command(add(name));
  await before.tab.close();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await first.tab.command(add('Four'));
  const leader = hall.leader();
  const late = first.messages.flatMap((one) => (one.type === 'patch' ? [one] : [])).at(-1);
  first.kill();
  const shownBefore = second.messages.length;
  let told = 0;
  while (lastStatus(second)?.role !== 'leader') {
    hall.say({ type: 'stream', leader, message: late });
    told += 1;
    await Promise.resolve();
  }
  const own = second.messages.slice(shownBefore).findIndex(({ type }) => type === 'snapshot');
  expect(told).toBeGreaterThan(2);
  expect(board(second.messages.slice(shownBefore + own))).toEqual(['One', 'Two', 'Three', 'Four']);
});

test('TAB18 a tab that leads in memory answers itself alone once another one leads', async () => {
  const hall = createTabHall();
  const [first, second] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  hall.loseStore();
  await settle();
  await first.tab.command(add('in memory'));
  const before = board(second.messages);
  hall.say({ type: 'leading', leader: 'another' });
  await settle();
  const asked = second.tab.command(add('asked of another'));
  await first.tab.command(add('own'));
  hall.say({ type: 'leading', leader: 'a third' });
  await second.tab.close();
  expect([before, board(second.messages)]).toEqual([['in memory'], ['in memory']]);
  expect(board(first.messages)).toEqual(['in memory', 'own']);
  expect(await asked).toMatchObject({ type: 'refused', reason: 'leader-lost' });
});

test('TAB9 lets everything go when it is closed, and refuses commands from then on', async () => {
  const hall = createTabHall();
  const { tab, stream, messages, dialler } = await openTab(hall.createTab());
  await tab.close();
  const told = messages.length;
  expect(await tab.command(add('too late'))).toMatchObject({ reason: 'not-open' });
  expect([stream.closed, messages.length, dialler.last().pair.dialler.closing()]).toEqual([
    true,
    told,
    { code: 1000, reason: 'closing' },
  ]);
});

test('TAB10 a follower disconnects and reconnects through the leader', async () => {
  const hall = createTabHall();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  await follower.tab.disconnect();
  const stopped = [lastStatus(leader)?.socket.name, lastStatus(follower)?.socket.name];
  await follower.tab.reconnect();
  expect(stopped).toEqual(['stopped', 'stopped']);
  expect([lastStatus(leader)?.socket.name, leader.dialler.dials.length]).toEqual(['connecting', 2]);
});

test('TAB15 a leader that finds its log damaged behind a snapshot loads it anew and tells all tabs', async () => {
  const hall = createTabHall();
  const before = await openTab(hall.createTab());
  for (const name of ['One', 'Two', 'Three']) await before.tab.command(add(name));
  const [, , lastKey = ''] = await logKeys(hall.store);
  await before.tab.close();
  const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
  const [signer, shown] = [lastStatus(leader)?.signer, board(leader.messages)];
  hall.damage(lastKey);
  await exportOps(leader.tab);
  await settle();
  expect([shown, board(leader.messages), board(follower.messages)]).toEqual([
    ['One', 'Two', 'Three'],
    ['One', 'Two'],
    ['One', 'Two'],
  ]);
  for (const tab of [leader, follower]) expect(lastStatus(tab)?.damagedRecords).toBe(1);
  expect(lastStatus(leader)?.signer).not.toBe(signer);
  expect(await follower.tab.command(add('Four'))).toMatchObject({ type: 'done' });
  expect(board(leader.messages)).toEqual(['One', 'Two', 'Four']);
});

async function logKeys(store: OpStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const records of store.readOps()) keys.push(...records.map(({ key }) => key));
  return keys;
}

test('TAB16 a tab that starts from a snapshot shows it at once, and what the log adds as a patch', async () => {
  const hall = createTabHall();
  const before = await openTab(hall.createTab());
  for (const name of ['One', 'Two', 'Three']) await before.tab.command(add(name));
  await before.tab.close();
  const second = await openTab(hall.createTab());
  await second.tab.command(add('Four'));
  await second.tab.close();
  const third = hall.createTab();
  const opening = openTab(third);
  const answer = third.tab.command(add('Five'));
  await opening;
  await answer;
  const types = third.messages.map(({ type }) => type);
  expect(types.slice(0, 3)).toEqual(['snapshot', 'patch', 'status']);
  expect(types.filter((type) => type === 'snapshot')).toEqual(['snapshot']);
  expect(board(third.messages.slice(0, 1))).toEqual(['One', 'Two', 'Three']);
  expect(board(third.messages)).toEqual(['One', 'Two', 'Three', 'Four', 'Five']);
});

test('TAB16 a snapshot that turns out not to hold is shown anew from the log', async () => {
  const hall = createTabHall();
  const before = await openTab(hall.createTab());
  for (const name of ['One', 'Two', 'Three']) await before.tab.command(add(name));
  await before.tab.close();
  const second = await openTab(hall.createTab());
  await second.tab.command(add('Four'));
  const [, , , fourth = ''] = await logKeys(hall.store);
  await second.tab.close();
  hall.damage(fourth);
  const third = await openTab(hall.createTab());
  const snapshots = third.messages.filter(({ type }) => type === 'snapshot');
  expect(snapshots.map((message) => board([message]))).toEqual([
    ['One', 'Two', 'Three'],
    ['One', 'Two', 'Three'],
  ]);
  expect(lastStatus(third)?.damagedRecords).toBe(1);
});
