import { existsSync, readFileSync } from 'node:fs';

export interface Failure {
  /** What failed: a test with its file, or a step. */
  readonly what: string;
  /** One line. */
  readonly why: string;
}

export interface TestCounts {
  readonly passed: number;
  /** One entry a failed test; and one a file that failed as a whole. */
  readonly failures: readonly Failure[];
  /** Titles of tests that were told not to run. */
  readonly skipped: readonly string[];
}

/** The part that is read here of what vitest's `json` reporter writes. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Reads a report of vitest's `json` reporter; null: there is none, or it is cut off. */
export function readVitestReport(path: string, root: string): TestCounts | null {
  if (!existsSync(path)) return null;
  try {
    return countTests(JSON.parse(readFileSync(path, 'utf8')) as Report, root);
  } catch {
    return null;
  }
}

function countTests({ testResults }: Report, root: string): TestCounts {
  let passed = 0;
  const failures: Failure[] = [];
  const skipped: string[] = [];
  for (const { name, status, message, assertionResults } of testResults) {
    const file = name.replace(`${root}/`, '');
    for (const test of assertionResults) {
      const what = `${file}: ${test.title}`;
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed')
        failures.push({ what, why: why(test.failureMessages?.[0]) });
      else skipped.push(what);
    }
    // An import that throws, or a hook, fails the file without a test to blame.
    const blamed = assertionResults.some((test) => test.status === 'failed');
    if (status === 'failed' && !blamed) failures.push({ what: file, why: why(message) });
  }
  return { passed, failures, skipped };
}

function why(message: string | undefined): string {
  const firstLine = (message ?? '').split('\n').find((line) => line.trim() !== '');
  return firstLine?.trim().slice(0, 300) ?? 'no message';
}
