import { createHash } from 'node:crypto';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findForks } from '../crash/findForks.ts';
import { type BoardPage, eventually, openBoard } from '../support/boardPage.ts';
import { failedDials, type Profile, type Visitor } from '../support/browser.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import type { RelayProcess } from '../support/relayProcess.ts';
import { test, type World } from '../support/world.ts';

const DATABASE = 'huskies:default';
const brokenStore = /the store is broken; going on in memory|the browser closed the database/;

/** Put before the worker's script: writes fail when, and as often as, another tab says so. */
const failingWrites = `
  let failures = 0;
  new BroadcastChannel('storage-faults').onmessage = ({ data }) => { failures = data; };
  for (const name of ['add', 'put']) {
    const write = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...args) {
      if (failures > 0) {
        failures -= 1;
        throw new DOMException('the disk answers no more', 'UnknownError');
      }
      return write.apply(this, args);
    };
  }
`;

test('E2E37 a write that fails once is done again; a storage that goes on failing is told, and nothing is lost', async ({
  world,
}) => {
  const { ann, board, plain, relay } = await startOffline(world, failingWrites);
  ann.expectErrors(brokenStore);
  await board.addStory('On disk');
  await failWrites(plain, 1);
  await board.addStory('At the second try');
  expect(await board.shownStatus()).toMatchObject({ durability: 'best-effort', unacknowledged: 2 });

  await failWrites(plain, 1_000_000);
  await board.addStory('In memory');
  await expectLostStorage(board, relay, ['On disk', 'At the second try', 'In memory']);
});

test('E2E38 a database that is deleted under the page is told at once, and nothing is lost', async ({
  world,
}) => {
  const { ann, board, plain, relay } = await startOffline(world);
  ann.expectErrors(brokenStore);
  await board.addStory('On disk');
  expect(await plain.evaluate(deleteDatabase, DATABASE)).toBe('deleted');
  await eventually(board.shownStatus).toMatchObject({ durability: 'broken' });
  await board.addStory('In memory');
  await expectLostStorage(board, relay, ['On disk', 'In memory']);
});

test('E2E39 when the browser clears the site’s data under the page, that is told with the next edit, and nothing is lost', async ({
  world,
}) => {
  const { ann, board, plain, relay } = await startOffline(world);
  ann.expectErrors(brokenStore);
  await board.addStory('On disk');
  const devTools = await plain.context().newCDPSession(plain);
  const origin = new URL(plain.url()).origin;
  await devTools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await board.addStory('In memory');
  await expectLostStorage(board, relay, ['On disk', 'In memory']);
});

test('E2E40 an old tab gives the database to a newer version and says so; its page is then refused in words', async ({
  world,
}) => {
  const { ann, board, plain, relay } = await startOffline(world);
  ann.expectErrors(brokenStore, /the store could not be opened/);
  await board.addStory('On disk');
  expect(await plain.evaluate(openNewerVersion, DATABASE)).toBe('opened');
  await eventually(board.shownStatus).toMatchObject({ durability: 'broken' });
  await board.addStory('In memory');
  await expectLostStorage(board, relay, ['On disk', 'In memory']);

  await board.page.reload();
  await board.page.getByText(/holds data of a newer version of this page/).waitFor();
  expect(await board.page.locator('section[data-stage]').count()).toBe(0);
});

test('E2E41 a damaged record is set aside and told, and its stories come back from the relay', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await world.newVisitor('Ann');
  ann.expectErrors(/damaged/);
  const before = await openBoard(ann, relay.origin);
  for (const name of ['One', 'Two', 'Three']) await before.addStory(name);
  await before.untilInSync();
  const shown = await before.shown();
  const plain = await openPlain(ann, relay.origin);
  await before.page.close();
  await plain.evaluate(damageRecord, DATABASE);

  const after = await openBoard(ann, relay.origin);
  await after.status.getByText(/^1 damaged record set aside/).waitFor();
  await after.addStory('Four');
  await after.untilInSync();
  await eventually(after.shown).toEqual({
    '1_backlog': [...(shown['1_backlog'] ?? []), '4 Four, story'],
  });
  const ops = await opsOf(after);
  expect([ops.length, signersOf(ops).length, findForks(ops)]).toEqual([4, 2, []]);
});

test('E2E42 a database that was rolled back signs with a new key, and nobody equivocates', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const profile = world.createProfile();
  const database = join(profile.folder, 'Default/IndexedDB');
  const backup = join(profile.folder, 'backup');
  const addAndLeave = async (name: string): Promise<readonly string[]> => {
    const ann = await world.launch(profile, `Ann for ${name}`);
    const board = await openBoard(ann, relay.origin);
    await board.addStory(name);
    await board.untilInSync();
    const ops = await opsOf(board);
    await ann.close();
    return ops;
  };
  await addAndLeave('One');
  cpSync(database, backup, { recursive: true });
  const before = await addAndLeave('Two');
  rmSync(database, { recursive: true });
  cpSync(backup, database, { recursive: true });
  const after = await addAndLeave('Three');

  expect([before.length, signersOf(before).length]).toEqual([2, 1]);
  expect([after.length, signersOf(after).length, findForks(after)]).toEqual([3, 2, []]);
});

test('E2E45 a record whose file is gone from the disk is set aside, and its stories come back', async ({
  world,
}) => {
  // A record above 64 KiB has a file of its own.
  const ops = makeStories(60, 2000);
  const peer = await world.startRustLikePeer({ ops });
  const page = await world.servePage();
  const url = `${page.origin}/?relay=${peer.address}`;
  const profile = world.createProfile();
  const before = await world.launch(profile, 'Ann before');
  const board = await openBoard(before, url);
  await board.untilInSync();
  await eventually(async () => (await opsOf(board)).length).toBe(ops.length);
  const shown = await board.shown();
  await before.close();
  const files = blobFiles(profile);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) rmSync(file);

  const after = await world.launch(profile, 'Ann after');
  after.expectErrors(/damaged/);
  const again = await openBoard(after, url);
  await again.status.getByText(/damaged records? set aside/).waitFor();
  await again.untilInSync();
  expect(await again.shownStatus()).toMatchObject({ durability: 'best-effort' });
  await eventually(again.shown).toEqual(shown);
});

/** Texts of inserts with names of so many characters, which no browser can press together. */
function makeStories(count: number, nameLength: number): readonly string[] {
  const signer = createSigner(7);
  return Array.from({ length: count }, (_, number) => {
    const digest = createHash('shake256', { outputLength: nameLength / 2 }).update(`${number}`);
    const name = text(digest.digest('hex'));
    const content = itemContent({ name, story_id: text(`${number}_story_long`) });
    return opText(insertOp({ signer, seq: number + 1, content }));
  });
}

interface OfflineBoard {
  readonly ann: Visitor;
  readonly board: BoardPage;
  /** A page of the same origin and profile, without a board. */
  readonly plain: Page;
  /** Stopped. */
  readonly relay: RelayProcess;
}

/** A board whose own edits nobody else has yet. `script`: what its worker runs first. */
async function startOffline(world: World, script = ''): Promise<OfflineBoard> {
  const { origin } = await world.servePage();
  const relay = await world.startRelay({ config: `allow_origin = "${origin}"\n` });
  await relay.stop();
  const ann = await world.newVisitor('Ann');
  ann.expectErrors(failedDials);
  if (script !== '') await ann.alterWorker((worker) => `${script}\n${worker}`);
  const plain = await openPlain(ann, origin);
  const board = await openBoard(ann, `${origin}/?relay=${relay.address}`);
  return { ann, board, plain, relay };
}

/** What the page says of an address that is none: no board, no worker, no database. */
function openPlain(visitor: Visitor, origin: string): Promise<Page> {
  return visitor.open(`${origin}/?relay=none`);
}

/** The board says that it is in memory, and export and relay have everything nevertheless. */
async function expectLostStorage(
  board: BoardPage,
  relay: RelayProcess,
  stories: readonly string[],
): Promise<void> {
  await board.status.getByText(/^Storage failed/).waitFor();
  expect(await board.shownStatus()).toMatchObject({ durability: 'broken' });
  const ops = await opsOf(board);
  expect([ops.length, signersOf(ops).length]).toEqual([stories.length, 2]);
  await relay.restart();
  await board.reconnect();
  await board.untilInSync();
  const labels = stories.map((name, index) => `${index + 1} ${name}, story`);
  expect(await board.shown()).toEqual({ '1_backlog': labels });
}

async function opsOf(board: BoardPage): Promise<readonly string[]> {
  return (await board.exportOps()).split('\n').filter((line) => line !== '');
}

/** Where Chromium keeps what is too large for the database itself: 64 KiB and more. */
function blobFiles({ folder }: Profile): readonly string[] {
  const database = join(folder, 'Default/IndexedDB');
  return readdirSync(database, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('.indexeddb.blob'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function signersOf(ops: readonly string[]): readonly string[] {
  return [...new Set(ops.map((text) => JSON.stringify(JSON.parse(text).author)))];
}

async function failWrites(plain: Page, times: number): Promise<void> {
  await plain.evaluate((count) => {
    new BroadcastChannel('storage-faults').postMessage(count);
  }, times);
}

function deleteDatabase(name: string): Promise<string> {
  const request = indexedDB.deleteDatabase(name);
  return new Promise((done) => {
    request.onsuccess = () => done('deleted');
    request.onerror = () => done('failed');
  });
}

function openNewerVersion(name: string): Promise<string> {
  const request = indexedDB.open(name, 1000);
  return new Promise((done) => {
    request.onsuccess = () => {
      request.result.close();
      done('opened');
    };
    request.onerror = () => done('failed');
  });
}

/** One bit of one op of the second record of the log. */
function damageRecord(name: string): Promise<void> {
  return new Promise((done, fail) => {
    const request = indexedDB.open(name);
    request.onerror = () => fail(request.error);
    request.onsuccess = () => {
      const database = request.result;
      const log = database.transaction('log', 'readwrite').objectStore('log');
      log.transaction.oncomplete = () => {
        database.close();
        done();
      };
      const reading = log.get(2);
      reading.onsuccess = () => {
        const record = reading.result;
        record.bytes[200] ^= 1;
        log.put(record, 2);
      };
    };
  });
}
