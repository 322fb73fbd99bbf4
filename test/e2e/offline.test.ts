import { expect } from 'vitest';
import { type BoardPage, boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { failedDials } from '../support/browser.ts';
import type { RelayProcess } from '../support/relayProcess.ts';
import { test, type World } from '../support/world.ts';

test('E2E6 the page works, edits and survives a reload while the relay is stopped', async ({
  world,
}) => {
  const { relay, url } = await startApart(world);
  const visitor = await world.newVisitor('Ann');
  visitor.expectErrors(failedDials);
  const ann = await openBoard(visitor, url);
  await ann.addStory('Made online');
  await ann.untilInSync();

  await relay.stop();
  await ann.untilOffline();
  await ann.addStory('Made offline');
  await ann.moveStory('Made online', 'Current');
  await ann.page.reload();

  const reloaded = await boardOn(ann.page);
  await eventually(reloaded.shown).toEqual({
    '1_backlog': ['2 Made offline, story'],
    '2_current': ['1 Made online, story'],
  });
  expect(await reloaded.shownStatus()).toMatchObject({ unacknowledged: 2 });
  await relay.restart();
  await reloaded.reconnect();
  await reloaded.untilInSync();
});

test('E2E7 what was edited with no network is there after the browser was closed and started', async ({
  world,
}) => {
  const { relay, url } = await startApart(world);
  await relay.stop();
  const profile = world.createProfile();
  const before = await world.launch(profile, 'Ann before');
  before.expectErrors(failedDials);
  const first = await openBoard(before, url);
  await first.addStory('Kept');
  await first.moveStory('Kept', 'Merge');
  await eventually(first.shown).toEqual({ '4_merge': ['1 Kept, story'] });
  const exported = await first.exportOps();
  await before.close();

  const after = await world.launch(profile, 'Ann after');
  after.expectErrors(failedDials);
  const second = await openBoard(after, url);
  await eventually(second.shown).toEqual({ '4_merge': ['1 Kept, story'] });
  expect(await second.exportOps()).toBe(exported);
});

test('E2E8 edits made apart to different stories are both there afterwards', async ({ world }) => {
  const { ann, bob, relay } = await startTwoApart(world, ['One', 'Two']);
  await ann.moveStory('One', 'QA');
  await bob.moveStory('Two', 'Done');
  await bob.addStory('Three');

  await relay.restart();
  await Promise.all([ann.reconnect(), bob.reconnect()]);
  await expectBoth(ann, bob, {
    '1_backlog': ['3 Three, story'],
    '3_qa': ['1 One, story'],
    '5_done': ['2 Two, story'],
  });
});

test('E2E9 edits made apart to different fields of one story are both there afterwards', async ({
  world,
}) => {
  const { ann, bob, relay } = await startTwoApart(world, ['One']);
  await ann.moveStory('One', 'Current');
  await bob.editStory('One', { Agent: 'coder-2' });

  await relay.restart();
  await Promise.all([ann.reconnect(), bob.reconnect()]);
  await expectBoth(ann, bob, { '2_current': ['1 One, story, with coder-2'] });
});

test('E2E10 edits made apart to one field end in the same value on both sides', async ({
  world,
}) => {
  const { ann, bob, relay } = await startTwoApart(world, ['One']);
  await ann.editStory('One', { Agent: 'chosen-by-ann' });
  await bob.editStory('One', { Agent: 'chosen-by-bob' });

  await relay.restart();
  await Promise.all([ann.reconnect(), bob.reconnect()]);
  await Promise.all([ann.untilInSync(), bob.untilInSync()]);
  await expectSameOps(ann, bob, 3);
  const shown = await ann.shown();
  expect([
    { '1_backlog': ['1 One, story, with chosen-by-ann'] },
    { '1_backlog': ['1 One, story, with chosen-by-bob'] },
  ]).toContainEqual(shown);
  expect(await bob.shown()).toEqual(shown);
});

test.for([
  { how: 'stopped', end: (relay: RelayProcess): Promise<unknown> => relay.stop() },
  { how: 'killed', end: (relay: RelayProcess): Promise<unknown> => relay.kill() },
])('E2E11 a relay that is $how and started again has lost nothing', async ({ end }, { world }) => {
  const { relay, url } = await startApart(world);
  const visitor = await world.newVisitor('Ann');
  const ann = await openBoard(visitor, url);
  await ann.addStory('One');
  await ann.moveStory('One', 'Archived');
  await ann.untilInSync();
  const exported = await ann.exportOps();
  await visitor.close();

  await end(relay);
  await relay.restart();
  const bob = await openBoard(await world.newVisitor('Bob'), url);
  await eventually(bob.shown).toEqual({ '6_archived': ['1 One, story'] });
  expect(await bob.exportOps()).toBe(exported);
});

test('E2E12 work offline closes the connection until reconnect', async ({ world }) => {
  const { url } = await startApart(world);
  const ann = await openBoard(await world.newVisitor('Ann'), url);
  const bob = await openBoard(await world.newVisitor('Bob'), url);
  await Promise.all([ann.untilInSync(), bob.untilInSync()]);

  await ann.status.getByRole('button', { name: 'Work offline' }).click();
  await eventually(ann.shownStatus).toMatchObject({ socket: 'stopped' });
  await ann.addStory('Made apart');
  expect(await ann.shownStatus()).toMatchObject({ socket: 'stopped', unacknowledged: 1 });
  expect(await bob.shown()).toEqual({});

  await ann.status.getByRole('button', { name: 'Reconnect' }).click();
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 Made apart, story'] });
  await ann.untilInSync();
});

/** A relay, and the page from somewhere else, so that a reload needs no relay. */
async function startApart(world: World): Promise<{ relay: RelayProcess; url: string }> {
  const page = await world.servePage();
  const relay = await world.startRelay({ config: `allow_origin = "${page.origin}"\n` });
  return { relay, url: `${page.origin}/?relay=${relay.address}` };
}

/** Ann and Bob hold the same stories, and then the relay stops. */
async function startTwoApart(
  world: World,
  stories: readonly string[],
): Promise<{ ann: BoardPage; bob: BoardPage; relay: RelayProcess }> {
  const { relay, url } = await startApart(world);
  const [annInPerson, bobInPerson] = [await world.newVisitor('Ann'), await world.newVisitor('Bob')];
  annInPerson.expectErrors(failedDials);
  bobInPerson.expectErrors(failedDials);
  const ann = await openBoard(annInPerson, url);
  const bob = await openBoard(bobInPerson, url);
  for (const story of stories) await ann.addStory(story);
  for (const story of stories) await bob.card(story).waitFor();
  await Promise.all([ann.untilInSync(), bob.untilInSync()]);
  await relay.stop();
  await Promise.all([ann.untilOffline(), bob.untilOffline()]);
  return { ann, bob, relay };
}

async function expectBoth(
  ann: BoardPage,
  bob: BoardPage,
  board: { readonly [stage: string]: readonly string[] },
): Promise<void> {
  await eventually(ann.shown).toEqual(board);
  await eventually(bob.shown).toEqual(board);
  await Promise.all([ann.untilInSync(), bob.untilInSync()]);
  expect(await bob.exportOps()).toBe(await ann.exportOps());
}

async function expectSameOps(ann: BoardPage, bob: BoardPage, count: number): Promise<void> {
  const opsOf = async (board: BoardPage): Promise<readonly string[]> =>
    (await board.exportOps()).trim().split('\n');
  await eventually(async () => (await opsOf(ann)).length).toBe(count);
  await eventually(() => opsOf(bob)).toEqual(await opsOf(ann));
}
