import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { parse } from 'smol-toml';
import type { ReadTextFile } from '../configFile.ts';

/** Who the relay is to NATS. What is wrong is told without anything of what the file holds. */

export type CredentialsReading =
  | { readonly type: 'read'; readonly authenticator: Authenticator }
  | { readonly type: 'refused'; readonly detail: string };

const utf8 = new TextEncoder();

export function readCredentials(path: string, readTextFile: ReadTextFile): CredentialsReading {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    return refused(`cannot read ${path}: ${(error as Error).message}`);
  }
  if (text.includes('BEGIN NATS USER JWT')) {
    return { type: 'read', authenticator: credsAuthenticator(utf8.encode(text)) };
  }
  const authenticator = authenticatorOf(tableOf(text));
  return authenticator === null
    ? refused(`${path} is no .creds file, and has not user and password, nor token, nor nkey`)
    : { type: 'read', authenticator };
}

function authenticatorOf({ user, password, token, nkey }: Table): Authenticator | null {
  if (typeof user === 'string' && typeof password === 'string') {
    return usernamePasswordAuthenticator(user, password);
  }
  if (typeof token === 'string') return tokenAuthenticator(token);
  return typeof nkey === 'string' ? nkeyAuthenticator(utf8.encode(nkey)) : null;
}

type Table = Readonly<Record<string, unknown>>;

function tableOf(text: string): Table {
  try {
    return parse(text);
  } catch {
    return {};
  }
}

function refused(detail: string): CredentialsReading {
  return { type: 'refused', detail };
}
