import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createNatsBackplane } from '../../worker/relay/backplane/natsBackplane.ts';
import { readCredentials } from '../../worker/relay/backplane/natsCredentials.ts';
import { encodeNote, parseNote } from '../../worker/relay/backplane/note.ts';
import { subjectOf, subjectToken } from '../../worker/relay/backplane/subject.ts';
import { readConfig } from '../../worker/relay/config.ts';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG, SETTINGS } from '../../worker/relay/settings.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { findNatsServer, startNatsServer } from '../support/natsServer.ts';
import { readSources } from '../support/sourceCode.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const read = (...args: readonly string[]) =>
  readConfig(SETTINGS, { args, environment: {}, readTextFile: () => '', version: '1' });

test('BPL21 brokers are nats: or tls: addresses without user, password or path', () => {
  const right = ['nats://10.0.0.5:4222', 'tls://broker.example', 'nats://[::1]:4222'];
  const outcome = read(...right.flatMap((address) => ['--backplane', address]));
  expect(outcome.type === 'run' && outcome.config.backplane).toEqual(right);
  const wrong = ['http://10.0.0.5', '10.0.0.5:4222', 'nats://', 'nats://host/path', 'nats://h?a=b'];
  for (const address of wrong) expect(read('--backplane', address).type).toBe('refused');
  const secret = read('--backplane', 'nats://ann:secret@host:4222');
  expect(JSON.stringify(secret)).toContain('must not have a user or a password in an address');
  expect(JSON.stringify(secret)).not.toContain('ann');
});

test('BPL21 a stream has a name that is one token', () => {
  expect(read('--backplane-stream', 'team-1_A').type).toBe('run');
  for (const name of ['a.b', '*', 'a b', 'x'.repeat(33)]) {
    expect(read('--backplane-stream', name).type).toBe('refused');
  }
});

describe('credentials', () => {
  const typeOf = (text: string) => readCredentials('file', () => text).type;

  test('BPL22 come from a file: .creds, user and password, token or nkey', () => {
    const creds = '-----BEGIN NATS USER JWT-----\nx\n------END NATS USER JWT------\n';
    const right = [creds, 'user = "a"\npassword = "b"', 'token = "t"', 'nkey = "SU"'];
    expect(right.map(typeOf)).toEqual(right.map(() => 'read'));
    const wrong = ['', 'user = "a"', 'token = 1', 'no TOML'];
    expect(wrong.map(typeOf)).toEqual(wrong.map(() => 'refused'));
  });

  test('BPL22 are told nowhere, and a relay that cannot read them does not start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'credentials-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'credentials');
    await writeFile(file, 'passwort = "secret"');
    const logger = createMemoryLogger();
    const config = {
      ...DEFAULT_CONFIG,
      ...{ port: 0, data: join(folder, 'data'), backplane: ['nats://127.0.0.1:1'] },
      backplaneCredentials: file,
    };
    const deps = { clock: nodeClock, random: nodeRandom, logger, pageFolder: 'none' };
    const refusal = await startRelay(config, deps);
    expect(refusal).toEqual({
      type: 'refused',
      detail: `${file} is no .creds file, and has not user and password, nor token, nor nkey`,
    });
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
    await writeFile(file, 'token = "secret"');
    const started = await startRelay(config, deps);
    expect(started.type).toBe('running');
    if (started.type === 'running') await started.close();
  });

  const program = findNatsServer();
  test.skipIf(program === null)('BPL22 let a relay in where the broker asks for them', async () => {
    const args = ['--user', 'relay', '--pass', 'secret'];
    const server = await startNatsServer(program!, { args });
    cleanUps.push(server.dispose);
    const connect = async (text: string) => {
      const config = {
        ...DEFAULT_CONFIG,
        backplane: [server.address],
        backplaneCredentials: text === '' ? null : 'file',
      };
      const outcome = await createNatsBackplane(config, () => text).connect();
      if (outcome.type === 'connected') await outcome.session.close();
      return outcome.type === 'failed' ? outcome.reason : outcome.type;
    };
    expect(await connect('user = "relay"\npassword = "secret"')).toBe('connected');
    const refusals = [await connect(''), await connect('user = "relay"\npassword = "wrong"')];
    for (const reason of refusals) expect(reason).toMatch(/Authorization Violation/i);
  });
});

test('BPL23 the client of NATS is loaded when there is a backplane, and else never', () => {
  const sources = readSources('worker');
  const files = sources.filter(({ imports }) =>
    imports.some(({ specifier }) => specifier.startsWith('@nats-io/')),
  );
  const paths = new Set(files.map(({ path }) => path));
  expect([...paths].every((path) => path.startsWith('worker/relay/backplane/nats'))).toBe(true);
  expect(paths.size).toBeGreaterThan(0);
  const loaders = sources.filter(
    ({ path, imports }) => !paths.has(path) && imports.some(({ file }) => paths.has(file ?? '')),
  );
  expect(loaders.map(({ path }) => path)).toEqual(['worker/relay/backplane/openEdge.ts']);
  expect(loaders[0]?.text).not.toMatch(/^import .*nats/m);
});

test('BPL2 a pipeline is one token of a subject, whatever its name', () => {
  const names = ['web-1', 'a.b', '*', '>', 'a b', '_', 'É', ''];
  const tokens = names.map(subjectToken);
  expect(tokens).toEqual(['web-1', 'a_2eb', '_2a', '_3e', 'a_20b', '_5f', '_c3_89', '']);
  expect(subjectOf('huskies', 'a.b')).toBe('huskies.v1.a_2eb');
});

test('BPL12 a note that is not one, or of another version, is as none', () => {
  const note = { stream: 's', place: { seq: 7, id: 'x' }, published: 3, ops: 4 };
  expect(parseNote(encodeNote(note))).toEqual(note);
  const fresh = { ...note, place: null };
  expect(parseNote(encodeNote(fresh))).toEqual(fresh);
  const whole = JSON.parse(encodeNote(note)) as object;
  const wrong = [
    ...['', 'null', '[]', '{"v":1}', '7'],
    JSON.stringify({ ...whole, v: 2 }),
    JSON.stringify({ ...whole, published: -1 }),
    JSON.stringify({ ...whole, ops: 0.5 }),
    JSON.stringify({ ...whole, place: { seq: '7', id: 'x' } }),
    JSON.stringify({ ...whole, place: { seq: 7 } }),
  ];
  expect(wrong.map(parseNote)).toEqual(wrong.map(() => null));
});
