import { expect, test } from 'vitest';
import type { OpId, PublicKey } from '../../worker/crdt/bytes.ts';
import { EMPTY_FIELDS } from '../../worker/crdt/emit.ts';
import {
  createRegisters,
  type LwwRegister,
  type Registers,
  type Stamp,
  stampOf,
  wins,
  write,
} from '../../worker/crdt/lwwRegister.ts';
import { FIELD_NAMES, type FieldValue } from '../../worker/crdt/view.ts';

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

const item = 'ee'.repeat(32) as OpId;
const initial = createRegisters(item, EMPTY_FIELDS, stamp(0, 'ff', 'ff', 'ff'));

test('LWW2 a register has the strongest write, whatever the order they come in', () => {
  const writes = ranked.map((each, rank) => ({ stamp: each, value: `rank ${rank}` }));
  const join = (registers: Registers, written: LwwRegister<FieldValue>): Registers =>
    write(registers, 'name', written);
  for (const order of [writes, writes.toReversed()]) {
    const after = order.reduce(join, initial);
    expect(after.values).toEqual({ ...EMPTY_FIELDS, name: 'rank 0' });
    expect(FIELD_NAMES.map((field) => stampOf(after, field))).toEqual(
      FIELD_NAMES.map((field) => (field === 'name' ? ranked[0] : stampOf(initial, field))),
    );
  }
});

test('LWW2 a write that comes again changes nothing, and one of the same value its stamp alone', () => {
  const once = write(initial, 'name', { stamp: ranked[1]!, value: 'old' });
  expect(write(once, 'name', { stamp: ranked[1]!, value: 'old' })).toBe(once);
  const again = write(once, 'name', { stamp: ranked[0]!, value: 'old' });
  expect(again.values).toBe(once.values);
  expect(stampOf(again, 'name')).toBe(ranked[0]);
  expect([once.id, again.id]).toEqual([item, item]);
});
