/**
 * What a tab that leads shows to a relay that asks who it is: the token for its address, and the key
 * that signs its ops.
 *
 * Invariant: a token goes to the store and into the first frame, and nowhere else.
 */

import type { Dialler, Signer, TokenStore } from './ports.ts';
import { createAccessDialler } from './sync/accessDialler.ts';
import { isToken } from './wire/accessFrames.ts';

export interface RelayAccess {
  /** To be dialled with instead. */
  readonly dialler: Dialler;
  /** The token that is kept is known; null: there is no store, so none is. */
  readonly loading: Promise<void> | null;
  hasToken(): boolean;
  /** null: forgets it. What can be no token changes nothing. */
  setToken(token: string | null): Promise<void>;
}

export interface RelayAccessDeps {
  readonly address: string | null;
  readonly dialler: Dialler;
  /** Absent: a token is forgotten with this tab. */
  readonly tokens: TokenStore | undefined;
  readonly signer: () => Signer;
}

export function createRelayAccess(deps: RelayAccessDeps): RelayAccess {
  const { address, tokens } = deps;
  let token: string | null = null;
  const load = async (from: TokenStore, of: string): Promise<void> => {
    const known = await from.read(of);
    if (isToken(known)) token = known;
  };
  return {
    loading: tokens === undefined || address === null ? null : load(tokens, address),
    dialler: createAccessDialler(deps.dialler, { signer: deps.signer, token: () => token }),
    hasToken: () => token !== null,
    async setToken(next) {
      if (address === null || (next !== null && !isToken(next))) return;
      token = next;
      await tokens?.write(address, next);
    },
  };
}
