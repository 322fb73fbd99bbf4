import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DRAIN_MAX_MS } from '../../worker/relay/drain.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { freePorts } from '../support/freePorts.ts';
import { readSources, root } from '../support/sourceCode.ts';

/** What the relay is packed into; no Docker is needed here. */

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { scripts, dependencies } = JSON.parse(read('package.json')) as {
  readonly scripts: { readonly [name: string]: string };
  readonly dependencies: { readonly [name: string]: string };
};
const instructions = readDockerfile(read('Dockerfile'));
const lastFrom = instructions.findLastIndex(({ name }) => name === 'FROM');
const lastStage = instructions.slice(lastFrom);
const restOf = (wanted: string): string =>
  lastStage.findLast(({ name }) => name === wanted)?.rest ?? '';

describe('the image', () => {
  test('DEPL1 runs what `npm run relay` runs, without npm', () => {
    expect(JSON.parse(restOf('ENTRYPOINT'))).toEqual(scripts['relay']?.split(' '));
    expect(restOf('CMD')).toBe('');
  });

  test('DEPL2 copies only what is there and is not ignored', () => {
    const stages = instructions.flatMap(({ name, rest }) =>
      name === 'FROM' ? [/ AS (\S+)$/.exec(rest)?.[1] ?? ''] : [],
    );
    const copies = instructions.filter(({ name }) => name === 'COPY').map(({ rest }) => rest);
    const fromStages = copies.flatMap((rest) => /^--from=(\S+)/.exec(rest)?.[1] ?? []);
    const sources = copies
      .filter((rest) => !rest.startsWith('--'))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1));
    expect(stages).toEqual(['build', 'packages', '']);
    expect(fromStages).toEqual(['packages', 'build']);
    expect(sources.filter((source) => !isThere(source))).toEqual([]);
    const kept = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(kept.map((line) => line.slice(1)).sort()).toEqual([...new Set(sources)].sort());
  });

  test('DEPL3 has what the relay loads, and is not run by root', () => {
    const loaded = readSources('worker')
      .flatMap(({ imports }) => imports)
      .filter(({ file, typeOnly, specifier }) => {
        return file === null && !typeOnly && !specifier.startsWith('node:');
      })
      .map(({ specifier }) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '');
    expect(loaded).toContain('classic-level');
    expect(loaded.filter((name) => !(name in dependencies))).toEqual([]);
    expect(restOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('DEPL4 is healthy while /healthz answers 200', async () => {
    const statuses = [200, 500];
    const server = createServer(({ url }, response) => {
      response.writeHead(url === '/healthz' ? (statuses.shift() ?? 500) : 404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const exits = [await checkHealth(port), await checkHealth(port)];
    server.close();
    server.closeAllConnections();
    const [closed] = await freePorts(1);
    expect([...exits, await checkHealth(closed!)]).toEqual([0, 1, 1]);
  });
});

describe('the systemd unit', () => {
  test('DEPL5 runs the relay, waits longer than it takes to end, and lets it open enough', () => {
    const lines = read('docs/operating/huskies-web.service').matchAll(/^(\w+)=(.*)$/gm);
    const said = new Map([...lines].map(([, name, value]) => [name!, value!]));
    const program = scripts['relay']?.split(' ')[1];
    expect(said.get('ExecStart')?.split(' ')[1]).toBe(`/opt/huskies-web/${program}`);
    expect(Number(said.get('TimeoutStopSec'))).toBeGreaterThan(DRAIN_MAX_MS / 1000 + 2);
    expect(Number(said.get('LimitNOFILE'))).toBeGreaterThan(2 * DEFAULT_CONFIG.maxConnections);
  });
});

function readDockerfile(text: string): readonly Instruction[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return { name, rest: rest.join(' ') };
    });
}

/** At the top level; `*` stands for any characters. */
function isThere(source: string): boolean {
  const [start = '', end] = source.split('*');
  return readdirSync(root).some((name) =>
    end === undefined ? name === source : name.startsWith(start) && name.endsWith(end),
  );
}

/** Resolves to the exit status of the image's own command, for a relay on this port. */
function checkHealth(port: number): Promise<number | null> {
  const [, list = '[]'] = / CMD (\[.*\])$/.exec(restOf('HEALTHCHECK')) ?? [];
  const [command, ...args] = JSON.parse(list) as string[];
  expect(command).toBe('node');
  const env = { ...process.env, HUSKIES_WEB_PORT: String(port) };
  const child = execFile(process.execPath, args, { env });
  return new Promise((done) => child.once('exit', done));
}
