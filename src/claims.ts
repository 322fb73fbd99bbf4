/** A claim says whose node works on a story: its key and since when. Pure. */
import type { ItemFields, NewFields } from '../worker/api.ts';

export const NO_CLAIM: Partial<NewFields> = { claimed_by: '', claimed_at: 0 };

/** `signer`: the key that claims, 64 hex digits. Milliseconds of a Unix second are kept. */
export function claimOf(signer: string, nowMs: number): Partial<NewFields> {
  return { claimed_by: signer, claimed_at: nowMs / 1000 };
}

export function isClaimedByOther(fields: ItemFields, signer: string): boolean {
  return Boolean(fields.claimed_by) && fields.claimed_by !== signer;
}
