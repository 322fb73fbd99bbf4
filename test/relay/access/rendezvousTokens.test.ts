import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRelayKey } from '../../../worker/relay/access/relayKey.ts';
import { openRendezvousTokens } from '../../../worker/relay/access/rendezvousTokens.ts';
import { createMemoryLogger } from '../../support/memoryLogger.ts';
import { createSeededRandom } from '../../support/seededRandom.ts';

const near = 'wss://near.example/crdt-sync';
const entry = `[[token]]\naddress = "${near}"\ntoken = "abc"\n`;

function open(content: string) {
  const logger = createMemoryLogger();
  let text = content;
  const opening = openRendezvousTokens('tokens.toml', {
    addresses: [near, 'ws://far/crdt-sync'],
    logger,
    readText: () => text,
  });
  return {
    opening,
    logger,
    change(next: string) {
      text = next;
    },
  };
}

test('MESH13 the file of tokens is read at each dial, and one that is broken changes nothing', () => {
  const { opening, logger, change } = open(entry);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  const shown = [opening.tokens.of(near), opening.tokens.of('ws://far/crdt-sync')];
  change(entry.replace('abc', 'def'));
  shown.push(opening.tokens.of(near));
  change('[[token]');
  shown.push(opening.tokens.of(near), opening.tokens.of(near));
  expect(shown).toEqual(['abc', null, 'def', 'def', 'def']);
  const message = 'the file of tokens is not taken: those of before are shown';
  const fields = { detail: 'tokens.toml, line 1: not TOML' };
  expect(logger.lines).toEqual([{ level: 'error', message, fields }]);
});

test.each([
  ['what is no TOML', 'token = "s3cret', 'line 1: not TOML'],
  ['another table', `[[key]]\n${entry}`, 'write [[token]]'],
  ['a further field', `${entry}role = "write"\n`, 'line 1: [[token]] has address and token'],
  ['an address that is not dialled', entry.replace('near', 'other'), 'must be one of rendezvous'],
  ['an address twice', entry + entry, 'line 4: this address is there twice'],
  ['a token with a space', entry.replace('abc', 's3 cret'), 'a text without spaces'],
  ['a number', entry.replace('"abc"', '5'), 'a text without spaces'],
  ['no tables', 'token = [5]', 'address must be'],
  ['too much', `# ${'x'.repeat(70_000)}`, 'too long'],
])('MESH13 a file of tokens with %s is refused, and no token is told', (_, content, fault) => {
  const { opening } = open(content);
  expect(opening).toMatchObject({ type: 'refused', detail: expect.stringContaining(fault) });
  expect(JSON.stringify(opening)).not.toMatch(/s3/);
});

test('MESH14 the key of a relay is made once, for its user alone; what is none is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relay-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const openings = ['a', 'b'].map((seed) => openRelayKey(folder, createSeededRandom(seed)));
  const keys = openings.map((one) => (one.type === 'opened' ? one.signer.publicKey : one.detail));
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(keys[1]).toBe(keys[0]);
  const file = join(folder, 'relay.key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await writeFile(file, 'no key');
  expect(openRelayKey(folder, createSeededRandom('c'))).toEqual({
    type: 'refused',
    detail: `${file} is no key: delete it, and a new one is made`,
  });
});
