/** Rust's `{:?}` text of strings and floats, and serde_json's text of floats: what ids hash. */

import { isEscapedByRust } from './rustEscapes.ts';

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['\n', '\\n'],
  ['\0', '\\0'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

const PLAIN_ASCII = /^[ !#-[\]-~]*$/;

/** `text` must be well-formed. */
export function debugString(text: string): string {
  if (PLAIN_ASCII.test(text)) return `"${text}"`;
  let escaped = '';
  for (const character of text) escaped += debugCharacter(character);
  return `"${escaped}"`;
}

function debugCharacter(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  const codePoint = character.codePointAt(0) ?? 0;
  return isEscapedByRust(codePoint) ? `\\u{${codePoint.toString(16)}}` : character;
}

/** Rust's Debug of an f64: exponent form below 1e-4 and from 1e16 up. `value` is finite. */
export function debugNumber(value: number): string {
  return floatText(value, -4);
}

/** serde_json's text of an f64: exponent form below 1e-5 and from 1e16 up. `value` is finite. */
export function serdeNumber(value: number): string {
  return floatText(value, -5);
}

/**
 * All three, Rust, ryu and ECMAScript, print the shortest digits that read back as the same float;
 * only the layout differs.
 */
function floatText(value: number, lowestPlainExponent: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) {
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  }
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const sign = value < 0 ? '-' : '';
  const exponent = Number(exponentText);
  if (exponent < lowestPlainExponent || exponent > 15) return `${sign}${mantissa}e${exponent}`;
  return sign + plainText(mantissa.replace('.', ''), exponent);
}

/** `digits` with the point after digit `exponent`, at least one digit on both sides. */
function plainText(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}
