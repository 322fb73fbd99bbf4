import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFifo } from '../../worker/sync/fifo.ts';

test('CON18 a queue gives back what was put in, in order, however long it was', () => {
  const run = fc.record({ push: fc.nat(2000), shift: fc.nat(2000) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 10 }), (runs) => {
      const fifo = createFifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const { push, shift } of runs) {
        for (let done = 0; done < push; done += 1) {
          fifo.push(next);
          model.push(next);
          next += 1;
        }
        for (let done = 0; done < shift; done += 1) {
          expect(fifo.peek()).toBe(model[0]);
          expect(fifo.shift()).toBe(model.shift());
        }
        expect(fifo.size()).toBe(model.length);
      }
      fifo.clear();
      expect([fifo.size(), fifo.peek(), fifo.shift()]).toEqual([0, undefined, undefined]);
    }),
    { numRuns: 20 },
  );
});
