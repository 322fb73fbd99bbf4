import { isIP } from 'node:net';
import type { AuthRule } from './door.ts';

/** What must be said before a relay listens: whoever reaches its port could read and write. */

export interface ListeningConfig {
  readonly host: string;
  /** null: not said. */
  readonly auth: AuthRule | null;
  /** Path of the access file; null: none. */
  readonly access: string | null;
}

export type ListeningRule =
  | { readonly type: 'rule'; readonly auth: 'open' }
  | { readonly type: 'rule'; readonly auth: 'token' | 'keys'; readonly access: string }
  /** `detail`: one sentence. */
  | { readonly type: 'refused'; readonly detail: string };

export function readListeningRule({ host, auth, access }: ListeningConfig): ListeningRule {
  const refuse = (detail: string): ListeningRule => ({ type: 'refused', detail });
  if (auth === null && !isLoopback(host)) {
    return refuse(
      `listening on ${host} lets others reach this relay: say who may connect, by --auth token, --auth keys or --auth open`,
    );
  }
  if (auth === null || auth === 'open') {
    if (access === null) return { type: 'rule', auth: 'open' };
    return refuse(`the access file ${access} has no effect without --auth token or --auth keys`);
  }
  if (access === null) return refuse(`--auth ${auth} needs an access file, by --access FILE`);
  return { type: 'rule', auth, access };
}

/** `host`: a name or an address without brackets. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}
