/** Measures a system in processes of its own, as a loaded heap and warm code would change it. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { quantile } from '../timing.ts';
import type { Read, Written } from './measure.ts';

/** Where a `BoardSystem` is. */
export interface Subject {
  readonly file: string;
  readonly exportName: string;
}

export interface Measured extends Written, Read {}

const oursFile = join(import.meta.dirname, 'ours.ts');
export const OURS: Subject = { file: oursFile, exportName: 'system' };
export const OUR_OWN_LOG: Subject = { file: oursFile, exportName: 'ownLog' };
export const OUR_SNAPSHOT: Subject = { file: oursFile, exportName: 'snapshot' };

const READS = 3;

/** Makes the changes once, and reads them some times: what was measured of that, medians of reading. */
export async function measureApart(
  { file, exportName }: Subject,
  changes: number,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'huskies-web-peers-'));
  const run = async <Result>(task: 'write' | 'read'): Promise<Result> => {
    const program = join(import.meta.dirname, 'measure.ts');
    const args = ['--expose-gc', '--import', 'tsx', program, task, file, exportName, folder];
    const { stdout } = await promisify(execFile)(process.execPath, [...args, String(changes)]);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
  };
  try {
    const written = await run<Written>('write');
    const reads: Read[] = [];
    for (let index = 0; index < READS; index += 1) reads.push(await run<Read>('read'));
    const median = (name: keyof Read): number =>
      quantile(
        reads.map((read) => read[name]),
        0.5,
      );
    return {
      ...written,
      loadMs: median('loadMs'),
      loadCpuMs: median('loadCpuMs'),
      applyMs: median('applyMs'),
      heapBytes: median('heapBytes'),
      residentBytes: median('residentBytes'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
