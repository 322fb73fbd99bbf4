import { expect, test } from 'vitest';
import type { OpId, PublicKey } from '../../worker/crdt/bytes.ts';
import { type LwwRegister, type Stamp, wins, write } from '../../worker/crdt/lwwRegister.ts';

function stamp(seq: number, innerAuthor: string, signer: string, id: string): Stamp {
  return { seq, innerAuthor, signer: signer as PublicKey, id: id as OpId };
}

/** Strongest first. */
const ranked = [
  stamp(Number.MAX_SAFE_INTEGER, 'ff', 'ff', 'ff'),
  stamp(2, '0a', 'aa', 'bb'),
  stamp(2, '0b', 'aa', '01'),
  stamp(2, '0b', 'aa', '02'),
  stamp(2, '0b', 'bb', '00'),
  stamp(2, 'a0', '00', '00'),
  stamp(1, '00', '00', '00'),
  stamp(0, '00', '00', '00'),
];

test('LWW1 the higher seq wins, then the lower inner author, then the lower signer, then the lower id', () => {
  const table = ranked.map((a) => ranked.map((b) => wins(a, b)));
  expect(table).toEqual(ranked.map((_, a) => ranked.map((__, b) => a < b)));
});

test('LWW2 a register has the strongest write, whatever the order they come in', () => {
  const registers = ranked.map((each, value): LwwRegister<number> => ({ stamp: each, value }));
  const [first, ...rest] = registers;
  expect(rest.reduce(write, first!)).toBe(first);
  expect(rest.reduceRight(write, first!)).toBe(first);
  const [last, ...others] = registers.toReversed();
  expect(others.reduce(write, last!)).toBe(first);
});

test('LWW2 a write that comes again changes nothing', () => {
  const register = { stamp: ranked[1]!, value: 'old' };
  expect(write(register, { stamp: ranked[1]!, value: 'old' })).toBe(register);
});
