import type { Op } from '../crdt/op.ts';
import type { Logger } from '../ports.ts';

/**
 * Ops whose signers may not write here: not now. They are not stored, forwarded, held or marked seen,
 * so that they can come again; it is remembered who brought them, for the day their signer is listed.
 */

export interface UnlistedOps {
  /** Those of `ops` whose signers may write. */
  keepListed(ops: readonly Op[], peer: string): readonly Op[];
  /** Rules have changed: the peers that brought ops which would be taken now; they are forgotten. */
  takeWelcome(): readonly string[];
  /** The peer left. */
  forget(peer: string): void;
}

/** Signers that are remembered, and told in the log, of one connection. */
const SIGNERS_MAX = 64;

export interface UnlistedOpsDeps {
  readonly pipeline: string;
  /** 64 hex digits. */
  readonly maySign: (signer: string) => boolean;
  readonly logger: Logger;
}

export function createUnlistedOps({ pipeline, maySign, logger }: UnlistedOpsDeps): UnlistedOps {
  const signersOf = new Map<string, Set<string>>();

  function note({ signer }: Op, peer: string): void {
    const signers = signersOf.get(peer) ?? new Set();
    signersOf.set(peer, signers);
    if (signers.has(signer) || signers.size >= SIGNERS_MAX) return;
    signers.add(signer);
    logger.warn('ops of a signer who may not write here are left out', { pipeline, peer, signer });
  }

  return {
    keepListed(ops, peer) {
      const listed = ops.filter(({ signer }) => maySign(signer));
      if (listed.length === ops.length) return ops;
      for (const op of ops) if (!maySign(op.signer)) note(op, peer);
      return listed;
    },
    takeWelcome() {
      const welcome = [...signersOf].filter(([, signers]) => [...signers].some(maySign));
      for (const [peer] of welcome) signersOf.delete(peer);
      return welcome.map(([peer]) => peer);
    },
    forget: (peer) => signersOf.delete(peer),
  };
}
