/**
 * A responder of Negentropy V1 from its specification in the dumbest way, over sorted hex keys, for
 * an initiator that is tested. Timestamps are 0. Throws at what it cannot read.
 */

import { createHash } from 'node:crypto';

const INFINITY = 'g';

export function createPlainResponder(keys: readonly string[]): (query: Uint8Array) => Uint8Array {
  const sorted = keys.toSorted();

  function fingerprint(part: readonly string[]): string {
    const sum = part.reduce((total, key) => total + littleEndian(key), 0n) % 2n ** 256n;
    const bytes = Buffer.from(sum.toString(16).padStart(64, '0'), 'hex').reverse();
    const text = Buffer.concat([bytes, Buffer.from(varint(part.length))]);
    return createHash('sha256').update(text).digest('hex').slice(0, 32);
  }

  return (query) => {
    let at = 1;
    const reply: number[] = [0x61];
    const byte = (): number => {
      const value = query[at];
      if (value === undefined) throw new Error('cut off');
      at += 1;
      return value;
    };
    const readVarint = (): number => {
      for (let value = 0; ; ) {
        const digit = byte();
        value = value * 128 + (digit % 128);
        if (digit < 128) return value;
      }
    };
    const hex = (length: number): string =>
      Array.from({ length }, () => byte().toString(16).padStart(2, '0')).join('');
    const put = (upper: string, mode: number, payload: string): void => {
      const prefix = upper === INFINITY ? '' : upper;
      reply.push(upper === INFINITY ? 0 : 1, prefix.length / 2, ...Buffer.from(prefix, 'hex'));
      reply.push(mode, ...Buffer.from(payload, 'hex'));
    };

    if (query[0] !== 0x61) throw new Error('not version 1');
    let lower = '';
    while (at < query.length) {
      const timestamp = readVarint();
      const prefix = hex(readVarint());
      const upper = timestamp === 0 ? INFINITY : prefix;
      const mode = readVarint();
      const part = sorted.filter((key) => key >= lower && key < upper.padEnd(64, '0'));
      const own = upper === INFINITY ? sorted.filter((key) => key >= lower) : part;
      if (mode === 0) {
        put(upper, 0, '');
      } else if (mode === 1) {
        const theirs = hex(16);
        if (theirs === fingerprint(own)) put(upper, 0, '');
        else if (own.length <= 8) putKeys(upper, own);
        else {
          const middle = own[own.length >> 1] ?? '';
          put(middle, 1, fingerprint(own.slice(0, own.length >> 1)));
          put(upper, 1, fingerprint(own.slice(own.length >> 1)));
        }
      } else {
        for (let left = readVarint(); left > 0; left -= 1) hex(32);
        putKeys(upper, own);
      }
      lower = upper;
    }
    return Uint8Array.from(reply);

    function putKeys(upper: string, own: readonly string[]): void {
      put(upper, 2, `${Buffer.from(varint(own.length)).toString('hex')}${own.join('')}`);
    }
  };
}

function littleEndian(key: string): bigint {
  return BigInt(`0x${Buffer.from(key, 'hex').reverse().toString('hex')}`);
}

function varint(value: number): readonly number[] {
  const digits = [value % 128];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest % 128) + 128);
  return digits;
}
