/**
 * Checks on values of unknown shape, put together from small ones. Strict: a record has the named
 * fields and no others.
 */

export type Check = (value: unknown) => boolean;

export const isNumber: Check = (value) => Number.isFinite(value);

export function isText(most: number): Check {
  return (value) => typeof value === 'string' && value.length <= most;
}

/** `digits`: how many. */
export function isHex(digits: number): Check {
  return (value) =>
    typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value);
}

export function isOneOf(...values: readonly unknown[]): Check {
  return (value) => values.includes(value);
}

export function isAny(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

export const isNull: Check = (value) => value === null;

export function isList(check: Check, most: number): Check {
  return (value) => Array.isArray(value) && value.length <= most && value.every(check);
}

export function isRecord(
  fields: { readonly [name: string]: Check },
  optional: { readonly [name: string]: Check } = {},
): Check {
  return (value) => {
    if (!isPlain(value)) return false;
    const all = { ...fields, ...optional };
    const names = Object.keys(value);
    return (
      Object.keys(fields).every((name) => Object.hasOwn(value, name)) &&
      names.every((name) => Object.hasOwn(all, name) && all[name]?.(value[name]) === true)
    );
  };
}

/** Any names, of at most `most` fields. */
export function isTable(check: Check, most: number): Check {
  return (value) => {
    if (!isPlain(value)) return false;
    const entries = Object.entries(value);
    return (
      entries.length <= most && entries.every(([name, one]) => name.length <= 100 && check(one))
    );
  };
}

function isPlain(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
