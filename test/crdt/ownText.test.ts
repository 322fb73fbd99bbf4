import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownText } from '../../worker/crdt/ownText.ts';

test('CRDT15 a text in memory of its own is the same text', () => {
  const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
    expect(ownText(text)).toBe(text);
  });
  fc.assert(property, { seed: 6, numRuns: 300 });
  for (const text of ['', '\ufeff\ufeff and twelve more', 'x'.repeat(70_000)]) {
    expect(ownText(text)).toBe(text);
  }
});
