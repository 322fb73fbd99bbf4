import { expect, test } from 'vitest';
import { copyHex, parseOpId, ROOT, toBytes, toHex } from '../../worker/crdt/bytes.ts';

test('ID4 bytes and lower-case hex stand for each other, and sort alike', () => {
  const bytes = Uint8Array.of(0, 1, 0x7f, 0x80, 0xab, 0xff);
  expect(toHex(bytes)).toBe('00017f80abff');
  expect(toBytes('00017f80abff')).toEqual(bytes);
  const written = new Uint8Array(6);
  copyHex('00017f80abff', written);
  expect(written).toEqual(bytes);
  expect(() => copyHex('00'.repeat(7), written)).toThrow('no room for 14 digits');
  const all = Array.from({ length: 256 }, (_, byte) => toHex(Uint8Array.of(byte)) as string);
  expect(all.toSorted()).toEqual(all);
});

test('ID4 an id from outside is 64 lower-case hex digits', () => {
  const id = 'ab'.repeat(32);
  expect([id, ROOT].map(parseOpId)).toEqual([id, ROOT]);
  const others = [
    '',
    id.slice(1),
    `${id}0`,
    id.toUpperCase(),
    `g${id.slice(1)}`,
    ` ${id}`,
    `${id}\n`,
  ];
  expect(others.map(parseOpId)).toEqual(others.map(() => undefined));
});
