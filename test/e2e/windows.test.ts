import { expect } from 'vitest';
import { eventually, openBoard } from '../support/boardPage.ts';
import { failedDials } from '../support/browser.ts';
import { test } from '../support/world.ts';

test('E2E2 two windows of one browser see each other’s edits', async ({ world }) => {
  const relay = await world.startRelay();
  const ann = await world.newVisitor('Ann');
  const left = await openBoard(ann, relay.origin);
  const right = await openBoard(ann, relay.origin);

  await left.addStory('From the left');
  await right.card('From the left').waitFor();
  await right.addStory('From the right');

  const expected = { '1_backlog': ['1 From the left, story', '2 From the right, story'] };
  await eventually(left.shown).toEqual(expected);
  await eventually(right.shown).toEqual(expected);
});

test('E2E33 two windows of one browser see each other’s edits with no network', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const page = await world.servePage();
  await relay.stop();
  const ann = await world.newVisitor('Ann');
  ann.expectErrors(failedDials);
  const left = await openBoard(ann, `${page.origin}/?relay=${relay.address}`);
  const right = await openBoard(ann, `${page.origin}/?relay=${relay.address}`);

  await left.addStory('From the left');
  await right.card('From the left').waitFor();
  await right.moveStory('From the left', 'Done');
  await eventually(left.shown).toEqual({ '5_done': ['1 From the left, story'] });
  expect(await right.exportOps()).toBe(await left.exportOps());
});

test('E2E34 when the window that leads is closed another takes over, and nothing is lost', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await world.newVisitor('Ann');
  const first = await openBoard(ann, relay.origin);
  const second = await openBoard(ann, relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await second.addStory('One');
  await second.moveStory('One', 'QA');
  await eventually(second.shown).toEqual({ '3_qa': ['1 One, story'] });
  await first.page.close();

  await second.addStory('Two');
  await second.untilInSync();
  await bob.moveStory('Two', 'Done');
  const expected = { '3_qa': ['1 One, story'], '5_done': ['2 Two, story'] };
  await eventually(second.shown).toEqual(expected);
  await eventually(bob.shown).toEqual(expected);
  await eventually(() => second.exportOps()).toBe(await bob.exportOps());
  expect((await second.exportOps()).trim().split('\n')).toHaveLength(4);
});
