import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const root = join(import.meta.dirname, '../..');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(...folders: readonly string[]): { status: number | null; lines: string[] } {
  const args = ['--import', 'tsx', 'test/conformance.ts', ...folders];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n') };
}

function copyVector(name: string): string {
  copyFileSync(join(root, 'test/vectors', name), join(folder, name));
  return readFileSync(join(folder, name), 'utf8');
}

test('VEC3 the conformance command counts what holds and passes over files it does not know', () => {
  copyVector('exotic-ops.json');
  writeFileSync(join(folder, 'other.json'), '{}');
  expect(run(folder)).toEqual({
    status: 0,
    lines: ['exotic-ops.json: 25 passed, 0 failed', '25 passed, 0 failed'],
  });
});

test('VEC3 the conformance command names each failure and what differed', () => {
  const vector = copyVector('exotic-ops.json');
  const [{ name }] = JSON.parse(vector).cases;
  const altered = vector.replace(/("stage": ?)"1_backlog"/, '$1"elsewhere"');
  writeFileSync(join(folder, 'exotic-ops.json'), altered);
  writeFileSync(join(folder, 'parse.json'), '{"cases":');
  const { status, lines } = run(folder);
  expect(status).toBe(1);
  expect(lines.map((line) => line.replace(/(Syntax|Type)Error.*/, 'an error'))).toEqual([
    'parse.json: 0 passed, 1 failed',
    '  parse.json: the file: an error',
    'exotic-ops.json: 24 passed, 1 failed',
    expect.stringContaining(`  exotic-ops.json: ${name}: view.0.stage: got `),
    '24 passed, 2 failed',
  ]);
});

test('VEC3 the conformance command fails where nothing ran, and says how it is used', () => {
  expect(run(folder)).toEqual({ status: 1, lines: ['0 passed, 0 failed'] });
  expect([run().status, run(folder, folder).status]).toEqual([2, 2]);
});
