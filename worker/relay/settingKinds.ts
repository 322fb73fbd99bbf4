import { isOrigin } from './origin.ts';

/** What the values of settings may be, wherever they come from. */

export interface Kind<Value> {
  /** Stands for the value in `--help`, in capitals. */
  readonly takes: string;
  /** What a value must be, behind "must be". */
  readonly must: string;
  /** The flag may come more than once, and the environment parts values by spaces. */
  readonly isList: boolean;
  /** In a file it is meant from where the file is. */
  readonly isPath: boolean;
  /** A flag's or variable's text as TOML would have it. */
  fromText(text: string): unknown;
  /** `value`: as TOML has it, a list for a list. */
  read(value: unknown): Reading<Value>;
}

export type Reading<Value> =
  | { readonly value: Value }
  /** The value, or the part of a list, that is not what it must be. */
  | { readonly wrong: unknown }
  /** A sentence behind the setting's name, where the value itself must not be told. */
  | { readonly fault: string };

const ONE = { isList: false, isPath: false, fromText: (text: string): unknown => text };

/** `takes`: such as HOST. */
export function text(takes: string): Kind<string> {
  const must = 'a text that is not empty';
  return { ...ONE, takes, must, read: (value) => (isFilled(value) ? { value } : { wrong: value }) };
}

export function path(takes: string): Kind<string> {
  return { ...text(takes), isPath: true };
}

export function wholeNumber(takes: string, from: number, to: number): Kind<number> {
  return {
    ...ONE,
    takes,
    must: `a whole number from ${from} to ${to}`,
    fromText: (given) => (/^\d{1,15}$/.test(given) ? Number(given) : given),
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
        ? { value }
        : { wrong: value },
  };
}

/** Each once. */
export const origins: Kind<readonly string[]> = {
  ...ONE,
  takes: 'ORIGIN',
  must: 'an origin such as https://dashboard.example',
  isList: true,
  read: (value) => readList(value, isOrigin),
};

/** Each once, without a user or a password. */
export function addressList(
  must: string,
  isRight: (address: string) => boolean,
): Kind<readonly string[]> {
  return {
    ...ONE,
    takes: 'ADDRESS',
    must,
    isList: true,
    read(value) {
      // Told without the address: it goes to the log.
      if (asList(value).some((one) => typeof one === 'string' && /\/\/[^/?#]*@/.test(one))) {
        return { fault: 'must not have a user or a password in an address: addresses are logged' };
      }
      return readList(value, isRight);
    },
  };
}

export const nodeAddresses = addressList(
  'a ws:// or wss:// address or a list of them',
  isNodeAddress,
);

function isNodeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hash } = new URL(address);
  return (protocol === 'ws:' || protocol === 'wss:') && hash === '';
}

function readList(value: unknown, isRight: (text: string) => boolean): Reading<readonly string[]> {
  const right: string[] = [];
  for (const one of asList(value)) {
    if (typeof one !== 'string' || !isRight(one)) return { wrong: one };
    right.push(one);
  }
  return { value: [...new Set(right)] };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
