import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type AckPeer, dialAckPeer } from '../crash/ackPeer.ts';
import { streamOps } from '../crash/opStream.ts';
import { RELAY_FROM_SOURCE, type RelayChild, startRelayChild } from '../support/relayChild.ts';
import { root } from '../support/sourceCode.ts';

// Starts the relay's program twice, and waits for it to try its store again.
vi.setConfig({ testTimeout: 120_000 });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-trouble-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function start(program: readonly string[], data: string): RelayChild {
  const relay = startRelayChild(program, data);
  endings.push(() => relay.end('SIGKILL'));
  return relay;
}

const CANNOT_STORE = 'cannot store ops';
const WORKS_AGAIN = 'the store works again';
const LONG_NAME = 40_000;

/** Sends long ops until the relay says that it cannot store them, after so many failures before. */
async function fill(relay: RelayChild, failures = 0): Promise<AckPeer> {
  const peer = await dialAckPeer(await relay.address);
  await peer.readLog();
  peer.load(streamOps(LONG_NAME), 'bulk');
  await relay.logged(CANNOT_STORE, failures + 1);
  return peer;
}

/** A relay that runs again has what it acknowledged, nothing that was not sent, and takes ops. */
async function expectKept(relay: RelayChild, peers: readonly AckPeer[]): Promise<void> {
  const reader = await dialAckPeer(await relay.address);
  const log = new Set(await reader.readLog());
  for (const { sent, acked } of peers) {
    const lost = sent.filter(({ key, text }) => acked.has(key) && !log.has(text));
    expect({ lost: lost.length, anyAcked: acked.size > 0 }).toEqual({ lost: 0, anyAcked: true });
  }
  await untilStored(relay);
  expect(relay.logLines().filter((line) => line.includes('"level":"error"'))).toEqual([]);
}

/** Sends ops until the relay acknowledges one. */
async function untilStored(relay: RelayChild): Promise<void> {
  let note = (): void => undefined;
  const stored = new Promise<void>((done) => {
    note = done;
  });
  const peer = await dialAckPeer(await relay.address, note);
  peer.load(streamOps(), 'live');
  await stored;
  peer.close();
}

/** A process that has a file system of 32 MiB, in a mount namespace of its own; null: no rights. */
async function mountSmallDisk(folder: string): Promise<ChildProcess | null> {
  if (spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', folder]).status !== 0) {
    return null;
  }
  const script = 'mount -t tmpfs -o size=32m tmpfs "$0" && echo mounted && exec cat';
  const holder = spawn('unshare', ['--mount', 'sh', '-c', script, folder]);
  endings.push(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return holder;
}

test('REL41 on a full disk nothing is acknowledged that is not kept; with room it goes on', async (context) => {
  const folder = await newFolder();
  const disk = await mountSmallDisk(folder);
  if (disk === null) return context.skip('this process may not mount a file system');
  const inside = `/proc/${disk.pid}/root${folder}/filler`;
  await writeFile(inside, Buffer.alloc(28 * 1024 * 1024));
  const enter = ['nsenter', '--target', String(disk.pid), '--mount', `--wd=${root}`];
  const program = [...enter, ...RELAY_FROM_SOURCE];
  const relay = start(program, join(folder, 'data'));
  const peer = await fill(relay);
  expect(relay.logLines().find((line) => line.includes(CANNOT_STORE))).toContain('"reason":"full"');

  await rm(inside);
  await relay.logged(WORKS_AGAIN);
  await peer.closed;
  await untilStored(relay);
  await relay.end('SIGKILL');
  await expectKept(start(program, join(folder, 'data')), [peer]);
});

test('REL42 after a write that the disk took half of, everything that follows is kept', async () => {
  const data = await newFolder();
  // No file above 1 MiB: the write that passes it is short, and the next one fails.
  const limited = ['sh', '-c', 'ulimit -f 2048; exec "$0" "$@"', ...RELAY_FROM_SOURCE];
  const relay = start(limited, data);
  const peers: AckPeer[] = [];
  for (let failure = 0; failure < 3; failure += 1) {
    const peer = await fill(relay, failure);
    await peer.closed;
    peers.push(peer);
  }
  await relay.end('SIGKILL');
  await expectKept(start(RELAY_FROM_SOURCE, data), peers);
});
