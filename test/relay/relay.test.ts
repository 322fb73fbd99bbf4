import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import { readRustDump } from '../support/rustDump.ts';
import { type RustLikePeer, startRustLikePeer } from '../support/rustLikePeer.ts';
import { createTorsionSigner } from '../support/torsionSigner.ts';

const { ops } = readRustDump();
const signer = createSigner(3);

// Real sockets and a real disk, on a machine that other tests share.
vi.setConfig({ testTimeout: 60_000 });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  endings.push(() => rm(folder, { recursive: true }));
  return folder;
}

interface Place {
  readonly data: string;
  readonly port?: number;
  readonly rendezvous?: readonly string[];
  readonly allowedOrigins?: readonly string[];
}

async function openRelay(place: Place | null = null) {
  const { data, ...others } = place ?? { data: await newFolder() };
  const logger = createMemoryLogger();
  const relay = await startRelay(
    { ...DEFAULT_CONFIG, port: 0, data, ...others },
    { clock: nodeClock, random: nodeRandom, logger, pageFolder: '/nowhere' },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= relay.close());
  endings.push(close);
  const address = `ws://127.0.0.1:${relay.port}/crdt-sync`;
  const told = (message: string): number =>
    logger.lines.filter((line) => line.message === message).length;
  return { data, port: relay.port, address, logger, told, close };
}

async function openPeer(address: string, held: readonly string[] = []): Promise<RustLikePeer> {
  const peer = await startRustLikePeer({ ops: held });
  endings.push(() => peer.close());
  await peer.dial(address);
  await peer.until('the first frame of the relay', ({ frames }) => frames.length > 0);
  return peer;
}

/** A bare WebSocket that sends no frame of its own. */
async function openSocket(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  endings.push(() => socket.terminate());
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

const has =
  (count: number) =>
  (peer: RustLikePeer): boolean =>
    peer.ops.length === count;
const live = (texts: readonly string[]) =>
  texts.map((opOfText) => ({ type: 'binary', text: `{"v":1,"op":${opOfText}}` }));
const liveFramesOf = ({ frames }: RustLikePeer) => frames.filter(({ type }) => type === 'binary');

describe('peers of one relay', () => {
  test('REL24 brings two peers together that hold different ops', async () => {
    const relay = await openRelay();
    const [own, shared, others] = [ops.slice(0, 200), ops.slice(0, 100), ops.slice(200, 400)];
    const a = await openPeer(relay.address, own);
    const b = await openPeer(relay.address, [...shared, ...others]);
    await Promise.all([a, b].map((peer) => peer.until('all 400 ops', has(400))));
    expect(new Set(a.ops)).toEqual(new Set(ops.slice(0, 400)));
    expect(new Set(b.ops)).toEqual(new Set(ops.slice(0, 400)));
    expect([a.counts.unreadable, b.counts.unreadable]).toEqual([0, 0]);
  });

  test('REL25 forwards a live op to every peer but its own, once and byte for byte', async () => {
    const relay = await openRelay();
    const peers = await Promise.all([1, 2, 3].map(() => openPeer(relay.address)));
    const [a, b, c] = peers as [RustLikePeer, RustLikePeer, RustLikePeer];
    a.publish(ops[0]!);
    await Promise.all([b, c].map((peer) => peer.until('the op of a', has(1))));
    // What comes again is a no-op, from its own peer and from another.
    a.publish(ops[0]!);
    b.publish(ops[0]!);
    b.publish(ops[1]!);
    await Promise.all([a, c].map((peer) => peer.until('the op of b', has(2))));
    expect(peers.map(liveFramesOf)).toEqual([
      live([ops[1]!]),
      live([ops[0]!]),
      live([ops[0]!, ops[1]!]),
    ]);
  });

  test('REL26 keeps pipelines apart', async () => {
    const relay = await openRelay();
    const elsewhere = await openPeer(`${relay.address}/elsewhere`, ops.slice(0, 1));
    const here = await openPeer(relay.address, ops.slice(0, 2));
    const alsoElsewhere = await openPeer(`${relay.address}/elsewhere`);
    await alsoElsewhere.until('the op of its pipeline', has(1));
    expect([elsewhere.ops.length, here.ops.length]).toEqual([1, 2]);
  });

  test('REL27 goes on with the others when a peer leaves in the middle of a broadcast', async () => {
    const relay = await openRelay();
    const peers = await Promise.all([1, 2, 3].map(() => openPeer(relay.address)));
    const [a, b, c] = peers as [RustLikePeer, RustLikePeer, RustLikePeer];
    for (const op of ops.slice(0, 150)) a.publish(op);
    await b.until('some of the ops', (peer) => peer.ops.length >= 10);
    b.dropPeers();
    for (const op of ops.slice(150, 300)) a.publish(op);
    await c.until('all 300 ops', has(300));
    expect(c.ops).toEqual(ops.slice(0, 300));
    expect(relay.logger.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('REL28 cuts off a peer that reads nothing, and it catches up when it comes again', async () => {
    const relay = await openRelay();
    const stalled = await openSocket(relay.address);
    stalled.send('{"type":"bulk","ops":[]}');
    await once(stalled, 'message');
    stalled.pause();
    const [a, b] = [await openPeer(relay.address), await openPeer(relay.address)];
    const long = 'x'.repeat(60_000);
    const lags = 'peer lags behind: its outbound queue is full';
    let made = 0;
    // Every op is one more than the network's own buffers hold, sooner or later.
    while (relay.told(lags) === 0) {
      made += 1;
      const content = itemContent({ name: text(`${made} ${long}`) });
      a.publish(opText(insertOp({ signer, content })));
      await b.until('the op before the next', has(made));
    }
    const late = await openPeer(relay.address);
    await late.until('everything', has(made));
    expect(new Set(late.ops)).toEqual(new Set(a.ops));
    expect(relay.told(lags)).toBe(1);
    stalled.resume();
    const [code] = await once(stalled, 'close');
    expect(code).toBe(1013);
  });
});

describe('bad frames', () => {
  const op = ops[0]!;
  const forged = op.replace(/"signed_digest":\[\d+/, '"signed_digest":[0');
  const notUnderstood = 'peer sent a frame that is not understood';

  test.each<readonly [string, string | Uint8Array, string]>([
    ['malformed JSON', '{"type":"bulk",', notUnderstood],
    ['a truncated bulk', JSON.stringify({ type: 'bulk', ops: [op] }).slice(0, 900), notUnderstood],
    ['a wrong version', Buffer.from(`{"v":2,"op":${op}}`), notUnderstood],
    ['an unknown type', '{"type":"snapshot","ops":[]}', notUnderstood],
    ['an empty binary frame', new Uint8Array(0), notUnderstood],
    ['garbage bytes', Uint8Array.of(255, 254, 0, 1), notUnderstood],
    ['a forged signature', Buffer.from(`{"v":1,"op":${forged}}`), 'refused ops'],
    [
      'a bad op in a bulk',
      JSON.stringify({ type: 'bulk', ops: ['{', '__proto__'] }),
      'refused ops',
    ],
    ['hostile keys', '{"type":"bulk","ops":[],"__proto__":{"type":"op"},"type":1}', notUnderstood],
  ])('REL29 answers %s with a log line and nothing else', async (_, frame, message) => {
    const relay = await openRelay();
    const other = await openPeer(relay.address);
    const sender = await openPeer(relay.address);
    sender.sendRaw(frame);
    sender.publish(ops[0]!);
    await other.until('the good op behind it', has(1));
    expect(liveFramesOf(other)).toEqual(live([ops[0]!]));
    expect(relay.told(message)).toBe(1);
    expect(sender.counts.peers).toBe(1);
    const loud = relay.logger.lines.filter(({ level }) => level !== 'info');
    expect(loud.length).toBe(1);
  });

  test('REL30 ends the connection of a frame of 70 MiB with 1009, and no other', async () => {
    const relay = await openRelay();
    const [a, b] = [await openPeer(relay.address), await openPeer(relay.address)];
    const sender = await openSocket(relay.address);
    sender.send(Buffer.alloc(70 * 1024 * 1024, 'x'), { binary: false });
    const [code] = await once(sender, 'close');
    expect(code).toBe(1009);
    a.publish(ops[0]!);
    await b.until('an op of another peer', has(1));
    expect([a.counts.peers, b.counts.peers]).toEqual([1, 1]);
    const left = relay.logger.lines.filter(({ message }) => message === 'peer left');
    expect(left.map(({ fields }) => fields['reason'])).toEqual(['Max payload size exceeded']);
  });

  test('REL31 survives a peer that is cut in the middle of a frame', async () => {
    const relay = await openRelay();
    const [a, b] = [await openPeer(relay.address), await openPeer(relay.address)];
    const sender = await openSocket(relay.address);
    const { _socket: stream } = sender as unknown as { _socket: NodeJS.WritableStream };
    // A masked text frame that says 1000 bytes and ends after six.
    stream.write(Buffer.from([0x81, 0xfe, 0x03, 0xe8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    stream.end();
    await once(sender, 'close');
    a.publish(ops[0]!);
    await b.until('an op of another peer', has(1));
  });
});

describe('signatures', () => {
  test('REL46 cuts off a flood of forged ops after 64, and others do not notice', async () => {
    const relay = await openRelay();
    const other = await openPeer(relay.address);
    const forged = ops.map((op) => op.replace(/"signed_digest":\[\d+/, '"signed_digest":[0'));
    const sender = await openSocket(relay.address);
    const closed = once(sender, 'close');
    const startMs = performance.now();
    sender.send(JSON.stringify({ type: 'bulk', ops: forged.slice(0, 400) }));
    const [code, reason] = await closed;
    const message = 'peer sends too many ops with wrong signatures (retry in 60 s)';
    expect([code, String(reason)]).toEqual([1013, message]);
    expect(relay.told(message)).toBe(1);
    const refused = relay.logger.lines.filter((line) => line.message === 'refused ops');
    const count = refused.reduce((sum, { fields }) => sum + Number(fields['ops']), 0);
    // A slow machine gives the budget time to refill: one a second.
    const refilled = Math.floor((performance.now() - startMs) / 1000);
    expect(count).toBeGreaterThanOrEqual(64);
    expect(count).toBeLessThanOrEqual(64 + refilled);
    // What was not looked at is not refused for ever.
    const honest = await openPeer(relay.address, ops.slice(0, 400));
    await other.until('the genuine ops', has(400));
    expect(honest.counts.peers).toBe(1);
  });

  test('REL46 takes as many ops as come that are valid by ZIP215 alone', async () => {
    const relay = await openRelay();
    const torsion = createTorsionSigner(9);
    const exotic = Array.from({ length: 100 }, (_, number) =>
      opText(insertOp({ signer: torsion, content: itemContent({ name: text(`${number}`) }) })),
    );
    const other = await openPeer(relay.address);
    await openPeer(relay.address, exotic);
    await other.until('all of them', has(100));
    expect(new Set(other.ops)).toEqual(new Set(exotic));
    expect(relay.logger.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});

describe('who may sync', () => {
  /** The close that an upgrade ends with; undefined: it stays open until a frame comes. */
  async function endOfUpgrade(address: string, headers: { readonly [name: string]: string } = {}) {
    const socket = new WebSocket(address, { perMessageDeflate: false, headers });
    endings.push(() => socket.terminate());
    await once(socket, 'open');
    const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`);
    socket.send('{"type":"bulk","ops":[]}');
    return Promise.race([closed, once(socket, 'message').then(() => undefined)]);
  }

  test('REL43 sends pages of other sites away with 1008, unless they are listed', async () => {
    const site = 'https://dash.example';
    const relay = await openRelay({ data: await newFolder(), allowedOrigins: [site] });
    const own = `http://127.0.0.1:${relay.port}`;
    const foreign = 'https://evil.example';
    const ends = await Promise.all(
      [own, site, foreign].map((Origin) => endOfUpgrade(relay.address, { Origin })),
    );
    const reason = 'this relay does not sync with pages of other sites: see allow_origin';
    expect(ends).toEqual([undefined, undefined, `1008 ${reason}`]);
    expect(relay.logger.lines.filter(({ level }) => level !== 'info')).toEqual([
      {
        level: 'warn',
        message: 'sent a peer away',
        fields: { pipeline: 'default', peer: expect.any(String), reason, origin: foreign },
      },
    ]);
  });

  test('REL44 opens 256 pipelines and no further one, but any that holds ops', async () => {
    const data = await newFolder();
    const before = await openRelay({ data });
    const writer = await openPeer(`${before.address}/with-ops`, ops.slice(0, 1));
    const reader = await openPeer(`${before.address}/with-ops`);
    await reader.until('the op', has(1));
    await Promise.all([writer.close(), reader.close()]);
    await before.close();

    const relay = await openRelay({ data });
    for (let number = 0; number < 256; number += 1) {
      expect(await endOfUpgrade(`${relay.address}/p-${number}`)).toBe(undefined);
    }
    const reason = 'this relay has 256 pipelines and takes no further one';
    expect(await endOfUpgrade(`${relay.address}/one-more`)).toBe(`1008 ${reason}`);
    expect(await endOfUpgrade(`${relay.address}/p-7`)).toBe(undefined);
    expect(await endOfUpgrade(`${relay.address}/with-ops`)).toBe(undefined);
  });
});

describe('durability and links', () => {
  test('REL32 has after a restart all it had acknowledged or forwarded', async () => {
    const relay = await openRelay();
    const a = await openPeer(relay.address, ops.slice(0, 300));
    const b = await openPeer(relay.address);
    await b.until('the ops of a', has(300));
    a.publish(ops[300]!);
    await b.until('the live op', has(301));
    await relay.close();
    const again = await openRelay({ data: relay.data, port: relay.port });
    const c = await openPeer(again.address);
    await c.until('all of it', has(301));
    expect(c.ops).toEqual(ops.slice(0, 301));
  });

  test('REL33 brings the peers of two linked relays together, without echo', async () => {
    const near = await openRelay();
    const far = await openRelay({ data: await newFolder(), rendezvous: [near.address] });
    const a = await openPeer(near.address, ops.slice(0, 50));
    const b = await openPeer(far.address, ops.slice(0, 100));
    await Promise.all([a, b].map((peer) => peer.until('all 100 ops', has(100))));
    const before = [a, b].map((peer) => liveFramesOf(peer).length);
    a.publish(ops[100]!);
    await b.until('the op of a', has(101));
    b.publish(ops[101]!);
    await a.until('the op of b', has(102));
    // An echo of the first would have come in front of the second.
    expect(liveFramesOf(a).slice(before[0])).toEqual(live([ops[101]!]));
    expect(liveFramesOf(b).slice(before[1])).toEqual(live([ops[100]!]));
    expect(
      [...near.logger.lines, ...far.logger.lines].filter(({ level }) => level !== 'info'),
    ).toEqual([]);
  });

  test('REL34 refuses a data folder in use and a port in use, each with a sentence', async () => {
    const { data, port } = await openRelay();
    const start = (config: { readonly data: string; readonly port: number }) =>
      startRelay(
        { ...DEFAULT_CONFIG, ...config },
        {
          clock: nodeClock,
          random: nodeRandom,
          logger: createMemoryLogger(),
          pageFolder: '/nowhere',
        },
      );
    expect(await start({ data, port: 0 })).toMatchObject({
      type: 'refused',
      detail: `data folder ${data} is in use by another relay`,
    });
    const elsewhere = await newFolder();
    const busy = { type: 'refused', detail: `port ${port} on 127.0.0.1 is in use` };
    expect(await start({ data: elsewhere, port })).toEqual(busy);
    // The second refusal gave the folder back.
    expect(await start({ data: elsewhere, port })).toEqual(busy);
  });
});
