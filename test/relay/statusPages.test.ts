import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createStatusResponder, type Readiness } from '../../worker/relay/statusPages.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(readiness: Readiness, text = async () => 'ops 1\n') {
  const respond = createStatusResponder(
    {
      readiness: () => readiness,
      info: () => ({ version: '1.2.3' }),
      metrics: { contentType: 'text/plain; version=0.0.4', text },
    },
    (_request, response) => response.writeHead(404).end('page'),
  );
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    ask({ port, path, method, headers });
}

async function ask(options: {
  port: number;
  path: string;
  method: string;
  headers: Record<string, string>;
}) {
  const request = httpRequest({ host: '127.0.0.1', ...options }).end();
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return [response.statusCode, body, response.headers['cache-control']];
}

test('OBS1 says that it lives, and whether it takes peers, with the reason where it does not', async () => {
  const ready = await serve({ type: 'ready' });
  const draining = await serve({ type: 'not-ready', reason: 'draining' });
  expect(await ready('/healthz')).toEqual([200, 'ok\n', 'no-store']);
  expect(await ready('/readyz?now')).toEqual([200, 'ready\n', 'no-store']);
  expect(await draining('/healthz')).toEqual([200, 'ok\n', 'no-store']);
  expect(await draining('/readyz')).toEqual([503, 'draining\n', 'no-store']);
});

test('OBS2 answers GET and HEAD alone, and leaves every other path to the page', async () => {
  const get = await serve({ type: 'ready' });
  expect(await get('/readyz', 'HEAD')).toEqual([200, '', 'no-store']);
  expect(await get('/readyz', 'POST')).toEqual([405, 'This server only reads.\n', 'no-store']);
  expect(await get('/healthz/x')).toEqual([404, 'page', undefined]);
  expect(await get('/constructor')).toEqual([404, 'page', undefined]);
  expect(await get('/info')).toEqual([200, '{"version":"1.2.3"}\n', 'no-store']);
});

test('OBS3 gives metrics to this machine alone: not through a proxy, not by a foreign name', async () => {
  const get = await serve({ type: 'ready' });
  const refusal = [403, 'Only for this machine, without a proxy.\n', 'no-store'];
  expect(await get('/metrics')).toEqual([200, 'ops 1\n', 'no-store']);
  expect(await get('/metrics', 'GET', { Host: 'localhost:3001' })).toEqual([
    ...[200, 'ops 1\n', 'no-store'],
  ]);
  for (const header of ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Real-IP']) {
    expect(await get('/metrics', 'GET', { [header]: '' })).toEqual(refusal);
  }
  expect(await get('/metrics', 'GET', { Host: 'rebound.example' })).toEqual(refusal);
  expect(await get('/metrics', 'GET', { Host: '127.0.0.1.example' })).toEqual(refusal);
});

test('OBS4 answers 500 when the metrics cannot be had, and goes on', async () => {
  const get = await serve({ type: 'ready' }, () => Promise.reject(new Error('no')));
  expect(await get('/metrics')).toEqual([500, 'It failed.\n', 'no-store']);
  expect(await get('/readyz')).toEqual([200, 'ready\n', 'no-store']);
});
