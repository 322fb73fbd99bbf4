/** How work grows with the length of the input, in steps instead of time. */

import { expect, test, vi } from 'vitest';
import { examineOp } from '../../worker/crdt/op.ts';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { encodeLiveOp } from '../../worker/wire/frames.ts';

/** Looks at characters, and characters that were copied. */
function countSteps(run: () => void): number {
  let steps = 0;
  const { charCodeAt, charAt, slice, startsWith } = String.prototype;
  const spies = [
    vi.spyOn(String.prototype, 'charCodeAt').mockImplementation(function (this: string, at) {
      steps += 1;
      return charCodeAt.call(this, at);
    }),
    vi.spyOn(String.prototype, 'charAt').mockImplementation(function (this: string, at) {
      steps += 1;
      return charAt.call(this, at);
    }),
    vi.spyOn(String.prototype, 'startsWith').mockImplementation(function (this: string, ...given) {
      steps += 1;
      return startsWith.apply(this, given);
    }),
    vi.spyOn(String.prototype, 'slice').mockImplementation(function (this: string, start, end) {
      const part = slice.call(this, start, end);
      steps += 1 + part.length;
      return part;
    }),
  ];
  try {
    run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return steps;
}

const text = (inside: string) => (): unknown =>
  decodeText(`{"x":${inside},"type":"bulk","ops":[]}`);
const bulk = (ops: string) => (): unknown => decodeText(`{"type":"bulk","ops":[${ops}]}`);
const live = (op: string) => (): unknown => decodeBinary(encodeLiveOp(op));
const op = (content: string) => (): unknown =>
  examineOp(`{"inner":{"content":${content}}}`, () => false);

test.each<[string, (size: number) => () => unknown]>([
  ['plain characters', (size) => bulk(`"${'x'.repeat(size)}"`)],
  ['escapes', (size) => bulk(`"${'\\n'.repeat(size / 2)}"`)],
  ['unicode escapes', (size) => bulk(`"${'\\u00e9'.repeat(size / 6)}"`)],
  ['many ops', (size) => bulk(`""${',""'.repeat(size / 3)}`)],
  ['open brackets', (size) => text('['.repeat(size))],
  ['closed brackets', (size) => text('['.repeat(size / 2) + ']'.repeat(size / 2))],
  ['open objects', (size) => text('{"":'.repeat(size / 4))],
  ['many elements', (size) => text(`[0${',0'.repeat(size / 2)}]`)],
  ['white space', (size) => text(`[0${' ,\n0'.repeat(size / 4)}]`)],
  ['digits', (size) => text('9'.repeat(size))],
  ['an unfinished string', (size) => text(`"${'x'.repeat(size)}`)],
  ['many keys', (size) => text(`0${',"":0'.repeat(size / 5)}`)],
  ['a live op', (size) => live(`[0${',0'.repeat(size / 2)}]`)],
  ['an op of many values', (size) => op(`{"Array":["Null"${',"Null"'.repeat(size / 7)}]}`)],
  ['an op of many keys', (size) => op(`{"Object":{"":"Null"${',"":"Null"'.repeat(size / 10)}}}`)],
  ['an op of one string', (size) => op(`{"String":"${'\\u0001'.repeat(size / 6)}"}`)],
])('FUZZ9 the steps of %s grow as their length does', (_, attack) => {
  const [small, large] = [4000, 40_000].map((size) => countSteps(attack(size)));
  expect(small).toBeGreaterThan(0);
  expect(large! / small!).toBeLessThan(11);
});
