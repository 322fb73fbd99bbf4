import type { Logger } from '../ports.ts';
import type { StoreFindings } from './opLog.ts';

/** Says what the store was found with: a line for each thing that is wrong. */
export function reportStore(findings: StoreFindings, logger: Logger): void {
  const { cutBytes, droppedBytes, lostOps, repairs } = findings;
  for (const detail of repairs) {
    logger.error('the op log was damaged and has been repaired', { detail });
  }
  if (droppedBytes > 0) {
    logger.error('damaged parts of the op log are left out', { bytes: droppedBytes });
  }
  if (lostOps > 0) {
    logger.error('ops are missing in the log until peers send them again', { ops: lostOps });
  }
  if (cutBytes > 0) {
    logger.warn('the last run ended in the middle of a write, which is cut', { bytes: cutBytes });
  }
}
