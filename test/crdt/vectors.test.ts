import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILE_CHECKS } from '../support/conformance/files.ts';

const folder = join(import.meta.dirname, '../vectors');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('vectors', { timeout: 60_000 }, () => {
  test.each(files)('VEC1 every case of %s holds', (name) => {
    const check = FILE_CHECKS.get(name);
    const report = check?.(readFileSync(join(folder, name), 'utf8'));
    expect(report?.failures).toEqual([]);
    expect(report?.passed).toBeGreaterThan(0);
  });
});

test('VEC2 each vector file has a check', () => {
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((name) => !FILE_CHECKS.has(name))).toEqual([]);
});
