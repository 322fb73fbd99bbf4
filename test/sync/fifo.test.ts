import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFifo } from '../../worker/sync/fifo.ts';

test('CON18 a queue gives back what was put in, in order, however long it was', () => {
  const run = fc.record({ push: fc.nat(3000), shift: fc.nat(3000) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
      const fifo = createFifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const { push, shift } of runs) {
        for (let done = 0; done < push; done += 1) {
          fifo.push(next);
          model.push(next);
          next += 1;
        }
        const shifted = Array.from({ length: shift }, () => [fifo.peek(), fifo.shift()]);
        const expected = Array.from({ length: shift }, () => [model[0], model.shift()]);
        expect(shifted).toEqual(expected);
        expect(fifo.size()).toBe(model.length);
      }
      fifo.clear();
      expect([fifo.size(), fifo.peek(), fifo.shift()]).toEqual([0, undefined, undefined]);
    }),
    { numRuns: 10 },
  );
});
