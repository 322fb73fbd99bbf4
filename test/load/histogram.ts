/** Times in ms, counted in steps of 0.1 ms: millions of them take no more memory than a few. */

const STEPS_PER_MS = 10;
const MS_MAX = 60_000;

export interface Histogram {
  add(ms: number): void;
  readonly count: number;
  /** `fraction` 0.5: the median. Rounded up to the step; NaN: there are none. */
  quantile(fraction: number): number;
}

export function createHistogram(): Histogram {
  const steps = new Uint32Array(MS_MAX * STEPS_PER_MS + 1);
  let count = 0;
  return {
    add(ms) {
      const step = Math.min(steps.length - 1, Math.max(0, Math.floor(ms * STEPS_PER_MS)));
      steps[step] = (steps[step] ?? 0) + 1;
      count += 1;
    },
    get count() {
      return count;
    },
    quantile(fraction) {
      const wanted = Math.ceil(fraction * count);
      let passed = 0;
      for (const [step, its] of steps.entries()) {
        passed += its;
        if (its > 0 && passed >= wanted) return (step + 1) / STEPS_PER_MS;
      }
      return Number.NaN;
    },
  };
}
