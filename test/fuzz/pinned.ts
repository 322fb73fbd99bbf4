/**
 * Inputs that once failed a check, shrunk, or that stand for an attack; with the outcome that they
 * must have. `npm run fuzz` prints a failing input as it goes here.
 */

import type { PinnedInput } from './fuzzInput.ts';

export interface Pin {
  /** What was wrong, or could be. */
  readonly why: string;
  readonly input: PinnedInput;
  readonly outcome: string;
}

export const PINS: readonly Pin[] = [
  {
    why: 'an unfinished string was called a control character when read in one slice',
    input: { type: 'text-frame', text: '{"type":"' },
    outcome: 'text-frame unparsable',
  },
  {
    why: 'a string that ends with its slice',
    input: { type: 'text-frame', text: '{"":"p","op":"{\\"a\\":"' },
    outcome: 'text-frame unparsable',
  },
  {
    why: 'keys that objects have by birth are no fields that came twice',
    input: {
      type: 'text-frame',
      text: '{"__proto__":1,"constructor":{},"toString":[],"type":"bulk","ops":[]}',
    },
    outcome: 'text-frame bulk',
  },
  {
    why: 'nor are they in a live frame',
    input: {
      type: 'binary-frame',
      hex: Buffer.from('{"toString":1,"__proto__":2,"v":1,"op":{}}').toString('hex'),
    },
    outcome: 'binary-frame op',
  },
  {
    why: 'a key is read, its surrogates paired up, before anybody knows that it is ignored',
    input: { type: 'text-frame', text: '{"type":"bulk","ops":[],"\\ud800":0}' },
    outcome: 'text-frame unparsable',
  },
  {
    why: 'and what stands behind an ignored key is not',
    input: { type: 'text-frame', text: '{"type":"bulk","ops":[],"x":{"\\ud800":"\\udc00"}}' },
    outcome: 'text-frame bulk',
  },
  {
    why: 'a bracket for each byte of memory',
    input: { type: 'json', text: '['.repeat(300_000) },
    outcome: 'json refused',
  },
  {
    why: 'an integer as long as the frame',
    input: { type: 'text-frame', text: `{"type":"bulk","ops":[],"left":${'9'.repeat(1_000_000)}}` },
    outcome: 'text-frame unparsable',
  },
  {
    why: 'a half of a surrogate pair at the end',
    input: { type: 'json', text: '"\\ud83d' },
    outcome: 'json refused',
  },
];
