import { expect, test } from 'vitest';
import { hashToken } from '../../../worker/relay/access/tokens.ts';
import { readConfig } from '../../../worker/relay/config.ts';
import { runProgram } from '../../../worker/relay/program.ts';
import { SETTINGS } from '../../../worker/relay/settings.ts';
import { createManualClock } from '../../support/manualClock.ts';
import { createMemoryLogger } from '../../support/memoryLogger.ts';
import { createSeededRandom } from '../../support/seededRandom.ts';

const read = (...args: string[]) =>
  readConfig(SETTINGS, { args, environment: {}, readTextFile: () => '', version: '1' });

async function run(...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const status = await runProgram(args, {
    clock: createManualClock(),
    random: createSeededRandom('program'),
    logger: createMemoryLogger(),
    pageFolder: '/nowhere',
    version: '1',
    ownAddresses: [],
    environment: {},
    readTextFile: () => '',
    writeOut: (text) => out.push(text),
    writeError: (text) => errors.push(text),
    ending: Promise.resolve(),
  });
  return { status, out: out.join(''), errors };
}

test('AUTH25 rule, access file and public hosts are said by flags', () => {
  const args = ['--auth', 'keys', '--access', 'a.toml', '--public-host', 'relay.example'];
  expect(read(...args, '--public-host', '[::1]:8443')).toMatchObject({
    type: 'run',
    config: { auth: 'keys', access: 'a.toml', publicHosts: ['relay.example', '[::1]:8443'] },
  });
  expect(read()).toMatchObject({ config: { auth: null, access: null, publicHosts: [] } });
});

test.each([
  ['--auth', 'maybe'],
  ['--public-host', 'https://relay.example'],
  ['--public-host', 'Relay.Example'],
  ['--public-host', 'relay.example/path'],
])('AUTH25 %s %s is refused', (...args) => {
  expect(read(...args)).toMatchObject({ type: 'refused', exitStatus: 2 });
});

test('AUTH25 a fresh token is printed once, with its hash for the file', async () => {
  const { status, out } = await run('token');
  const [, token = ''] = out.split('\n');
  expect([status, token.length, out.split(token).length]).toEqual([0, 43, 2]);
  expect(out).toContain(`sha256 = "${hashToken(token)}"`);
});

test('AUTH10 the program says in a sentence that it wants a rule, and ends', async () => {
  const { status, errors } = await run('--host', '0.0.0.0', '--data', '/nowhere/at/all');
  expect(status).toBe(1);
  expect(errors.join('')).toMatch(/^listening on 0\.0\.0\.0 lets others reach this relay: say /);
});
