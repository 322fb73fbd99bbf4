import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBytes, toHex } from '../../crdt/bytes.ts';
import { publicKeyOf, signDigest } from '../../crdt/curve.ts';
import type { Random, Signer } from '../../ports.ts';

/**
 * The key that this relay answers challenges with where it dials. It signs no ops. It is made once and
 * kept beside the log, for this user alone; without it the relay is another one to those it dials.
 */

export type RelayKeyOpening =
  | { readonly type: 'opened'; readonly signer: Signer }
  /** `detail`: a sentence for whoever started the relay. */
  | { readonly type: 'refused'; readonly detail: string };

const KEY_BYTES = 32;

/** `folder`: is there. */
export function openRelayKey(folder: string, random: Random): RelayKeyOpening {
  const path = join(folder, 'relay.key');
  try {
    const text = readOrCreate(path, () => `${toHex(random.bytes(KEY_BYTES))}\n`).trim();
    if (!/^[0-9a-f]{64}$/.test(text)) {
      return { type: 'refused', detail: `${path} is no key: delete it, and a new one is made` };
    }
    return { type: 'opened', signer: signerOf(toBytes(text)) };
  } catch (error) {
    return { type: 'refused', detail: `cannot use ${path}: ${(error as Error).message}` };
  }
}

function readOrCreate(path: string, create: () => string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const text = create();
  // One that stands there meanwhile is not written over.
  writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
  return text;
}

function signerOf(secretKey: Uint8Array): Signer {
  return {
    publicKey: publicKeyOf(secretKey),
    sign: async (digest) => signDigest(digest, secretKey),
  };
}
