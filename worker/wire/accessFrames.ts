/**
 * What the ends say where a relay lets in only those it knows. Text frames of JSON that go to and fro
 * before the session has anything: its own reader never sees a challenge or a proof.
 *
 * Invariant 1: sizes are looked at before contents.
 * Invariant 2: what is read has the shape it should have, and nothing throws.
 */

import { sha256 } from '../crdt/sha256.ts';

/** Longest first frame of a peer that is not let in yet: capabilities, a place and a token. */
export const FIRST_FRAME_CHARACTERS_MAX = 4096;

/** Longest challenge or proof that is read. */
export const ACCESS_FRAME_CHARACTERS_MAX = 1024;

export const TOKEN_CHARACTERS_MAX = 512;

/** What a listener asks a dialler to sign. */
export interface Challenge {
  /** 32 random bytes, 64 hex digits, for this connection and no other. */
  readonly nonce: string;
  /** Unix time, by the listener's clock. */
  readonly notAfterMs: number;
}

/** What the dialler believes it is connected to. */
export interface Place {
  /** Host and, unless it is the scheme's own, port, as `URL.host` writes them. */
  readonly host: string;
  readonly pipeline: string;
}

export interface Proof {
  /** Ed25519 public key, 64 hex digits. */
  readonly key: string;
  /** 128 hex digits. */
  readonly signature: string;
}

/** Nothing else is signed that begins like this: the digest of an op is of a text that begins with `[`. */
const LABEL = 'huskies-web relay access 1';

const encoder = new TextEncoder();

/** 32 bytes to sign: bound to the relay by the name it was dialled by, to pipeline, nonce and time. */
export function digestChallenge(
  { host, pipeline }: Place,
  { nonce, notAfterMs }: Challenge,
): Uint8Array {
  return sha256(encoder.encode([LABEL, host, pipeline, nonce, notAfterMs].join('\n')));
}

export function encodeChallenge({ nonce, notAfterMs }: Challenge): string {
  return JSON.stringify({ type: 'challenge', nonce, notAfterMs });
}

export function encodeProof({ key, signature }: Proof): string {
  return JSON.stringify({ type: 'proof', key, signature });
}

/** `firstFrame`: as `encodeFirstFrame` writes it. */
export function addToken(firstFrame: string, token: string): string {
  return `${firstFrame.slice(0, -1)},"token":${JSON.stringify(token)}}`;
}

/** Null: it is no challenge. */
export function parseChallenge(text: string): Challenge | null {
  const fields = readObject(text, ACCESS_FRAME_CHARACTERS_MAX);
  const nonce = fields?.['nonce'];
  const notAfterMs = fields?.['notAfterMs'];
  if (fields?.['type'] !== 'challenge' || !isHex(nonce, 64)) return null;
  if (typeof notAfterMs !== 'number' || !Number.isSafeInteger(notAfterMs)) return null;
  return { nonce, notAfterMs };
}

/** Null: it is no proof. */
export function parseProof(text: string): Proof | null {
  const fields = readObject(text, ACCESS_FRAME_CHARACTERS_MAX);
  const key = fields?.['key'];
  const signature = fields?.['signature'];
  if (fields?.['type'] !== 'proof' || !isHex(key, 64) || !isHex(signature, 128)) return null;
  return { key, signature };
}

/** Null: it is no first frame that one who is not let in yet may send. */
export function parseFirstFrame(text: string): { readonly token: string | null } | null {
  const fields = readObject(text, FIRST_FRAME_CHARACTERS_MAX);
  if (fields?.['type'] !== 'bulk' || !Array.isArray(fields['ops'])) return null;
  const token = fields['token'] ?? null;
  return token === null || isToken(token) ? { token } : null;
}

/** Visible ASCII: what a header and a field of a form carry unchanged. */
export function isToken(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= TOKEN_CHARACTERS_MAX &&
    /^[\x21-\x7e]+$/.test(value)
  );
}

function isHex(value: unknown, digits: number): value is string {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value);
}

function readObject(
  text: string,
  mostCharacters: number,
): { readonly [name: string]: unknown } | null {
  if (text.length > mostCharacters) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
