import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { findNginx, startNginx } from '../support/nginx.ts';
import { readRustDump } from '../support/rustDump.ts';
import { startRustLikePeer } from '../support/rustLikePeer.ts';
import { root } from '../support/sourceCode.ts';
import { startTestRelay } from '../support/startedRelay.ts';

/** The file that docs/operating.md tells to use, in front of a whole relay. */

const SITE = readFileSync(join(root, 'docs/operating/nginx.conf'), 'utf8');
const SERVER_NAME = 'relay.example';
const ACCESS = `
[[token]]
name = "test"
sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
role = "write"
pipelines = "*"
`;
const TOKEN = { Authorization: 'Bearer abc' };

const programs = findNginx();

describe.skipIf(programs === null)('nginx in front', () => {
  test('DEPL6 passes on the page and its headers, and keeps what is for this machine', async () => {
    const { get } = await startBehindNginx();
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, body: '<!doctype html>' });
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const statuses = ['/readyz', '/info', '/metrics', '/nowhere'].map(async (path) => {
      return [path, (await get(path)).status];
    });
    expect(await Promise.all(statuses)).toEqual([
      ['/readyz', 200],
      ['/info', 200],
      ['/metrics', 404],
      ['/nowhere', 404],
    ]);
    expect(await get('/', { method: 'POST' })).toMatchObject({ status: 405 });
  });

  test('DEPL7 lets peers sync over wss that show a token in a header', async () => {
    const { address, client } = await startBehindNginx();
    const { ops } = readRustDump();
    const options = { ...client, headers: TOKEN };
    const [ann, bob] = [
      await startRustLikePeer({ ops: ops.slice(0, 40) }),
      await startRustLikePeer(),
    ];
    onTestFinished(async () => {
      await ann.close();
      await bob.close();
    });
    await ann.dial(address, options);
    await bob.dial(address, options);
    await bob.until('all ops', (peer) => peer.ops.length === 40);
    bob.publish(ops[40]!);
    await ann.until('one more', (peer) => peer.ops.length === 41);
    expect([ann.ops, [...bob.ops].sort()]).toEqual([ops.slice(0, 41), ops.slice(0, 41).toSorted()]);
  });

  test('DEPL8 lets the relay know pages by their origin', async () => {
    const { address, client, origin } = await startBehindNginx();
    const answer = async (from: string): Promise<string> => {
      const socket = new WebSocket(address, { ...client, headers: TOKEN, origin: from });
      onTestFinished(() => socket.terminate());
      return new Promise((done, fail) => {
        socket.once('message', () => done('greeted'));
        socket.once('close', (code) => done(`closed with ${code}`));
        socket.once('error', fail);
      });
    };
    const origins = [origin, `https://${SERVER_NAME}`, 'https://evil.example'];
    expect(await Promise.all(origins.map(answer))).toEqual([
      'greeted',
      'closed with 1008',
      'closed with 1008',
    ]);
  });
});

async function startBehindNginx() {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const relay = await startTestRelay({ auth: 'token' }, ACCESS, folder);
  const upstreamPort = Number(new URL(relay.address).port);
  const nginx = await startNginx(programs!, { text: SITE, serverName: SERVER_NAME, upstreamPort });
  onTestFinished(nginx.dispose);
  const host = `${SERVER_NAME}:${nginx.httpsPort}`;
  const client = { ca: nginx.certificate, lookup: toLoopback };
  return {
    address: `wss://${host}/crdt-sync`,
    origin: `https://${host}`,
    client,
    get: (path: string, options: RequestOptions = {}) =>
      fetchFrom(`https://${host}${path}`, { ...client, ...options }),
  };
}

const toLoopback: RequestOptions['lookup'] = (_name, { all }, callback) => {
  const entry = { address: '127.0.0.1', family: 4 };
  if (all) callback(null, [entry]);
  else callback(null, entry.address, entry.family);
};

function fetchFrom(address: string, options: RequestOptions) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (done, fail) => {
      const sent = request(address, { agent: false, ...options }, (response) => {
        let body = '';
        response.on('data', (data: Buffer) => {
          body += data;
        });
        const { statusCode: status = 0, headers } = response;
        response.once('end', () => done({ status, headers, body }));
      });
      sent.once('error', fail);
      sent.end();
    },
  );
}
