import { expect } from 'vitest';
import { type BoardPage, eventually, openBoard as openBoardPage } from '../support/boardPage.ts';
import type { Visitor } from '../support/browser.ts';
import { idsByStage, readRustDump } from '../support/rustDump.ts';
import type { RustLikePeer } from '../support/rustLikePeer.ts';
import { test, type World } from '../support/world.ts';

const dump = readRustDump();
const columns = idsByStage(dump);
/** The last ops of the dump end the work on this story: it moves from merge to done. */
const movedByLastOps = 'db6cfd6d41c2';
const liveOps = dump.ops.slice(-4);
const opsBefore = dump.ops.slice(0, -4);

test('E2E13 the bulk of a Rust node shows its 400 stories in the right columns and order', async ({
  world,
}) => {
  const { board, peer } = await openOnRustNode(world, dump.ops);
  expect(JSON.stringify({ type: 'bulk', ops: peer.ops })).toBe(dump.frame);
  await eventually(board.shownIds).toEqual(columns);
  await board.untilInSync();
  expect(await board.shownStatus()).toMatchObject({ held: 0, rejected: 0 });
});

test('E2E14 an edit made in the page reaches a Rust node as one binary frame', async ({
  world,
}) => {
  const { board, peer } = await openOnRustNode(world, dump.ops);
  await eventually(board.shownIds).toEqual(columns);
  await board.addStory('From the browser');
  await peer.until('the new story', ({ ops }) => ops.length === dump.ops.length + 1);

  const live = peer.frames.filter(({ type }) => type === 'binary');
  expect(live).toHaveLength(1);
  const { v, op, ...rest } = JSON.parse(live[0]!.text);
  expect({ v, rest }).toEqual({ v: 1, rest: {} });
  expect(op.inner).toMatchObject({ is_deleted: false, content: { Object: expect.anything() } });
  expect(op.inner.content.Object.name).toEqual({ String: 'From the browser' });
  // Neither what it sent us nor our answer to its bulk came back as live ops.
  expect(peer.counts).toMatchObject({ unreadable: 0, laggards: 0 });
});

test('E2E15 an op that a Rust node makes shows at once, in either of the frames it may use', async ({
  world,
}) => {
  const { board, peer } = await openOnRustNode(world, opsBefore);
  const story = board.page.locator(`[data-item-id^="${movedByLastOps}"]`);
  await board.column('4_merge').locator(story).waitFor();
  for (const op of liveOps.slice(0, 2)) peer.publish(op);
  await board.column('5_done').locator(story).waitFor();

  for (const op of liveOps.slice(2)) peer.sendRaw(JSON.stringify({ type: 'op', op }));
  await eventually(board.shownIds).toEqual(columns);
  await eventually(async () => (await board.exportOps()).trim().split('\n').length).toBe(
    dump.ops.length,
  );
});

test('E2E16 a page that a Rust node cut off for lagging reconnects and catches up', async ({
  world,
}) => {
  const { board, peer } = await openOnRustNode(world, opsBefore, { channelCapacity: 0 });
  const story = board.page.locator(`[data-item-id^="${movedByLastOps}"]`);
  await board.column('4_merge').locator(story).waitFor();

  for (const op of liveOps) peer.publish(op);
  expect(peer.counts.laggards).toBeGreaterThan(0);
  await board.column('5_done').locator(story).waitFor();
  await eventually(board.shownIds).toEqual(columns);
});

test('E2E17 a relay that dials a Rust node stands between it and the page', async ({ world }) => {
  const peer = await world.startRustLikePeer({ ops: opsBefore });
  const relay = await world.startRelay({ config: `rendezvous = "${peer.address}"\n` });
  const board = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const story = board.page.locator(`[data-item-id^="${movedByLastOps}"]`);
  await board.column('4_merge').locator(story).waitFor();

  for (const op of liveOps) peer.publish(op);
  await eventually(board.shownIds).toEqual(columns);
  await board.addStory('Through the relay');
  await peer.until('the new story', ({ ops }) => ops.length === dump.ops.length + 1);
});

/** In a window so high that every card of every column is in view, and so on the page. */
async function openBoard(visitor: Visitor, url: string): Promise<BoardPage> {
  const board = await openBoardPage(visitor, url);
  await board.page.setViewportSize({ width: 1600, height: 20_000 });
  return board;
}

async function openOnRustNode(
  world: World,
  ops: readonly string[],
  options: { readonly channelCapacity?: number } = {},
): Promise<{ board: BoardPage; peer: RustLikePeer }> {
  const peer = await world.startRustLikePeer({ ...options, ops });
  const page = await world.servePage();
  const visitor = await world.newVisitor('Ann');
  const board = await openBoard(visitor, `${page.origin}/?relay=${peer.address}`);
  return { board, peer };
}
