/**
 * `npm run conformance -- <folder>`: runs the vector files of a folder. One line with counts for
 * each known file, each failure with its case and what differed, a last line `N passed, M failed`;
 * exit status 1 if anything failed or nothing ran.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILE_CHECKS } from './support/conformance/files.ts';
import type { FileReport } from './support/conformance/report.ts';

function checkFile(path: string, check: (json: string) => FileReport): FileReport {
  try {
    return check(readFileSync(path, 'utf8'));
  } catch (error) {
    return { passed: 0, failures: [{ case: 'the file', difference: String(error) }] };
  }
}

function run(folder: string): { passed: number; failed: number } {
  let passed = 0;
  let failed = 0;
  for (const [name, check] of FILE_CHECKS) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const report = checkFile(path, check);
    passed += report.passed;
    failed += report.failures.length;
    console.log(`${name}: ${report.passed} passed, ${report.failures.length} failed`);
    for (const failure of report.failures) {
      console.log(`  ${name}: ${failure.case}: ${failure.difference}`);
    }
  }
  return { passed, failed };
}

const [folder, ...extra] = process.argv.slice(2);
if (folder === undefined || extra.length > 0) {
  console.error('usage: npm run conformance -- <folder>');
  process.exitCode = 2;
} else {
  const { passed, failed } = run(folder);
  if (passed + failed === 0) console.error(`no known vector file in ${folder}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
