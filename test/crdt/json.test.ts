import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  attempt,
  type Cursor,
  close,
  hasNext,
  MAX_OPEN_BRACKETS,
  open,
  peek,
  readBoolean,
  readBytes,
  readKey,
  readLiteral,
  readNumber,
  readString,
  readUnsigned,
} from '../../worker/crdt/json.ts';
import { MAX_SKIPPED_BRACKETS, skipValue } from '../../worker/crdt/skipValue.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

type Reader<T> = (cursor: Cursor) => T;

/** What `read` makes of each text; `unreadable` where it refuses. */
function readings<T>(read: Reader<T>, texts: readonly string[]): (T | 'unreadable')[] {
  return texts.map((text) => {
    const result = attempt(text, read);
    return result.type === 'read' ? result.value : 'unreadable';
  });
}

function refused(texts: readonly string[]): 'unreadable'[] {
  return texts.map(() => 'unreadable');
}

test('JSON1 a text is one value with white space around it and nothing behind it', () => {
  expect(readings(readNumber, ['1', ' \t\r\n1 \n', '\n\n1'])).toEqual([1, 1, 1]);
  const others = [
    '',
    ' ',
    '1 2',
    '1,',
    '1]',
    '\ufeff1',
    '\u00a01',
    '1\u2028',
    '\v1',
    '1\0',
    '/**/1',
  ];
  expect(readings(readNumber, others)).toEqual(refused(others));
});

test('JSON1 a refusal says what was expected where', () => {
  expect(attempt('  x', readNumber)).toEqual({
    type: 'unreadable',
    detail: 'expected a number at character 2',
  });
  expect(attempt('1 x', readNumber)).toEqual({
    type: 'unreadable',
    detail: 'trailing characters at character 2',
  });
});

test('JSON1 an error that is no refusal is not swallowed', () => {
  const broken = (): never => {
    throw new RangeError('a bug');
  };
  expect(() => attempt('1', broken)).toThrow('a bug');
});

test('JSON2 a number is read by the grammar of JSON, correctly rounded', () => {
  const texts = ['0', '-0', '-0.0', '0.00', '1e2', '1E+2', '1e-2', '-12.5e0', '1e-400', '0e999'];
  expect(readings(readNumber, texts)).toEqual([0, -0, -0, 0, 100, 100, 0.01, -12.5, 0, 0]);
  const exact = ['0.1', '9007199254740993', '18446744073709551615', '1.7976931348623157e308'];
  expect(readings(readNumber, exact)).toEqual([0.1, 2 ** 53, 2 ** 64, Number.MAX_VALUE]);
  expect(readings(readNumber, ['5e-324', '2.4703282292062328e-324'])).toEqual([5e-324, 5e-324]);
});

test('JSON2 what is no number of JSON, or too large for a float, is refused', () => {
  const texts = ['01', '-01', '1.', '.5', '1.e2', '1e', '1e+', '+1', '--1', '- 1', '-', '1_000'];
  expect(readings(readNumber, texts)).toEqual(refused(texts));
  const more = [
    '0x10',
    'NaN',
    'Infinity',
    '-Infinity',
    '1n',
    '"1"',
    'null',
    '1e400',
    '-1e309',
    '１',
  ];
  expect(readings(readNumber, more)).toEqual(refused(more));
});

test('JSON3 an unsigned integer is digits up to 2^64 − 1, exact above 2^53', () => {
  const texts = ['0', '7', '9007199254740991', '9007199254740992', '18446744073709551615'];
  expect(readings(readUnsigned, texts)).toEqual([
    0,
    7,
    9007199254740991,
    9007199254740992n,
    18446744073709551615n,
  ]);
});

test('JSON3 signs, points, exponents, leading zeros and 2^64 are no unsigned integers', () => {
  const texts = ['-0', '-1', '1.0', '1e0', '01', '00', '"1"', '', '18446744073709551616'];
  expect(readings(readUnsigned, texts)).toEqual(refused(texts));
});

test('JSON3 an integer of more than 20 digits is refused by its length', () => {
  // A bigint of a frame's worth of digits takes minutes.
  const makeBigInt = vi.spyOn(globalThis, 'BigInt');
  const texts = ['9'.repeat(1000), '1'.padEnd(21, '0')];
  expect(readings(readUnsigned, texts)).toEqual(refused(texts));
  expect(makeBigInt).not.toHaveBeenCalled();
  makeBigInt.mockRestore();
});

test('JSON4 bytes are an array of just so many integers from 0 to 255', () => {
  const bytes = (cursor: Cursor): number[] => [...readBytes(cursor, 3)];
  expect(readings(bytes, ['[0,10,255]', ' [ 1 , 2\n,\t3 ] '])).toEqual([
    [0, 10, 255],
    [1, 2, 3],
  ]);
  const texts = ['[]', '[1,2]', '[1,2,3,4]', '[1,2,3,]', '[,1,2,3]', '[1 2 3]', '[1,2,3', '{}'];
  expect(readings(bytes, texts)).toEqual(refused(texts));
  const odd = [
    '256',
    '999',
    '1000',
    '-1',
    '-0',
    '01',
    '00',
    '1.0',
    '1e0',
    '',
    '"1"',
    'null',
    '0x1',
  ];
  const arrays = odd.map((byte) => `[1,${byte},3]`);
  expect(readings(bytes, arrays)).toEqual(refused(arrays));
});

test('JSON5 a string is unescaped', () => {
  const texts = ['""', '"aé😀"', String.raw`"\"\\\/\b\f\n\r\t"`, String.raw`"a\u0041\u00E9b"`];
  expect(readings(readString, texts)).toEqual(['', 'aé😀', '"\\/\b\f\n\r\t', 'aAéb']);
  const units = [String.raw`"\ud83d\uDE00"`, String.raw`"\u0000"`, '"\u007f\u2028\uffff"'];
  expect(readings(readString, units)).toEqual(['😀', '\0', '\u007f\u2028\uffff']);
});

test('JSON5 lone surrogates are refused, escaped or raw', () => {
  const escaped = [
    '\\ud800',
    '\\udc00',
    '\\ud800x',
    '\\ud800\\n',
    '\\ud800\\ud800',
    '\\udc00\\ud800',
    '\\udc00\\udc00',
  ];
  const texts = [...escaped.map((unit) => `"${unit}"`), '"\ud800"', '"\udc00\ud800"'];
  expect(readings(readString, texts)).toEqual(refused(texts));
});

test('JSON5 control characters, unknown escapes and unfinished strings are refused', () => {
  const controls = Array.from({ length: 32 }, (_, code) => `"a${String.fromCharCode(code)}"`);
  expect(readings(readString, controls)).toEqual(refused(controls));
  const texts = ['"\\x41"', '"\\u41"', '"\\u00g0"', '"\\U0041"', '"\\u+041"', '"\\\'"', "'a'"];
  expect(readings(readString, texts)).toEqual(refused(texts));
  const unfinished = ['"', '"a', '"a\\', '"a\\"', '"\\u00', '"\\ud83d', '"\\ud83d\\u', 'a"'];
  expect(readings(readString, unfinished)).toEqual(refused(unfinished));
});

test('JSON6 literals are lower-case and whole', () => {
  expect(readings(readBoolean, ['true', ' false '])).toEqual([true, false]);
  const readNull = (cursor: Cursor): void => readLiteral(cursor, 'null');
  expect(readings(readNull, ['null'])).toEqual([undefined]);
  const texts = ['True', 'tru', 'truex', '0', '1', '"true"', 'null', ''];
  expect(readings(readBoolean, texts)).toEqual(refused(texts));
  expect(readings(readNull, ['nul', 'nullx', 'NULL'])).toEqual(refused(['', '', '']));
});

/** Reads `[[…]]` or `{"a":{…}}` down to the empty innermost, counting on. */
function readNested(cursor: Cursor): number {
  const bracket = peek(cursor) === '{' ? '{' : '[';
  const closer = bracket === '{' ? '}' : ']';
  let depth = 0;
  do {
    open(cursor, bracket);
    depth += 1;
    if (bracket === '{' && peek(cursor) === '"') readKey(cursor);
  } while (peek(cursor) === bracket);
  for (let left = depth; left > 1; left -= 1) if (hasNext(cursor, closer)) return -1;
  close(cursor, closer);
  return depth;
}

test('JSON7 127 brackets may be open at once, and no more', () => {
  const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number): string =>
    `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
  expect(MAX_OPEN_BRACKETS).toBe(127);
  expect(readings(readNested, [arrays(127), objects(127)])).toEqual([127, 127]);
  expect(readings(readNested, [arrays(128), objects(128)])).toEqual(refused(['', '']));
});

test('JSON8 skipping checks the syntax of any value', () => {
  const ends = (cursor: Cursor): string => {
    const { start, end } = skipValue(cursor);
    return cursor.text.slice(start, end);
  };
  const texts = ['null', 'true', 'false', '-1.5e3', '"a"', '[]', '{}', '[1, [2], {"a": [ ] }]'];
  expect(readings(ends, texts)).toEqual(texts);
  expect(readings(ends, [' {"a":1,"a":{"b":[null]}} '])).toEqual(['{"a":1,"a":{"b":[null]}}']);
  const wrong = ['', '[', ']', '{', '[1', '[1,]', '[,1]', '[1 2]', '{"a"}', '{"a":}', '{"a":1,}'];
  expect(readings(ends, wrong)).toEqual(refused(wrong));
  const mixed = ['{a:1}', '{1:2}', '[1}', '{"a":1]', '[{]}', 'nul', 'tru', '01', '1.', '-', 'x'];
  expect(readings(ends, mixed)).toEqual(refused(mixed));
});

test('JSON8 a skipped value has at most 131,072 brackets open', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(MAX_SKIPPED_BRACKETS).toBe(131_072);
  expect(readings(skipValue, [nested(131_072)])).toEqual([{ start: 0, end: 262_144 }]);
  expect(attempt(nested(131_073), skipValue)).toEqual({
    type: 'unreadable',
    detail: 'nested too deeply at character 131073',
  });
});

test('JSON8 skipping bounds no magnitude and no nesting of an op, nor does it pair surrogates', () => {
  const deep = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`;
  const texts = [
    deep,
    '1e999999',
    '9'.repeat(1000),
    String.raw`"\ud800"`,
    String.raw`{"\udc00":1}`,
  ];
  expect(readings(skipValue, texts)).toEqual(
    texts.map(({ length }) => ({ start: 0, end: length })),
  );
  const wrong = ['"\\u12"', '"\\x"', '"a\n"', '"', '"\\', `${deep}]`, deep.slice(1)];
  expect(readings(skipValue, wrong)).toEqual(refused(wrong));
});

/** JSON with some of its characters replaced by others that matter to JSON. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'[]{}",:\\u0123eE+-. \ntfn\u0000'), fc.nat(1)), {
      maxLength: 3,
    }),
  )
  .map(([json, changes]) =>
    changes.reduce((text, [at, character, cut]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + character + text.slice(place + cut);
    }, json),
  );

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('JSON8 skipping takes what JSON.parse takes', () => {
  let taken = 0;
  const property = fc.property(nearlyJson, (text) => {
    fc.pre(text.isWellFormed());
    const isTaken = attempt(text, skipValue).type === 'read';
    expect(isTaken).toBe(isJson(text));
    taken += isTaken ? 1 : 0;
  });
  fc.assert(property, { seed: 19, numRuns: 5000 });
  expect(taken).toBeGreaterThan(1000);
  expect(taken).toBeLessThan(4000);
});

const characters = fc.constantFrom(...'aé語😀"\\/\b\f\n\r\t\0\u001f\u007f\u2028\ud7ff\ue000\uffff');

test('JSON5 a well-formed string reads as JSON.parse reads it, escaped or not', () => {
  const property = fc.property(fc.string({ unit: characters }), (string) => {
    const spellings = [JSON.stringify(string), `"${escapeUnits(string)}"`];
    expect(readings(readString, spellings)).toEqual([string, string]);
  });
  fc.assert(property, { seed: 23, numRuns: 1000 });
});

function escapeUnits(text: string): string {
  return text.replace(
    /[\s\S]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
