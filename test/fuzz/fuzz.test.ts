import { describe, expect, test } from 'vitest';
import { fail } from '../../worker/crdt/json.ts';
import { createDice } from '../simulation/dice.ts';
import { PRODUCTION, type Readers } from './checks.ts';
import { readCorpus } from './corpus.ts';
import { type FuzzReport, fuzz, tryInput } from './fuzz.ts';
import { type FuzzInput, printInput, unpin } from './fuzzInput.ts';
import { createGenerator } from './generate.ts';
import { PINS } from './pinned.ts';

const corpus = readCorpus();

/** What a test sees if something is broken: where and why, ready to be pinned. */
function failuresOf({ failures }: FuzzReport): readonly string[] {
  return failures.map(({ index, why, shrunk }) => `input ${index}: ${why}: ${printInput(shrunk)}`);
}

describe('mutated and random inputs', () => {
  const reached = new Set<string>();

  test.each(['a', 'b', 'c'])(
    'FUZZ4 10,000 inputs of seed %s hold all that must hold',
    { timeout: 60_000 },
    (seed) => {
      const report = fuzz({ seed, inputs: 10_000, corpus, readers: PRODUCTION });
      expect(failuresOf(report)).toEqual([]);
      for (const outcome of report.outcomes.keys()) reached.add(outcome);
    },
  );

  test('FUZZ5 the inputs come to every outcome that there is', () => {
    expect([...reached].sort()).toEqual([
      'binary-frame ack',
      'binary-frame bad-ack',
      'binary-frame bad-compact',
      'binary-frame bad-reconcile',
      'binary-frame compact',
      'binary-frame invalid-utf8',
      'binary-frame op',
      'binary-frame reconcile',
      'binary-frame too-large',
      'binary-frame unknown-kind',
      'binary-frame unknown-version',
      'binary-frame unparsable',
      'json read',
      'json refused',
      'json refused as typed',
      'op bad-shape',
      'op delete',
      'op insert',
      'op missing-fields',
      'op seq-too-large',
      'op set',
      'op small-order-key',
      'op too-large',
      'op too-many-dependencies',
      'op unparsable',
      'op wrong-id',
      'packed bad-shape',
      'packed delete',
      'packed insert',
      'packed missing-fields',
      'packed seq-too-large',
      'packed set',
      'packed small-order-key',
      'packed too-large',
      'packed too-many-dependencies',
      'packed unparsable',
      'packed wrong-id',
      'text-frame bulk',
      'text-frame op',
      'text-frame unknown-type',
      'text-frame unparsable',
    ]);
  });

  test('FUZZ6 the same seed makes the same inputs, another seed others', () => {
    const inputs = (seed: string): FuzzInput[] =>
      Array.from({ length: 200 }, createGenerator(createDice(seed), corpus));
    expect(inputs('a')).toEqual(inputs('a'));
    expect(inputs('a')).not.toEqual(inputs('b'));
  });

  test.each(PINS)('FUZZ7 pinned: $why', ({ input, outcome }) => {
    expect(tryInput(unpin(input), PRODUCTION)).toEqual({ type: 'held', outcome });
  });
});

describe('broken readers are found', { timeout: 60_000 }, () => {
  /** Why the first failure of a run is one. */
  function findFirst(broken: Partial<Readers>): string | undefined {
    const readers = { ...PRODUCTION, ...broken };
    return fuzz({ seed: 'broken', inputs: 3000, corpus, readers, mostFailures: 1 }).failures[0]
      ?.why;
  }

  test('FUZZ8 a reader that throws is found, and its input shrunk', () => {
    const decodeText: Readers['decodeText'] = (text) => {
      if (text.includes('\\u')) throw new TypeError('a bug');
      return PRODUCTION.decodeText(text);
    };
    const readers = { ...PRODUCTION, decodeText };
    const report = fuzz({ seed: 'broken', inputs: 3000, corpus, readers, mostFailures: 1 });
    expect(report.failures.map(({ why, shrunk }) => [why, shrunk])).toEqual([
      ['throws TypeError: a bug', { type: 'text-frame', text: '\\u' }],
    ]);
  });

  test('FUZZ8 a reader that skips whatever comes is found', () => {
    const skipValue: Readers['skipValue'] = (cursor) => {
      cursor.at = cursor.text.length;
      return { start: 0, end: cursor.at };
    };
    expect(findFirst({ skipValue })).toBe('skips what JSON.parse refuses');
  });

  test('FUZZ8 a reader that refuses what is right is found', () => {
    const skipValue: Readers['skipValue'] = (cursor) =>
      cursor.text.includes('true') ? fail(cursor, 'true') : PRODUCTION.skipValue(cursor);
    expect(findFirst({ skipValue })).toBe('the canonical text is no JSON');
  });

  test('FUZZ8 a reader that loses a sign is found', () => {
    const parse: Readers['parseSignedOp'] = (text) =>
      PRODUCTION.parseSignedOp(text.replaceAll('"Number":-', '"Number":'));
    expect(findFirst({ parseSignedOp: parse })).toBe('reads another op than JSON.parse');
  });

  test('FUZZ8 a reader that sees every op as seen is found', () => {
    const examineOp: Readers['examineOp'] = (text) => PRODUCTION.examineOp(text, () => true);
    expect(findFirst({ examineOp })).toBe('takes an op for a duplicate of nothing');
  });

  test('FUZZ8 a decoder that repairs what is no UTF-8 is found', () => {
    const repair = (bytes: Uint8Array): Uint8Array =>
      new TextEncoder().encode(new TextDecoder().decode(bytes));
    const decodeBinary: Readers['decodeBinary'] = (bytes) =>
      PRODUCTION.decodeBinary(bytes[0] === 0x7b ? repair(bytes) : bytes);
    expect(findFirst({ decodeBinary })).toBe('an op is not the text that arrived');
  });
});
