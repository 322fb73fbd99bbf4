import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import type { Logger } from '../../ports.ts';
import { isToken } from '../../wire/accessFrames.ts';
import { lineOfEntry } from './entryLines.ts';

/**
 * Tokens that this relay shows to those that it dials, one an address, in a file of their own:
 * neither flags nor addresses are secret. It is read anew at each dial, so that a token can be changed.
 *
 * Invariant 1: a token goes to the address that it stands beside, as it is written in `rendezvous`.
 * Invariant 2: nothing that is told of the file repeats a token.
 */

export interface RendezvousTokens {
  /** null: none for this address. */
  of(address: string): string | null;
}

export type RendezvousTokensOpening =
  | { readonly type: 'opened'; readonly tokens: RendezvousTokens }
  /** `detail`: a sentence for whoever started the relay. */
  | { readonly type: 'refused'; readonly detail: string };

export interface RendezvousTokensDeps {
  /** `rendezvous` of the settings. */
  readonly addresses: readonly string[];
  readonly logger: Logger;
  /** Throws when the file cannot be read. Absent: from the disk. */
  readonly readText?: (path: string) => string;
}

const FILE_CHARACTERS_MAX = 64 * 1024;

/** `path`: null: there is no file. */
export function openRendezvousTokens(
  path: string | null,
  { addresses, logger, readText = readFile }: RendezvousTokensDeps,
): RendezvousTokensOpening {
  if (path === null) return { type: 'opened', tokens: { of: () => null } };
  const look = (): Reading => read(path, readText, addresses);
  const first = look();
  if ('fault' in first) return { type: 'refused', detail: first.fault };
  let { tokens } = first;
  let told = '';
  return {
    type: 'opened',
    tokens: {
      of(address) {
        const now = look();
        const fault = 'fault' in now ? now.fault : '';
        if ('tokens' in now) ({ tokens } = now);
        else if (fault !== told) {
          logger.error('the file of tokens is not taken: those of before are shown', {
            detail: fault,
          });
        }
        told = fault;
        return tokens.get(address) ?? null;
      },
    },
  };
}

type Reading = { readonly tokens: ReadonlyMap<string, string> } | { readonly fault: string };

function read(
  path: string,
  readText: (path: string) => string,
  addresses: readonly string[],
): Reading {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    return { fault: `cannot read ${path}: ${(error as Error).message}` };
  }
  if (text.length > FILE_CHARACTERS_MAX) return { fault: `${path} is too long` };
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { fault: `${path}, line ${error.line}: not TOML` };
  }
  const { token: entries = [], ...others } = document;
  if (Object.keys(others).length > 0 || !Array.isArray(entries)) {
    return { fault: `${path}: write [[token]] with address and token, once an address` };
  }
  const tokens = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    const at = `${path}, line ${lineOfEntry(text, 'token', index)}`;
    const { address, token, ...more } = entry as Record<string, unknown>;
    if (Object.keys(more).length > 0) return { fault: `${at}: [[token]] has address and token` };
    if (typeof address !== 'string' || !addresses.includes(address)) {
      return { fault: `${at}: address must be one of rendezvous, written as there` };
    }
    if (tokens.has(address)) return { fault: `${at}: this address is there twice` };
    if (!isToken(token)) return { fault: `${at}: token must be a text without spaces` };
    tokens.set(address, token);
  }
  return { tokens };
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8');
}
