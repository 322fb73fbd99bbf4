import type { IntakeResult } from '../intake.ts';
import type { Logger } from '../ports.ts';

/** Says which ops of which peer are refused; a peer that sends nothing else cannot fill the disk. */

export interface RejectionLog {
  /** What one batch of a peer had in it that is refused: one line a reason. */
  write(peer: string, rejected: IntakeResult['rejected']): void;
  /** The peer left. */
  forget(peer: string): void;
}

/** Lines about one connection; what is refused after them is not told. */
const LINES_MAX = 16;

export function createRejectionLog(pipeline: string, logger: Logger): RejectionLog {
  const linesOf = new Map<string, number>();
  return {
    write(peer, rejected) {
      for (const reason of new Set(rejected.map((one) => one.reason))) {
        const lines = (linesOf.get(peer) ?? 0) + 1;
        linesOf.set(peer, lines);
        if (lines > LINES_MAX) return;
        const ofReason = rejected.filter((one) => one.reason === reason);
        const detail = ofReason[0]?.detail ?? '';
        logger.warn('refused ops', { pipeline, peer, reason, ops: ofReason.length, detail });
        if (lines === LINES_MAX) {
          logger.warn('further refused ops of this peer are not told', { pipeline, peer });
        }
      }
    },
    forget(peer) {
      linesOf.delete(peer);
    },
  };
}
