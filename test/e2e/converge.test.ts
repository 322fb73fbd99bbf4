import { expect } from 'vitest';
import { eventually, openBoard } from '../support/boardPage.ts';
import { test } from '../support/world.ts';

test('E2E1 two people see each other’s edits through the relay', async ({ world }) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);

  await ann.addStory('Write the grammar');
  await bob.card('Write the grammar').waitFor();
  await bob.editStory('Write the grammar', { Agent: 'coder-1' });
  await bob.moveStory('Write the grammar', 'QA');

  const expected = { '3_qa': ['1 Write the grammar, story, with coder-1'] };
  await eventually(ann.shown).toEqual(expected);
  await eventually(bob.shown).toEqual(expected);
});

test('E2E3 a deleted story goes everywhere, and undo brings it back everywhere', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await ann.addStory('Short-lived');
  await bob.card('Short-lived').waitFor();

  await ann.deleteStory('Short-lived');
  await eventually(bob.shown).toEqual({});
  await ann.page.getByRole('button', { name: 'Undo' }).click();

  await eventually(ann.shown).toEqual({ '1_backlog': ['1 Short-lived, story'] });
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 Short-lived, story'] });
});

test('E2E4 once all is acknowledged, both hold the same ops, byte for byte', async ({ world }) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await ann.addStory('One');
  await bob.card('One').waitFor();
  await bob.moveStory('One', 'Done');
  await ann.column('5_done').getByText('One', { exact: true }).waitFor();
  await Promise.all([ann.untilInSync(), bob.untilInSync()]);

  const exported = await ann.exportOps();
  expect(exported.trim().split('\n')).toHaveLength(2);
  expect(await bob.exportOps()).toBe(exported);
});

test('E2E5 text from others is shown as text, whatever it spells', async ({ world }) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  const hostile = '<img src=x onerror="document.title=\'owned\'">';
  await ann.addStory(hostile);

  await bob.card(hostile).waitFor();
  expect(await bob.page.locator('img[src=x]').count()).toBe(0);
  expect(await bob.page.title()).not.toBe('owned');
});
