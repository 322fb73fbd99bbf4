import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../worker/relay/metrics.ts';
import { openMetricsServer } from '../../worker/relay/metricsServer.ts';
import { parseListenAddress } from '../../worker/relay/metricsSettings.ts';
import { root } from '../support/sourceCode.ts';

const TOKEN = 'a'.repeat(43);
const STATUS = {
  readiness: () => ({ type: 'ready' as const }),
  info: () => ({}),
  metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'ops 1\n' },
};

async function tokenFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'metrics-token-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  await writeFile(path, content);
  return path;
}

async function open(metricsTokenFile: string | null) {
  const opening = await openMetricsServer(
    { metricsListen: '127.0.0.1:0', metricsTokenFile },
    STATUS,
  );
  if (opening.type === 'refused') throw new Error(opening.detail);
  onTestFinished(opening.close);
  return async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${opening.port}${path}`, { headers });
    return [answer.status, await answer.text(), answer.headers.get('www-authenticate')];
  };
}

test('OBS10 metrics have an address of their own, where a proxy may stand between', async () => {
  const get = await open(null);
  const told = [200, 'ops 1\n', null];
  expect(await get('/metrics')).toEqual(told);
  expect(await get('/metrics', { 'X-Forwarded-For': '10.0.0.9' })).toEqual(told);
  expect(await get('/readyz')).toEqual([200, 'ready\n', null]);
  expect(await get('/')).toEqual([404, '', null]);
  expect(await get('/crdt-sync')).toEqual([404, '', null]);
});

test('OBS10 an address is a host and a port, and one that is taken is told', async () => {
  expect(parseListenAddress('10.0.0.5:9464')).toEqual({ host: '10.0.0.5', port: 9464 });
  expect(parseListenAddress('[::1]:0')).toEqual({ host: '::1', port: 0 });
  expect(parseListenAddress('metrics.example:80')).toEqual({ host: 'metrics.example', port: 80 });
  for (const wrong of ['9464', ':9464', 'host', 'host:', 'a:65536', '::1:9464', '[x]:1', 'a b:1']) {
    expect(parseListenAddress(wrong)).toBeNull();
  }
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const config = { metricsListen: `127.0.0.1:${port}`, metricsTokenFile: null };
  expect(await openMetricsServer(config, STATUS)).toEqual({
    type: 'refused',
    detail: expect.stringContaining('EADDRINUSE'),
  });
  expect(await openMetricsServer({ ...config, metricsListen: null }, STATUS)).toEqual({
    ...{ type: 'opened', port: null, close: expect.any(Function) },
  });
});

test('OBS11 with a token file only who shows its token reads metrics, and the token can be changed', async () => {
  const path = await tokenFile(`${TOKEN}\n`);
  const get = await open(path);
  const shown = (token: string) => ({ Authorization: `Bearer ${token}` });
  const refusal = [401, 'A bearer token is asked for.\n', 'Bearer'];
  expect(await get('/metrics', shown(TOKEN))).toEqual([200, 'ops 1\n', null]);
  expect(await get('/metrics')).toEqual(refusal);
  expect(await get('/metrics', shown(`${TOKEN}a`))).toEqual(refusal);
  expect(await get('/metrics', { Authorization: `Basic ${TOKEN}` })).toEqual(refusal);
  expect(await get('/healthz')).toEqual([200, 'ok\n', null]);
  await writeFile(path, 'b'.repeat(43));
  expect(await get('/metrics', shown(TOKEN))).toEqual(refusal);
  expect(await get('/metrics', shown('b'.repeat(43)))).toEqual([200, 'ops 1\n', null]);
  await rm(path);
  expect(await get('/metrics', shown(TOKEN))).toEqual([503, 'The token cannot be read.\n', null]);
});

test('OBS11 a token file that holds no token is refused at the start, and not repeated', async () => {
  for (const content of ['', 'secret of mine\nand another']) {
    const metricsTokenFile = await tokenFile(content);
    const opening = await openMetricsServer(
      { metricsListen: '127.0.0.1:0', metricsTokenFile },
      STATUS,
    );
    const detail = `metrics_token_file ${metricsTokenFile} does not hold a token: a line of visible characters`;
    expect(opening).toEqual({ type: 'refused', detail });
  }
});

test('OBS13 docs/operating.md has every metric', async () => {
  const text = await readFile(join(root, 'docs/operating.md'), 'utf8');
  const names = [
    ...Object.keys(COUNTERS).map((name) => `${name}_total`),
    ...Object.keys(GAUGES),
    ...Object.keys(HISTOGRAMS),
  ];
  const table = text.slice(text.indexOf('| metric, after'));
  const told = table.slice(0, table.indexOf('\n\n'));
  expect(names.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
});
