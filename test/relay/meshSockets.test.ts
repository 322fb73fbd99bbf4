import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { publicKeyOf } from '../../worker/crdt/curve.ts';
import { hashToken } from '../../worker/relay/access/tokens.ts';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG, type RelayConfig } from '../../worker/relay/settings.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import { readRustDump } from '../support/rustDump.ts';
import { type RustLikePeer, startRustLikePeer } from '../support/rustLikePeer.ts';

vi.setConfig({ testTimeout: 60_000 });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-mesh-'));
  endings.push(() => rm(folder, { recursive: true }));
  return folder;
}

async function openRelay(config: Partial<RelayConfig> = {}) {
  const data = config.data ?? (await newFolder());
  const logger = createMemoryLogger();
  const relay = await startRelay(
    { ...DEFAULT_CONFIG, port: 0, ...config, data },
    { clock: nodeClock, random: nodeRandom, logger, pageFolder: '/nowhere' },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= relay.close());
  endings.push(close);
  const { port } = relay;
  const metric = async (line: string): Promise<number> => {
    const shown = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(shown.split(`huskies_relay_${line} `)[1]?.split('\n')[0]);
  };
  return { data, port, address: `ws://127.0.0.1:${port}/crdt-sync`, logger, metric, close };
}

async function openPeer(address: string, ops: readonly string[] = []): Promise<RustLikePeer> {
  const peer = await startRustLikePeer({ ops });
  endings.push(() => peer.close());
  await peer.dial(address);
  return peer;
}

const holds =
  (count: number) =>
  ({ ops }: RustLikePeer): boolean =>
    ops.length === count;

test('MESH11 a ring of relays that is closed by a restart brings every peer everything, without echo', async () => {
  const { ops } = readRustDump();
  const first = await openRelay();
  const second = await openRelay({ rendezvous: [first.address] });
  const third = await openRelay({ rendezvous: [second.address, first.address] });
  const [a, b, c] = [
    await openPeer(first.address, ops.slice(0, 200)),
    await openPeer(second.address, ops.slice(0, 100)),
    await openPeer(third.address, ops.slice(0, 300)),
  ];
  await Promise.all([a, b, c].map((peer) => peer.until('all 300', holds(300))));
  await first.close();
  b.publish(ops[300]!);
  await c.until('the op of b', holds(301));
  const rendezvous = [third.address, second.address];
  const again = await openRelay({ data: first.data, port: first.port, rendezvous });
  await a.dial(again.address);
  await a.until('what it missed', holds(301));
  const before = [a, b, c].map(({ frames }) => frames.length);
  a.publish(ops[301]!);
  c.publish(ops[302]!);
  await Promise.all([a, b, c].map((peer) => peer.until('all 303', holds(303))));
  b.publish(ops[303]!);
  await Promise.all([a, b, c].map((peer) => peer.until('the last', holds(304))));
  const news = [a, b, c].map(({ frames }, at) =>
    frames.slice(before[at]).flatMap(({ type, text }) => (type === 'binary' ? [text] : [])),
  );
  expect(news.map((frames) => new Set(frames).size)).toEqual([2, 2, 2]);
  expect(news.map((frames) => frames.length)).toEqual([2, 2, 2]);
});

test('MESH13 a relay shows the token of its file to the address that it is for, and to no other', async () => {
  const folder = await newFolder();
  const [access, tokenFile] = [join(folder, 'access.toml'), join(folder, 'tokens.toml')];
  const entry = `[[token]]\nname = "far"\nsha256 = "${hashToken('s3cret')}"\n`;
  await writeFile(access, `${entry}role = "write"\npipelines = "*"\n`);
  const near = await openRelay({ auth: 'token', access });
  await writeFile(tokenFile, `[[token]]\naddress = "${near.address}"\ntoken = "s3cret"\n`);
  const elsewhere = await openPeerListener();
  const far = await openRelay({
    rendezvous: [near.address, elsewhere.address],
    rendezvousTokens: tokenFile,
  });
  const peer = await openPeer(far.address);
  peer.publish(opText(insertOp({ signer: createSigner(1) })));
  await elsewhere.until('the op', holds(1));
  await vi.waitUntil(async () => (await near.metric('ops_total{outcome="stored"}')) === 1);
  expect(await far.metric('rendezvous{status="open"}')).toBe(2);
  expect(JSON.stringify([elsewhere.frames, far.logger.lines])).not.toContain('s3cret');
});

test('MESH14 a relay answers a challenge with a key of its own, which it keeps', async () => {
  const folder = await newFolder();
  const access = join(folder, 'access.toml');
  const secretKey = new Uint8Array(32).fill(5);
  const data = join(folder, 'data');
  await mkdir(data);
  await writeFile(join(data, 'relay.key'), `${'05'.repeat(32)}\n`);
  const signer = createSigner(1);
  const entryOf = (name: string, key: string): string =>
    `[[key]]\nname = "${name}"\nkey = "${key}"\nrole = "write"\npipelines = "*"\n`;
  await writeFile(access, entryOf('far', publicKeyOf(secretKey)) + entryOf('a', signer.publicKey));
  const near = await openRelay({ auth: 'keys', access });
  const far = await openRelay({ data, rendezvous: [near.address] });
  const stranger = await openRelay({ rendezvous: [near.address] });
  const peer = await openPeer(far.address);
  const news = itemContent({ name: text('news') });
  peer.publish(opText(insertOp({ signer, content: news })));
  await vi.waitUntil(async () => (await near.metric('ops_total{outcome="stored"}')) === 1);
  await vi.waitUntil(async () => (await stranger.metric('rendezvous{status="needs-auth"}')) === 1);
  expect(await stranger.metric('dials_refused_total{answer="needs-auth"}')).toBe(1);
  expect(await stranger.metric('ops_total{outcome="stored"}')).toBe(0);
  const refusals = stranger.logger.lines.filter(({ message }) => message === 'not let in');
  expect(refusals).toMatchObject([{ level: 'error', fields: { code: 4401, asked: 'key' } }]);
});

async function openPeerListener(): Promise<RustLikePeer> {
  const peer = await startRustLikePeer();
  endings.push(() => peer.close());
  return peer;
}
