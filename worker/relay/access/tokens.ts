import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../ports.ts';
import { isToken } from '../../wire/accessFrames.ts';

/** 32 random bytes: nobody guesses them, so a plain hash of a token is enough to keep. */
const TOKEN_BYTES = 32;

export function createToken(random: Random): string {
  return Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
}

/** 64 hex digits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** The hash among `hashes` that is this token's; all are compared, each in constant time. */
export function findToken(token: string, hashes: readonly string[]): string | undefined {
  const shown = Buffer.from(hashToken(token), 'hex');
  return hashes.filter((hash) => timingSafeEqual(shown, Buffer.from(hash, 'hex')))[0];
}

/** Of a header `Authorization: Bearer …`; null: there is none. */
export function bearerToken(header: string | undefined): string | null {
  const [, token] = /^Bearer +(\S+) *$/i.exec(header ?? '') ?? [];
  return isToken(token) ? token : null;
}

/** What `relay token` prints: the token once, and the lines for the access file. */
export function tokenText(token: string): string {
  return `The token, which is kept nowhere:
${token}

For the access file:
[[token]]
name = "who it is for"
sha256 = "${hashToken(token)}"
role = "write"
pipelines = "*"
`;
}
