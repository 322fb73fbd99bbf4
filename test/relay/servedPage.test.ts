import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createPageResponder } from '../../worker/relay/pageFiles.ts';
import { listenForPeers } from '../../worker/relay/webSocketServer.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server for pages alone. */
async function serve({ page = '/nowhere' } = {}) {
  const listening = await listenForPeers({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1000,
    respond: createPageResponder(page, { frameAncestors: ['https://desk.example'] }),
    clock: nodeClock,
    admit: async () => ({ type: 'unavailable' }),
  });
  if (listening.type !== 'listening') throw new Error(listening.detail);
  const { port, stop } = listening;
  cleanUps.push(stop);
  return { port, http: `http://127.0.0.1:${port}` };
}

async function builtPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<title>huskies</title>');
  await writeFile(join(folder, 'assets/main-Bx3_k9-Q.js'), 'export {};');
  await writeFile(join(folder, 'assets/element.js'), 'export {};');
  await writeFile(join(folder, 'icon.svg'), '<svg/>');
  await writeFile(join(folder, 'embed.html'), '<title>board</title>');
  await writeFile(join(folder, 'huskies-pipeline.js'), 'export {};');
  await writeFile(join(folder, 'sw.js'), 'export {};');
  await writeFile(join(folder, 'app.webmanifest'), '{}');
  return folder;
}

test.each([
  ['/', 'text/html; charset=utf-8', 'no-cache'],
  ['/index.html?x=1', 'text/html; charset=utf-8', 'no-cache'],
  [
    '/assets/main-Bx3_k9-Q.js',
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
  ],
  ['/assets/element.js', 'text/javascript; charset=utf-8', 'no-cache'],
  ['/icon.svg', 'image/svg+xml', 'no-cache'],
  ['/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
  ['/app.webmanifest', 'application/manifest+json', 'no-cache'],
])('SRV10 serves %s as %s, cached %s', async (path, type, caching) => {
  const server = await serve({ page: await builtPage() });
  const response = await fetch(server.http + path);
  expect({
    status: response.status,
    type: response.headers.get('content-type'),
    caching: response.headers.get('cache-control'),
    sniffing: response.headers.get('x-content-type-options'),
    policy: response.headers.get('content-security-policy')?.split('; ')[0],
  }).toEqual({ status: 200, type, caching, sniffing: 'nosniff', policy: "default-src 'self'" });
  expect((await response.text()).length).toBeGreaterThan(0);
});

test('SRV19 lets other sites import the element and what it imports, and nothing else', async () => {
  const server = await serve({ page: await builtPage() });
  const paths = ['/huskies-pipeline.js', '/assets/main-Bx3_k9-Q.js', '/', '/embed.html', '/sw.js'];
  const allowed = await Promise.all(
    paths.map(async (path) => {
      const { headers } = await fetch(server.http + path);
      return [
        headers.get('access-control-allow-origin'),
        headers.get('cross-origin-resource-policy'),
      ];
    }),
  );
  const everybody = ['*', 'cross-origin'];
  const nobody = [null, null];
  expect(allowed).toEqual([everybody, everybody, nobody, nobody, nobody]);
});

test('SRV20 lets listed sites frame embed.html, and only its own pages frame any other', async () => {
  const server = await serve({ page: await builtPage() });
  const framers = await Promise.all(
    ['/embed.html', '/embed.html?pipeline=x', '/', '/missing'].map(async (path) => {
      const policy = (await fetch(server.http + path)).headers.get('content-security-policy');
      return policy?.split('; ').find((directive) => directive.startsWith('frame-ancestors'));
    }),
  );
  const listed = "frame-ancestors 'self' https://desk.example";
  expect(framers).toEqual([listed, listed, "frame-ancestors 'self'", "frame-ancestors 'self'"]);
});

test('SRV11 answers 304 to a browser that has the file', async () => {
  const server = await serve({ page: await builtPage() });
  const etag = (await fetch(server.http)).headers.get('etag') ?? '';
  const again = await fetch(server.http, { headers: { 'If-None-Match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test.each([
  ['GET', '/../package.json', 404],
  ['GET', '/%2e%2e/package.json', 404],
  ['GET', '//etc/passwd', 404],
  ['GET', '/assets', 404],
  ['GET', '/%', 404],
  ['GET', '/crdt-sync', 404],
  ['POST', '/', 405],
  ['HEAD', '/', 200],
])('SRV12 answers %s %s with %i', async (method, path, status) => {
  const server = await serve({ page: await builtPage() });
  expect(await statusOf(server.port, method, path)).toBe(status);
});

test('SRV13 serves what was built when it started, whatever range is asked for', async () => {
  const folder = await builtPage();
  const server = await serve({ page: folder });
  await rm(join(folder, 'index.html'));
  const response = await fetch(server.http, { headers: { Range: 'bytes=2-1' } });
  expect([response.status, await response.text()]).toEqual([200, '<title>huskies</title>']);
});

test('SRV14 says so when the page is not built', async () => {
  const server = await serve();
  const response = await fetch(server.http);
  expect([response.status, await response.text()]).toEqual([
    503,
    'The page is not built yet: run `npm run build`, then start the relay again.\n',
  ]);
});

/** With the path as it is, which `fetch` would tidy up. */
const statusOf = (port: number, method: string, path: string): Promise<number | undefined> =>
  new Promise((done, fail) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    request.on('error', fail);
    request.end();
  });
