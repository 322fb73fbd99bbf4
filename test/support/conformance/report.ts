/** What a conformance run found, and how values are compared. */

export interface Failure {
  readonly case: string;
  readonly difference: string;
}

export interface FileReport {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

export interface Check {
  readonly case: string;
  /** What differed; undefined: nothing did. */
  readonly difference: string | undefined;
}

export function report(checks: readonly Check[]): FileReport {
  const failures = checks.flatMap((check) =>
    check.difference === undefined ? [] : [{ case: check.case, difference: check.difference }],
  );
  return { passed: checks.length - failures.length, failures };
}

/** Compares plain values deeply, numbers with Object.is, keys in any order. */
export function difference(what: string, actual: unknown, expected: unknown): string | undefined {
  if (isObject(actual) && isObject(expected)) {
    const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
    for (const key of keys) {
      const found = difference(`${what}.${key}`, actual[key], expected[key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Object.is(actual, expected)) return undefined;
  return `${what}: got ${show(actual)}, expected ${show(expected)}`;
}

/** The first difference of several comparisons. */
export function firstDifference(...found: readonly (string | undefined)[]): string | undefined {
  return found.find((one) => one !== undefined);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
