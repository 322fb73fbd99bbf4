/** Plays many seeds on every core, with the product as it is or with a rule of it broken. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { root } from '../support/sourceCode.ts';
import type { SeedAnswer, SeedRequest } from './seedRunner.ts';
import { changeSources, SIMULATED, type SourceChange } from './sourceChanges.ts';

const NATIVE_SHA256 = join(root, 'worker/relay/sha256.ts');

/** Bundles the simulator; answers with the path of the module for a thread. */
export async function bundleSimulator(name: string, changes: readonly SourceChange[]) {
  const all = [...changes, ...SIMULATED];
  const made = new Set<SourceChange>();
  const outDir = join(root, 'dist/simulation', name);
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // As in the relay's build: natively.
    resolve: { alias: [{ find: /^.*\/sha256\.ts$/, replacement: NATIVE_SHA256 }] },
    plugins: [changeSources(all, (change) => made.add(change))],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      ssr: join(root, 'test/simulation/seedRunner.ts'),
      rollupOptions: { output: { entryFileNames: 'seedRunner.js' } },
    },
  });
  const missed = all.find((change) => !made.has(change));
  if (missed !== undefined) throw new Error(`${missed.file} is not part of the simulator`);
  return join(outDir, 'seedRunner.js');
}

export interface SeedsOptions {
  /** As `bundleSimulator` made it. */
  readonly module: string;
  readonly seeds: Iterable<string>;
  readonly steps: number;
  readonly describe: boolean;
  /** True: enough is known, the other seeds are left out. */
  readonly onAnswer: (answer: SeedAnswer) => boolean;
}

export async function playSeeds(options: SeedsOptions): Promise<void> {
  const { steps, describe } = options;
  const seeds = options.seeds[Symbol.iterator]();
  let isEnough = false;

  function runThread(): Promise<void> {
    const thread = new Worker(options.module);
    return new Promise((resolve, reject) => {
      const next = (): void => {
        const { value: seed, done } = isEnough ? { value: '', done: true } : seeds.next();
        if (done === true) void thread.terminate().then(() => resolve(), reject);
        else thread.postMessage({ seed, steps, describe } satisfies SeedRequest);
      };
      thread.on('message', (answer: SeedAnswer) => {
        isEnough = options.onAnswer(answer) || isEnough;
        next();
      });
      thread.on('error', reject);
      next();
    });
  }

  await Promise.all(Array.from({ length: availableParallelism() }, runThread));
}
