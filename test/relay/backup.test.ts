import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { runBackup } from '../../worker/relay/backupCommand.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { openStoreSocket } from '../../worker/relay/storeSocket.ts';
import { encodeStore } from '../../worker/relay/storeStream.ts';
import { isSound, verifyStore } from '../../worker/relay/verifyStore.ts';
import { decodeBinary } from '../../worker/wire/codec.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import { logged, openLog, readAll, records } from '../support/opLogRecords.ts';
import { RELAY_FROM_SOURCE, startRelayChild } from '../support/relayChild.ts';
import { startTestRelay } from '../support/startedRelay.ts';

// Processes, real sockets and a real disk, on a machine that other tests share.
vi.setConfig({ testTimeout: 60_000 });

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function backUp(...args: readonly string[]) {
  const said = { out: '', error: '' };
  const status = await runBackup(args, {
    clock: createManualClock(),
    writeOut: async (line) => {
      said.out += line;
    },
    writeError: (line) => {
      said.error += line;
    },
  });
  return { status, ...said };
}

async function openStore(data: string) {
  const opening = await openLevelOpLog(data);
  if (opening.type === 'refused') throw new Error(opening.detail);
  return opening;
}

/** Seen-keys of all that is in a folder, which every check has to find sound. */
async function soundKeys(data: string): Promise<ReadonlySet<string>> {
  const { opLog } = await openStore(data);
  const verifier = createNodeVerifier(async () => undefined);
  const reports = await verifyStore({ opLog, verifier, onProgress: () => undefined });
  expect('type' in reports ? reports : reports.filter((report) => !isSound(report))).toEqual([]);
  const stored = await readAll(await openLog(opLog, 'default'));
  await opLog.close();
  return new Set(stored.map(({ key }) => key));
}

/** A peer that brings op after op until it is told to stop. */
async function startWriter(address: string, ops: readonly SignedOp[]) {
  const webSocket = new WebSocket(address);
  const acked = new Set<string>();
  let sent = 0;
  const send = (): void => {
    const op = ops[sent++];
    if (op !== undefined) webSocket.send(Buffer.from(`{"v":1,"op":${opText(op)}}`));
  };
  webSocket.on('message', (data: Buffer, isBinary) => {
    const frame = isBinary ? decodeBinary(data) : null;
    if (frame?.type !== 'ack') return;
    for (const key of frame.keys) acked.add(key);
    send();
  });
  await once(webSocket, 'open');
  webSocket.send(JSON.stringify({ type: 'bulk', ops: [], caps: ['ack1'] }));
  for (let index = 0; index < 20; index += 1) send();
  return {
    acked,
    async ackedMore(count: number): Promise<void> {
      for (const goal = acked.size + count; acked.size < goal; ) await once(webSocket, 'message');
    },
    close: () => webSocket.terminate(),
  };
}

test('RCMD7 a backup of a relay that takes edits has every op that was acknowledged before, and a relay runs on it', async () => {
  const folder = await makeFolder();
  const signer = createSigner(1);
  const ops = Array.from({ length: 400 }, (_, index) =>
    insertOp({ signer, seq: index + 1, content: itemContent({ name: text(`story ${index}`) }) }),
  );
  const relay = startRelayChild(RELAY_FROM_SOURCE, join(folder, 'data'));
  onTestFinished(() => relay.end('SIGKILL'));
  const writer = await startWriter(await relay.address, ops);
  await writer.ackedMore(80);

  const before = new Set(writer.acked);
  const copying = backUp(join(folder, 'data'), join(folder, 'copy'));
  await writer.ackedMore(30);
  expect(await copying).toEqual({
    ...{ status: 0, error: '' },
    out: expect.stringMatching(/\/copy: 1 pipelines, \d+ ops\n$/),
  });
  await writer.ackedMore(30);
  writer.close();
  await relay.logged('copy-given');
  await relay.end('SIGTERM');

  const copied = await soundKeys(join(folder, 'copy'));
  expect([...before].filter((key) => !copied.has(key))).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['copy', 'data']);
  // Gone with the relay that made it.
  expect(readdirSync(join(folder, 'data'))).not.toContain('relay.sock');

  const restored = await startTestRelay({ data: join(folder, 'copy') });
  expect(restored.logger.lines).toEqual([
    {
      ...{ level: 'info', message: 'opened the op log' },
      fields: { pipelines: 1, ops: copied.size },
    },
  ]);
});

test('RCMD7 a store is copied as it was when copying began, with notes, ids and places', async () => {
  const folder = await makeFolder();
  const { opLog, entries } = await openStore(join(folder, 'data'));
  const log = await openLog(opLog, 'one');
  await log.append(logged(records(1200)));
  await opLog.writeNote('one', 'read up to 7');
  const slices = entries();
  const first = await slices[Symbol.asyncIterator]().next();
  await log.append(logged(records(10, 1200)));
  let later = 0;
  for await (const slice of slices) later += slice.length;
  // The log's id, the note and the format stand beside the ops.
  expect(first.value.length + later).toBe(1200 + 3);
  await opLog.close();

  await backUp(join(folder, 'data'), join(folder, 'copy'));
  const copy = await openStore(join(folder, 'copy'));
  const copied = await openLog(copy.opLog, 'one');
  expect([copied.id, copied.count(), await copy.opLog.readNote('one')]).toEqual([
    ...[log.id, 1210, 'read up to 7'],
  ]);
  await copy.opLog.close();
});

test('RCMD8 a backup that is killed, or whose relay is, leaves nothing that looks whole', async () => {
  const folder = await makeFolder();
  const data = join(folder, 'data');
  await mkdir(data);
  // A relay that stands still in the middle of its store.
  const open: Socket[] = [];
  const half = async function* () {
    yield [['format', Buffer.from('2')]] as const;
    await new Promise(() => undefined);
  };
  const server = createServer(async (socket) => {
    open.push(socket);
    socket.on('error', () => undefined);
    for await (const chunk of encodeStore(half())) socket.write(chunk);
  }).listen(join(data, 'relay.sock'));
  await once(server, 'listening');
  onTestFinished(() => void server.close());

  const [command = '', ...args] = [...RELAY_FROM_SOURCE, 'backup', data, join(folder, 'killed')];
  const child = spawn(command, args, { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const isBegun = () => readdirSync(folder).some((name) => name.startsWith('killed.partial-'));
  await vi.waitUntil(isBegun, { timeout: 30_000, interval: 20 });
  child.kill('SIGKILL');
  await ended;
  expect([existsSync(join(folder, 'killed')), isBegun()]).toEqual([false, true]);

  const cut = backUp(data, join(folder, 'cut'));
  await once(server, 'connection');
  for (const socket of open) socket.end();
  expect(await cut).toEqual({
    ...{ status: 1, out: '' },
    error: `${data} could not be copied: it was cut short\n`,
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('cut'))).toEqual([]);
});

test('RCMD8 a backup says what it cannot copy, and never writes where something is', async () => {
  const folder = await makeFolder();
  const usage = expect.stringMatching(/^Usage: /);
  const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
  expect(await backUp('--help')).toEqual({ status: 0, out: usage, error: '' });
  expect(await backUp(data)).toEqual({ status: 2, out: '', error: usage });
  expect(await backUp(data, copy)).toEqual({
    ...{ status: 1, out: '' },
    error: `no relay's data in ${data}\n`,
  });
  expect(await backUp(data, folder)).toEqual({
    ...{ status: 1, out: '' },
    error: `${folder} is there already\n`,
  });
  const { opLog } = await openStore(data);
  expect(await backUp(data, copy)).toEqual({
    ...{ status: 1, out: '' },
    error: `data folder ${data} is in use by another relay\n`,
  });
  await opLog.close();
  expect(readdirSync(folder)).toEqual(['data']);
});

test('RCMD7 the socket is the relay user’s alone, outlives a kill, and its lack is told', async () => {
  const folder = await makeFolder();
  const logger = createMemoryLogger();
  const entries = async function* () {
    yield [['format', Buffer.from('2')]] as const;
  };
  const path = join(folder, 'relay.sock');
  const first = await openStoreSocket({ data: folder, entries, logger });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  // As after a kill: the file is there.
  const second = await openStoreSocket({ data: folder, entries, logger });
  expect(await backUp(folder, join(folder, 'copy'))).toMatchObject({ status: 0, error: '' });
  await second.close();
  await first.close();
  const long = await openStoreSocket({ data: `${folder}/${'x'.repeat(100)}`, entries, logger });
  await long.close();
  expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([
    ['info', 'gave a copy of the store'],
    ['warn', 'no copy of the store can be had while this relay runs'],
  ]);
});
