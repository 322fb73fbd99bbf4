/** Unsigned integers as Negentropy writes them: seven bits a byte, the highest first, as few as possible. */

/** At most 2^53 − 1. */
export function encodeVarint(value: number): Uint8Array {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.push((rest % 128) + 128);
  }
  return Uint8Array.from(digits.reverse());
}

/** `end`: where the next byte is. undefined: cut off, not as short as possible, or above 2^53 − 1. */
export function decodeVarint(
  bytes: Uint8Array,
  from: number,
): { readonly value: number; readonly end: number } | undefined {
  if (bytes[from] === 128) return undefined;
  let value = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const digit = bytes[at] ?? 0;
    value = value * 128 + (digit & 127);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if (digit < 128) return { value, end: at + 1 };
  }
  return undefined;
}
