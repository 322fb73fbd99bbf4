import { availableParallelism } from 'node:os';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';
import { changeSources, SIMULATED } from './test/simulation/sourceChanges.ts';

/** Vitest would leave one core of two idle. */
const WORKERS = availableParallelism();
const BUILDS_ANEW = 'test/e2e/start.test.ts';

/**
 * Five projects: `unit` (no DOM, no network but loopback), `simulation` (`unit` of its kind, apart
 * because it takes minutes), `ui` (components in jsdom), `e2e` (what `npm run build` made, in a real
 * Chromium) and `e2e-start` (what builds it anew, once nobody else uses it).
 * Timeouts are for a machine that has much else to do: no test waits for one.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/e2e/**', 'test/ui/**', 'test/simulation/**'],
          maxWorkers: WORKERS,
          testTimeout: 30_000,
        },
      },
      {
        plugins: [changeSources(SIMULATED)],
        test: {
          name: 'simulation',
          environment: 'node',
          include: ['test/simulation/**/*.test.ts'],
          // The seeds take every core as it is.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
        },
      },
      {
        plugins: [solid()],
        resolve: { conditions: ['browser', 'development'] },
        test: {
          name: 'ui',
          environment: 'jsdom',
          include: ['test/ui/**/*.test.{ts,tsx}'],
          maxWorkers: WORKERS,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [BUILDS_ANEW],
          // They mostly wait for a browser; more at a time would wait for each other.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e-start',
          environment: 'node',
          include: [BUILDS_ANEW],
          sequence: { groupOrder: 3 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
