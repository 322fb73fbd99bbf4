import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { packText } from '../../worker/crdt/packedOp.ts';
import type { OpRecord } from '../../worker/ports.ts';
import { hashToken } from '../../worker/relay/access/tokens.ts';
import { frameBytesOf } from '../../worker/relay/frameTrust.ts';
import { LIMIT_SETTINGS } from '../../worker/relay/limitSettings.ts';
import { encodeBulkChunks, encodeCompactChunks } from '../../worker/wire/bulkChunks.ts';
import { startTestRelay } from '../support/startedRelay.ts';

vi.setConfig({ testTimeout: 30_000 });

const SMALLEST = 1024 * 1024;
const tokenOf = (token: string, role: string): string =>
  `[[token]]\nname = "${token}"\nsha256 = "${hashToken(token)}"\nrole = "${role}"\npipelines = "*"\n`;

async function dial(address: string, token?: string): Promise<WebSocket> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(address, { headers });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** A bulk of so many bytes; then what comes first: a close code, or the pong to a ping behind it. */
async function sendBulk(socket: WebSocket, bytes: number): Promise<number | 'taken'> {
  const frame = '{"type":"bulk","ops":[]}';
  const closed = once(socket, 'close').then(([code]) => Number(code));
  const answered = once(socket, 'pong').then(() => 'taken' as const);
  socket.send(frame.padEnd(bytes));
  socket.ping();
  return Promise.race([closed, answered]);
}

test('LIM4 a peer is trusted with long frames where nobody is asked, or if it has shown that it may write', () => {
  const limits = { maxFrameBytes: 64, maxStrangerFrameBytes: 1 };
  const shown = { type: 'token', id: 'hash' } as const;
  const bytesOf = (role: 'read' | 'write' | 'admin', isShown: boolean, isOwnMachine: boolean) =>
    frameBytesOf({ name: 'one', role, shown: isShown ? shown : null }, { ...limits, isOwnMachine });
  expect([
    bytesOf('write', true, false),
    bytesOf('admin', true, false),
    bytesOf('read', true, false),
    bytesOf('write', false, false),
    bytesOf('write', false, true),
  ]).toEqual([64, 64, 1, 1, 64]);
});

test('LIM4 a relay that is open on purpose takes 1 MiB in a message, and closes with 1009 above', async () => {
  const relay = await startTestRelay({ auth: 'open' });
  const socket = await dial(relay.address);
  expect(await sendBulk(socket, SMALLEST)).toBe('taken');
  expect(await sendBulk(socket, SMALLEST + 1)).toBe(1009);
  expect(await relay.hits('frame-bytes')).toBe(1);
  const other = await startTestRelay({ auth: 'open', maxStrangerFrameBytes: 2 * SMALLEST });
  expect(await sendBulk(await dial(other.address), 2 * SMALLEST)).toBe('taken');
});

test('LIM4 a relay that asks nobody takes long messages of everybody', async () => {
  const relay = await startTestRelay({ maxFrameBytes: 3 * SMALLEST });
  expect(await sendBulk(await dial(relay.address), 3 * SMALLEST)).toBe('taken');
  expect(await sendBulk(await dial(relay.address), 3 * SMALLEST + 1)).toBe(1009);
});

test('LIM4 who shows a token may send long messages if it may write', async () => {
  const relay = await startTestRelay(
    { auth: 'token' },
    tokenOf('writer', 'write') + tokenOf('reader', 'read'),
  );
  expect(await sendBulk(await dial(relay.address, 'writer'), 2 * SMALLEST)).toBe('taken');
  expect(await sendBulk(await dial(relay.address, 'reader'), 2 * SMALLEST)).toBe(1009);
  const page = await dial(relay.address);
  page.send('{"type":"bulk","ops":[],"caps":[],"token":"reader"}');
  await once(page, 'message');
  expect(await sendBulk(page, SMALLEST)).toBe('taken');
  page.send('{"type":"bulk","ops":[]}'.padEnd(SMALLEST + 1));
  const [code, reason] = (await once(page, 'close')) as [number, Buffer];
  expect([code, String(reason)]).toEqual([1009, 'you may send at most 1048576 bytes in a message']);
  expect(await relay.hits('frame-bytes')).toBe(2);
});

test('LIM5 no bulk frame of ours is longer than the smallest bound, whatever its ops', async () => {
  const { kind } = LIMIT_SETTINGS.maxStrangerFrameBytes;
  expect(kind.read(SMALLEST)).toEqual({ value: SMALLEST });
  expect(kind.read(SMALLEST - 1)).toEqual({ wrong: SMALLEST - 1 });
  // The longest op there may be, of what takes most when it is quoted.
  const bytes = packText('\u0001'.repeat(64 * 1024));
  const log: OpRecord[] = Array.from({ length: 7 }, () => ({ key: '', bytes }));
  async function* read() {
    yield log;
  }
  const lengths: number[] = [];
  for await (const chunk of encodeBulkChunks(read(), 7)) lengths.push(Buffer.byteLength(chunk));
  for await (const chunk of encodeCompactChunks(read(), 7)) lengths.push(chunk.length);
  expect(lengths.length).toBeGreaterThan(4);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(SMALLEST);
});
