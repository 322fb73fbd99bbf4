import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { debugNumber, debugString, serdeNumber } from '../../worker/crdt/rustDebug.ts';
import { isEscapedByRust } from '../../worker/crdt/rustEscapes.ts';
import { createScratch, writeByteArray, writtenView } from '../../worker/crdt/textWriter.ts';
import { debugValue, type Value } from '../../worker/crdt/value.ts';
import { bool, number, text } from '../support/opFactory.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

test('DBG1 a string is quoted, with short escapes for six characters', () => {
  expect(debugString('')).toBe('""');
  expect(debugString("it's plain ~!#[]")).toBe(`"it's plain ~!#[]"`);
  expect(debugString('\t\r\n\0"\\')).toBe(String.raw`"\t\r\n\0\"\\"`);
  expect(debugString('\b\f\v\u001b\u007f/')).toBe(String.raw`"\u{8}\u{c}\u{b}\u{1b}\u{7f}/"`);
});

test('DBG1 what Rust calls unprintable or grapheme-extending is escaped, beyond 16 bits too', () => {
  expect(debugString('é語😀')).toBe('"é語😀"');
  expect(debugString('e\u0301')).toBe('"e\\u{301}"');
  expect(debugString('\u00a0\u00ad\u200b\u2028\ufeff')).toBe(
    String.raw`"\u{a0}\u{ad}\u{200b}\u{2028}\u{feff}"`,
  );
  expect(debugString('\u{e0100}\u{10ffff}')).toBe(String.raw`"\u{e0100}\u{10ffff}"`);
  expect(debugString('👨\u200d👩\ufffd')).toBe('"👨\\u{200d}👩\ufffd"');
});

test('DBG1 the table has both ends of a range, and nothing beside it', () => {
  expect([0x1f, 0x20, 0x7e, 0x7f, 0xa0, 0xa1, 0xac, 0xad, 0xae].map(isEscapedByRust)).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
});

test('DBG2 a float has a point or an exponent: the latter from 1e16 up and below 1e-4', () => {
  const numbers = [0, -0, 1, -1, 0.1, 1.5, 1e15, 123456789012345680, 1e16, 9999999999999998, 1e21];
  expect(numbers.map(debugNumber)).toEqual(
    [
      '0.0',
      '-0.0',
      '1.0',
      '-1.0',
      '0.1',
      '1.5',
      '1000000000000000.0',
      '1.2345678901234568e17',
    ].concat(['1e16', '9999999999999998.0', '1e21']),
  );
  const small = [0.0001, 0.00012, 0.00009999, 1e-5, -1e-5, 5e-324, Number.MAX_VALUE, 1e-7];
  expect(small.map(debugNumber)).toEqual([
    '0.0001',
    '0.00012',
    '9.999e-5',
    '1e-5',
    '-1e-5',
    '5e-324',
    '1.7976931348623157e308',
    '1e-7',
  ]);
});

test('DBG2 the text of a float reads back as the same float', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const isSame = (value: number): boolean => Object.is(Number(debugNumber(value)), value);
  fc.assert(fc.property(finite, isSame), { seed: 1, numRuns: 2000 });
});

test('DBG3 bytes are listed with comma and space', () => {
  const debugBytes = (bytes: Uint8Array): string => {
    const scratch = createScratch();
    writeByteArray(scratch, bytes, 'debug');
    return Buffer.from(writtenView(scratch)).toString();
  };
  expect(debugBytes(Uint8Array.of())).toBe('[]');
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  expect(debugBytes(Uint8Array.from(all))).toBe(`[${all.join(', ')}]`);
});

test('DBG4 a value is its variant around its content', () => {
  const value: Value = {
    type: 'object',
    entries: new Map<string, Value>([
      ['b"', text('x\n')],
      ['', { type: 'array', items: [{ type: 'null' }, bool(true), number(1)] }],
      ['o', { type: 'object', entries: new Map() }],
      ['a', { type: 'array', items: [] }],
    ]),
  };
  expect(debugValue(value)).toBe(
    String.raw`Object({"b\"": String("x\n"), "": Array([Null, Bool(true), Number(1.0)]), ` +
      `"o": Object({}), "a": Array([])})`,
  );
});

test('DBG4 a value nested fifty thousand deep is written without recursion', () => {
  let value: Value = { type: 'null' };
  for (let depth = 0; depth < 50_000; depth += 1) value = { type: 'array', items: [value] };
  expect(debugValue(value).length).toBe(50_000 * 'Array([])'.length + 4);
});

test('DBG5 serde_json writes a float like Debug, but plainly down to 1e-5', () => {
  const numbers = [0.0001, 0.00001, 0.000012, 0.0000099, 1e15, 1e16, -0, 1e-7];
  expect(numbers.map(serdeNumber)).toEqual([
    '0.0001',
    '0.00001',
    '0.000012',
    '9.9e-6',
    '1000000000000000.0',
    '1e16',
    '-0.0',
    '1e-7',
  ]);
});
