import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { announce } from '../../worker/relay/announcement.ts';
import { readRustDump } from '../support/rustDump.ts';
import { startRustLikePeer } from '../support/rustLikePeer.ts';
import { root } from '../support/sourceCode.ts';

const endings: (() => unknown)[] = [];
// Each starts Node and compiles the sources, on a machine that other tests share.
vi.setConfig({ testTimeout: 60_000 });
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'program-'));
  endings.push(() => rm(folder, { recursive: true }));
  return folder;
}

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; out: string; error: string }>;
  /** Resolves with the port that it prints. */
  readonly port: Promise<number>;
  /** Resolves when its log holds these words. */
  logged(words: string): Promise<void>;
}

/** The relay's program as a process, from its sources. */
function run(...args: string[]): Run {
  const main = join(root, 'worker/relay/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: root });
  endings.push(() => child.kill('SIGKILL'));
  let out = '';
  let error = '';
  child.stderr.on('data', (data: Buffer) => {
    error += data;
  });
  const ended = once(child, 'close').then(([status]) => ({
    status: status as number | null,
    out,
    error,
  }));
  const port = new Promise<number>((done, fail) => {
    child.stdout.on('data', (data: Buffer) => {
      out += data;
      const found = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(out)?.[1];
      if (found !== undefined) done(Number(found));
    });
    void ended.then(() => fail(new Error(`it ended without an address: ${error}`)));
  });
  port.catch(() => undefined);
  const logged = async (words: string): Promise<void> => {
    while (!error.includes(words)) await once(child.stderr, 'data');
  };
  return { child, ended, port, logged };
}

test('REL35 prints where the page is and the line that makes a Rust node join', () => {
  expect(announce('127.0.0.1', 3001, ['192.168.1.5'])).toBe(
    [
      'huskies-web is at http://127.0.0.1:3001/',
      'A Rust node joins with this line in its project.toml:',
      'rendezvous = "ws://127.0.0.1:3001/crdt-sync"',
      '',
    ].join('\n'),
  );
  expect(announce('0.0.0.0', 80, ['192.168.1.5'])).toBe(
    [
      'huskies-web is at http://127.0.0.1:80/',
      'huskies-web is at http://192.168.1.5:80/',
      'A Rust node joins with this line in its project.toml:',
      'rendezvous = "ws://192.168.1.5:80/crdt-sync"',
      '',
    ].join('\n'),
  );
  expect(announce('::1', 3001, [])).toContain('http://[::1]:3001/');
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'REL36 stores what is in hand on %s, tells peers 1001 and ends with 0',
  async (signal) => {
    const { ops } = readRustDump();
    const data = await newFolder();
    const relay = run('--port', '0', '--data', data);
    const address = `ws://127.0.0.1:${await relay.port}/crdt-sync`;
    const watcher = await startRustLikePeer();
    endings.push(() => watcher.close());
    await watcher.dial(address);
    const peer = new WebSocket(address);
    const closed = once(peer, 'close');
    await once(peer, 'open');
    peer.send(JSON.stringify({ type: 'bulk', ops: ops.slice(0, 300) }));
    await watcher.until('one op', (it) => it.ops.length > 0);
    relay.child.kill(signal);
    expect([(await closed)[0], (await relay.ended).status]).toEqual([1001, 0]);

    const again = run('--port', '0', '--data', data);
    const reader = await startRustLikePeer();
    endings.push(() => reader.close());
    await reader.dial(`ws://127.0.0.1:${await again.port}/crdt-sync`);
    await reader.until('what the first had seen', (it) => it.ops.length >= watcher.ops.length);
    expect(reader.ops.slice(0, watcher.ops.length)).toEqual(watcher.ops);
  },
);

test('REL39 ends at once, with 1, on a second signal while a peer keeps it waiting', async () => {
  const relay = run('--port', '0', '--data', await newFolder());
  const peer = new WebSocket(`ws://127.0.0.1:${await relay.port}/crdt-sync`);
  endings.push(() => peer.terminate());
  await once(peer, 'open');
  peer.pause();
  relay.child.kill('SIGTERM');
  await relay.logged('stopping');
  relay.child.kill('SIGTERM');
  expect((await relay.ended).status).toBe(1);
});

test('REL37 explains in a sentence each what keeps it from running, with exit status 1 or 2', async () => {
  const data = await newFolder();
  const config = join(data, 'relay.toml');
  await writeFile(config, 'rendezvous = "ws://a/crdt-sync\n');
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  endings.push(() => busy.close());
  const { port } = busy.address() as { readonly port: number };
  const runs = [
    run('--port', String(port), '--data', join(data, 'a')),
    run('--config', config, '--data', join(data, 'b')),
    run('--config', join(data, 'none.toml')),
    run('--speed', '9'),
  ];
  const ends = await Promise.all(runs.map(({ ended }) => ended));
  expect(ends).toEqual([
    { status: 1, out: '', error: `port ${port} on 127.0.0.1 is in use\n` },
    {
      status: 1,
      out: '',
      error: expect.stringMatching(/^\S+relay\.toml, line 1: not TOML: [^\n]+\n$/),
    },
    {
      status: 1,
      out: '',
      error: expect.stringMatching(/^cannot read \S+none\.toml: [^\n]+\n$/),
    },
    { status: 2, out: '', error: 'unknown option --speed\n--help lists the options\n' },
  ]);
});

test('REL38 refuses a data folder that another process has, and frees it when killed', async () => {
  const data = await newFolder();
  const first = run('--port', '0', '--data', data);
  await first.port;
  const second = await run('--port', '0', '--data', data).ended;
  const error = `data folder ${data} is in use by another relay\n`;
  expect(second).toEqual({ status: 1, out: '', error });
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await run('--port', '0', '--data', data).port).toBeGreaterThan(0);
});
