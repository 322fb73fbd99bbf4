import type { CDPSession } from 'playwright-core';
import { expect } from 'vitest';
import { boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { failedDials, networkName, type Visitor } from '../support/browser.ts';
import { readRustDump } from '../support/rustDump.ts';
import { test } from '../support/world.ts';

const { ops } = readRustDump();
const [firstOp, secondOp] = ops as readonly [string, string];
const forgedOp = firstOp.replace(/("signed_digest":\[)(\d+)/, (_, start, byte) => {
  return `${start}${(Number(byte) + 1) % 256}`;
});
const mebibyte = 2 ** 20;
const breakIndexedDb =
  'IDBFactory.prototype.open = () => { throw new DOMException("no", "UnknownError"); };';

const hostileFrames: readonly (string | Uint8Array)[] = [
  '',
  'no JSON',
  '{"type":"bulk","ops":["{',
  '{"type":"bulk","ops":[1,null,"","{}","[]"]}',
  '{"type":"goodbye"}',
  `{"type":"op","op":${JSON.stringify(forgedOp)}}`,
  `{"type":"bulk","ops":[${JSON.stringify(forgedOp)}]}`,
  '{"__proto__":{"polluted":true},"type":"bulk","ops":["{\\"__proto__\\":{\\"polluted\\":true}}"]}',
  `${'['.repeat(100_000)}`,
  new Uint8Array(0),
  Buffer.from('{"v":1,"op":{"author":[1,2'),
  Buffer.from(`{"v":2,"op":${firstOp}}`),
  Buffer.from(`{"v":1,"op":${forgedOp}}`),
  new Uint8Array([0xff, 0xfe, 0x00, 0x80]),
];

test('E2E25 frames that are malformed, forged or hostile are counted, and change nothing else', async ({
  world,
}) => {
  const peer = await world.startRustLikePeer({ ops: [] });
  const page = await world.servePage();
  const visitor = await world.newVisitor('Ann');
  const board = await openBoard(visitor, `${page.origin}/?relay=${peer.address}`);
  await board.untilInSync();

  for (const frame of hostileFrames) peer.sendRaw(frame);
  peer.publish(firstOp);
  await eventually(async () => Object.values(await board.shown()).flat().length).toBe(1);

  const { rejected, ...rest } = await board.shownStatus();
  expect(rejected).toBeGreaterThanOrEqual(3);
  expect(rest).toMatchObject({ socket: 'open', sync: 'live', held: 0 });
  expect(peer.counts).toMatchObject({ peers: 1, connections: 1 });
  expect((await board.exportOps()).trim().split('\n')).toHaveLength(1);
  expect(await board.page.evaluate(() => 'polluted' in {})).toBe(false);
});

test('E2E26 a frame of 70 MiB is turned away, and what is good still comes through', async ({
  world,
}) => {
  const peer = await world.startRustLikePeer({ ops: [firstOp] });
  const page = await world.servePage();
  const visitor = await world.newVisitor('Ann');
  const board = await openBoard(visitor, `${page.origin}/?relay=${peer.address}`);
  await eventually(async () => Object.values(await board.shown()).flat().length).toBe(1);

  peer.sendRaw(`{"type":"bulk","ops":["${'x'.repeat(70 * mebibyte)}"]}`);
  peer.publish(secondOp);
  await eventually(async () => (await board.exportOps()).trim().split('\n').length).toBe(2);
});

test('E2E27 a link with a relay address that is none says so, and shows no board', async ({
  world,
}) => {
  const page = await world.servePage();
  const visitor = await world.newVisitor('Ann');
  for (const relay of ['http://127.0.0.1:1/', 'nonsense', 'javascript:alert(1)']) {
    const window = await visitor.open(`${page.origin}/?relay=${encodeURIComponent(relay)}`);
    await window.getByText('This link does not work').waitFor();
    await window.getByText(relay).waitFor();
    expect(await window.locator('[data-item-id]').count()).toBe(0);
  }
});

test('E2E28 where nobody listens, the status says when it tries again, and edits are kept', async ({
  world,
}) => {
  const page = await world.servePage();
  const relay = await world.startRelay({ config: `allow_origin = "${page.origin}"\n` });
  await relay.stop();
  const visitor = await world.newVisitor('Ann');
  visitor.expectErrors(failedDials);
  const board = await openBoard(visitor, `${page.origin}/?relay=${relay.address}`);
  await board.untilOffline();
  await board.status.getByText(/^Offline/).waitFor();
  await board.addStory('Kept');
  await eventually(board.shownStatus).toMatchObject({ unacknowledged: 1 });

  await relay.restart();
  await board.reconnect();
  await board.untilInSync();
});

test('E2E36 a relay that turns the page of another site away is named in the status with its reason', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const page = await world.servePage();
  const visitor = await world.newVisitor('Ann');
  visitor.expectErrors(/refused; not dialling again/);
  const board = await openBoard(visitor, `${page.origin}/?relay=${relay.address}`);
  await eventually(board.shownStatus).toMatchObject({ socket: 'refused' });
  await board.status.getByText(/refused the connection: .*pages of other sites/).waitFor();
  await board.addStory('Kept here');
  await eventually(board.shownStatus).toMatchObject({ socket: 'refused', unacknowledged: 1 });
});

test('E2E29 on a full disk edits are refused in plain words, others’ edits are shown, and all is well once there is space', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const profile = world.createProfile();
  const before = await world.launch(profile, 'Ann before');
  const first = await openBoard(before, relay.origin);
  await first.addStory('Before');
  await first.untilInSync();
  await before.close();

  const ann = await world.launch(profile, 'Ann');
  ann.expectErrors(/the store failed reason="full"/);
  const devTools = await devToolsOf(ann);
  // Before the first write: Chromium remembers the space that it granted for half a minute.
  await devTools.send('Storage.overrideQuotaForOrigin', { origin: relay.origin, quotaSize: 1 });
  const full = await openBoard(ann, relay.origin);
  await full.submitStory('Refused');
  await full.page
    .getByText(/no space left/)
    .first()
    .waitFor();
  expect(await full.shown()).toEqual({ '1_backlog': ['1 Before, story'] });
  await eventually(full.shownStatus).toMatchObject({ durability: 'full', unacknowledged: 0 });

  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await bob.addStory('By Bob');
  await full.card('By Bob').waitFor();

  await devTools.send('Storage.overrideQuotaForOrigin', { origin: relay.origin });
  await full.page.getByRole('button', { name: 'Add', exact: true }).click();
  await full.card('Refused').waitFor();
  await full.untilInSync();
  await eventually(full.shownStatus).toMatchObject({ durability: 'best-effort' });
});

test('E2E30 where IndexedDB fails, the board works in memory, and says that nothing is saved', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const visitor = await world.newVisitor('Ann');
  visitor.expectErrors(/the store could not be opened/);
  await visitor.alterWorker((script) => `${breakIndexedDb}\n${script}`);
  const board = await openBoard(visitor, relay.origin);
  await board.status.getByText(/^Not saved/).waitFor();
  await board.addStory('In memory');
  await board.untilInSync();
  expect(await board.shownStatus()).toMatchObject({ durability: 'memory' });
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await bob.untilInSync();
  expect(await bob.shown()).toEqual({ '1_backlog': ['1 In memory, story'] });
  expect(await board.exportOps()).toBe(await bob.exportOps());
});

test('E2E31 when the worker cannot start, the page says so and can try again', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const visitor = await world.newVisitor('Ann');
  visitor.expectErrors(/Failed to load resource/);
  let arrives = false;
  await visitor.alterWorker((script) => (arrives ? script : null));
  const window = await visitor.open(relay.origin);
  await window.getByText('The replica stopped').waitFor();
  arrives = true;
  await window.getByRole('button', { name: 'Start it again' }).click();
  await boardOn(window);
});

test('E2E32 over plain http on a network each tab works for itself, and says what it lacks', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const visitor = await world.newVisitor('Ann');
  const origin = relay.origin.replace('127.0.0.1', networkName);
  const left = await openBoard(visitor, origin);
  const right = await openBoard(visitor, origin);
  expect(await left.page.evaluate(() => isSecureContext)).toBe(false);
  await left.addStory('From the left');
  await right.card('From the left').waitFor();
  await right.addStory('From the right');
  await left.card('From the right').waitFor();
  await Promise.all([left.untilInSync(), right.untilInSync()]);

  for (const board of [left, right]) {
    expect(await board.shownStatus()).toMatchObject({ durability: 'memory' });
    expect(await board.status.getAttribute('data-role')).toBe('alone');
    await board.status.getByText(/^Not saved/).waitFor();
    await board.status.getByText(/^This tab works for itself/).waitFor();
  }
  const ops = (await left.exportOps()).trim().split('\n');
  const signers = new Set(ops.map((text) => JSON.stringify(JSON.parse(text).author)));
  expect([ops.length, signers.size]).toEqual([2, 2]);
  expect(await right.exportOps()).toBe(await left.exportOps());

  // A store of its own: a closed tab takes along what nobody else has, and nothing of the others'.
  await relay.stop();
  visitor.expectErrors(failedDials);
  await right.addStory('Kept by nobody');
  await left.addStory('Kept by this tab');
  await right.page.close();
  await relay.restart();
  await left.reconnect();
  await left.untilInSync();
  const later = await openBoard(visitor, origin);
  const names = ['From the left', 'From the right', 'Kept by this tab'];
  const labels = names.map((name, index) => `${index + 1} ${name}, story`);
  await eventually(later.shown).toEqual({ '1_backlog': labels });
});

async function devToolsOf(visitor: Visitor): Promise<CDPSession> {
  const window = await visitor.open('about:blank');
  return window.context().newCDPSession(window);
}
