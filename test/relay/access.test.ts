import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Signer } from '../../worker/ports.ts';
import { hashToken } from '../../worker/relay/access/tokens.ts';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { createWebSocketDialler } from '../../worker/relay/webSocketDialler.ts';
import { createAccessDialler } from '../../worker/sync/accessDialler.ts';
import { digestChallenge, encodeProof, parseChallenge } from '../../worker/wire/accessFrames.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';

vi.setConfig({ testTimeout: 60_000 });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const ann = createNobleSigner(new Uint8Array(32).fill(1));
const bob = createNobleSigner(new Uint8Array(32).fill(2));
const cat = createSigner(3);
const keyOf = ({ publicKey }: { readonly publicKey: string }, role = 'write'): string =>
  `[[key]]\nname = "${role} ${publicKey.slice(0, 4)}"\nkey = "${publicKey}"\nrole = "${role}"\npipelines = "*"\n`;
const tokenOf = (token: string, role = 'write'): string =>
  `[[token]]\nname = "${token}"\nsha256 = "${hashToken(token)}"\nrole = "${role}"\npipelines = ["default"]\n`;
const story = (signer: ReturnType<typeof createSigner>, name: string): string =>
  opText(insertOp({ signer, content: itemContent({ name: text(name) }) }));

async function openRelay(auth: 'token' | 'keys', list: string) {
  const folder = await mkdtemp(join(tmpdir(), 'relay-access-'));
  endings.push(() => rm(folder, { recursive: true }));
  const access = join(folder, 'access.toml');
  await writeFile(access, list);
  const logger = createMemoryLogger();
  const relay = await startRelay(
    {
      ...DEFAULT_CONFIG,
      port: 0,
      data: join(folder, 'data'),
      auth,
      access,
    },
    { clock: nodeClock, random: nodeRandom, logger, pageFolder: '/nowhere' },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  endings.push(relay.close);
  const address = `ws://127.0.0.1:${relay.port}/crdt-sync`;
  const told = (message: string): number =>
    logger.lines.filter((line) => line.message === message).length;
  return { address, port: relay.port, told, change: (next: string) => writeFile(access, next) };
}

interface Who {
  readonly signer?: Signer;
  readonly token?: string;
}

/** A bare end of ours that shows who it is, and notes what comes. */
function dial(address: string, { signer = ann, token }: Who) {
  const heard: string[] = [];
  const watchers = new Set<() => void>();
  let close: { readonly code: number; readonly reason: string } | null = null;
  const note = (frame: string): void => {
    heard.push(frame);
    for (const look of watchers) look();
  };
  const dialler = createAccessDialler(createWebSocketDialler(1e7, nodeClock), {
    signer: () => signer,
    token: () => token ?? null,
  });
  const socket = dialler.dial(address, {
    onOpen: () => socket.send('{"type":"bulk","ops":[],"caps":["ack1"]}'),
    onText: note,
    onBinary: (bytes) => note(bytes[0] === 1 ? 'ack' : Buffer.from(bytes).toString()),
    onClose(closing) {
      close = closing;
      note('(closed)');
    },
  });
  endings.push(() => socket.close(1000, 'over'));
  const until = (words: string): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (!heard.some((frame) => frame.includes(words))) return;
        watchers.delete(look);
        done();
      };
      watchers.add(look);
      look();
    });
  const send = (op: string): void => socket.send(Buffer.from(`{"v":1,"op":${op}}`));
  return { heard, until, send, closed: () => until('(closed)').then(() => close) };
}

describe('a relay that asks for tokens', () => {
  test('AUTH16 lets in by first frame and by header, and tells others nothing', async () => {
    const relay = await openRelay('token', tokenOf('right'));
    const page = dial(relay.address, { token: 'right' });
    await page.until('"caps"');
    const node = new WebSocket(relay.address, { headers: { Authorization: 'Bearer right' } });
    endings.push(() => node.terminate());
    node.on('open', () =>
      node.send(`{"type":"bulk","ops":[${JSON.stringify(story(cat, 'node'))}]}`),
    );
    await page.until('node');

    const wrong = dial(relay.address, { token: 'wrong' });
    const none = dial(relay.address, {});
    const elsewhere = dial(`${relay.address}/other`, { token: 'right' });
    const codes = await Promise.all([wrong, none, elsewhere].map(({ closed }) => closed()));
    expect(codes.map((close) => close?.code)).toEqual([4401, 4401, 4403]);
    expect([wrong.heard, none.heard]).toEqual([['(closed)'], ['(closed)']]);
  });

  test('AUTH17 a peer that may only read is given all; what it brings is left out and not acknowledged', async () => {
    const relay = await openRelay('token', tokenOf('w') + tokenOf('r', 'read'));
    const [writer, reader] = [
      dial(relay.address, { token: 'w' }),
      dial(relay.address, { token: 'r' }),
    ];
    await Promise.all([writer.until('"caps"'), reader.until('"caps"')]);
    const mine = story(cat, 'of the reader');
    reader.send(mine);
    reader.send(story(cat, 'another of the reader'));
    writer.send(story(cat, 'of the writer'));
    await Promise.all([reader.until('of the writer'), writer.until('ack')]);
    expect(writer.heard.filter((frame) => frame.includes('of the reader'))).toEqual([]);
    expect(reader.heard).not.toContain('ack');
    expect(relay.told('a peer that may only read brings ops: they are left out')).toBe(1);
    // Not marked as seen: one who may write brings it.
    writer.send(mine);
    await reader.until('of the reader');
  });

  test('AUTH15 a token that is taken away is cut off within a second', async () => {
    const relay = await openRelay('token', tokenOf('stays') + tokenOf('goes'));
    const [stays, goes] = ['stays', 'goes'].map((token) => dial(relay.address, { token }));
    await Promise.all([stays!.until('"caps"'), goes!.until('"caps"')]);
    const before = performance.now();
    await relay.change(tokenOf('stays'));
    expect((await goes!.closed())?.code).toBe(4403);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(stays!.heard).not.toContain('(closed)');
  });
});

describe('a relay that asks for keys', () => {
  test('AUTH16 lets in who signs its challenge with a listed key', async () => {
    const relay = await openRelay('keys', keyOf(ann));
    const good = dial(relay.address, { signer: ann });
    await good.until('"caps"');
    const bad = dial(relay.address, { signer: bob });
    expect(await bad.closed()).toMatchObject({ code: 4401, asked: 'key' });
    expect(bad.heard).toEqual(['(closed)']);
  });

  test('AUTH18 ops of signers who may not write are left out, and taken once they are listed', async () => {
    const relay = await openRelay('keys', keyOf(ann) + keyOf(bob));
    const [a, b] = [dial(relay.address, { signer: ann }), dial(relay.address, { signer: bob })];
    await Promise.all([a.until('"caps"'), b.until('"caps"')]);
    const op = story(cat, 'by cat');
    a.send(op);
    a.send(op);
    const closed = a.closed();
    await vi.waitFor(() =>
      expect(relay.told('ops of a signer who may not write here are left out')).toBe(1),
    );
    expect([a.heard.includes('ack'), b.heard.join().includes('by cat')]).toEqual([false, false]);
    await relay.change(keyOf(ann) + keyOf(bob) + keyOf(cat));
    expect((await closed)?.code).toBe(1012);
    const again = dial(relay.address, { signer: ann });
    await again.until('"caps"');
    again.send(op);
    await b.until('by cat');
    await again.until('ack');
  });
});

describe('a stranger', () => {
  test('AUTH19 that sends more than 64 KiB before it has shown who it is is cut off', async () => {
    const relay = await openRelay('token', tokenOf('right'));
    const socket = new WebSocket(relay.address);
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send('x'.repeat(8 * 1024 * 1024));
    const [code] = await once(socket, 'close');
    expect([4401, 1006]).toContain(code);
    expect(relay.told('peer connected')).toBe(0);
  });

  test('AUTH19 that answers with the proof of another connection is not let in', async () => {
    const relay = await openRelay('keys', keyOf(ann));
    const ask = async (): Promise<readonly [WebSocket, string]> => {
      const socket = new WebSocket(relay.address);
      await once(socket, 'open');
      socket.send('{"type":"bulk","ops":[]}');
      const [frame] = (await once(socket, 'message')) as [Buffer];
      return [socket, frame.toString()];
    };
    const [, first] = await ask();
    const [second] = await ask();
    const place = { host: `127.0.0.1:${relay.port}`, pipeline: 'default' };
    const digest = digestChallenge(place, parseChallenge(first)!);
    const signature = Buffer.from(await ann.sign(digest)).toString('hex');
    second.send(encodeProof({ key: ann.publicKey, signature }));
    const [code] = await once(second, 'close');
    expect(code).toBe(4401);
  });
});
