import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { BINARY, CONTINUATION, closeFrame, frame, PING, part, TEXT } from '../support/rawFrames.ts';
import { dialRaw } from '../support/rawWebSocket.ts';
import { readRustDump } from '../support/rustDump.ts';
import { startRustLikePeer } from '../support/rustLikePeer.ts';

/** A breach of each kind, and the code that it is closed with. */
const breaches: readonly (readonly [Uint8Array, number, string])[] = [
  [frame(TEXT, '', { reserved: 4 }), 1002, 'Invalid WebSocket frame: RSV1 must be clear'],
  [frame(15), 1002, 'Invalid WebSocket frame: invalid opcode 15'],
  [frame(TEXT, '', { isMasked: false }), 1002, 'Invalid WebSocket frame: MASK must be set'],
  [part(PING), 1002, 'Invalid WebSocket frame: FIN must be set'],
  [frame(CONTINUATION), 1002, 'Invalid WebSocket frame: invalid opcode 0'],
  [frame(TEXT, Uint8Array.of(255)), 1007, 'Invalid WebSocket frame: invalid UTF-8 sequence'],
  [closeFrame(1005), 1002, 'Invalid WebSocket frame: invalid status code 1005'],
  [frame(TEXT, '', { claimedBytes: 1n << 40n }), 1009, 'Max payload size exceeded'],
];

test('WSC9 a whole relay logs each breach, keeps those whose frames mean nothing, and serves the others', async () => {
  const data = await mkdtemp(join(tmpdir(), 'raw-'));
  onTestFinished(() => rm(data, { recursive: true }));
  const logger = createMemoryLogger();
  const relay = await startRelay(
    { ...DEFAULT_CONFIG, port: 0, data },
    { clock: nodeClock, random: nodeRandom, logger, pageFolder: '/nowhere' },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  const path = '/crdt-sync';
  const address = `ws://127.0.0.1:${relay.port}${path}`;
  const [a, b] = [await startRustLikePeer(), await startRustLikePeer()];
  for (const peer of [a, b]) {
    await peer.dial(address);
    await peer.until('the first frame of the relay', ({ frames }) => frames.length > 0);
  }

  const strange = await dialRaw(relay.port, path);
  strange.write(Buffer.concat([frame(TEXT, 'no JSON'), frame(BINARY, 'nor this')]));
  for (const [bytes, code] of breaches) {
    const peer = await dialRaw(relay.port, path);
    peer.write(bytes);
    await peer.until('end');
    expect(peer.heard.slice(-2)).toEqual([`close ${code}`, 'end']);
  }
  strange.write(frame(PING, 'ok'));
  await strange.until('pong 6f6b');
  expect(strange.heard.at(-1)).toBe('pong 6f6b');
  a.publish(readRustDump().ops[0]!);
  await b.until('the op of the other', ({ ops }) => ops.length === 1);

  const loud = logger.lines.filter(({ level }) => level !== 'info');
  const notUnderstood = 'peer sent a frame that is not understood';
  expect(loud.map(({ message }) => message)).toEqual([notUnderstood, notUnderstood]);
  strange.destroy();
  await Promise.all([a.close(), b.close()]);
  await relay.close();
  const reasons = logger.lines
    .filter(({ message }) => message === 'peer left')
    .map(({ fields }) => fields['reason']);
  expect(reasons.slice(0, breaches.length)).toEqual(breaches.map(([, , reason]) => reason));
});
