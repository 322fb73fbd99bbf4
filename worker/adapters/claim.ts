/** How a handle owns the store of all tabs: by an epoch that is higher than every one before. */

/**
 * Until the epoch is on disk, the handle before still owns the store, and can write what this one
 * has not read.
 */
export interface Claim {
  readonly epoch: number;
  readonly isOnDisk: boolean;
  /** Key of the last record of the log when the store was claimed; 0: there was none. */
  readonly logEnd: number;
}

/** What a write's transaction sees. */
export interface StoreMark {
  readonly epoch: number;
  readonly logEnd: number;
}

/** Whether the database is another than the one claimed: deleted and made anew, or rolled back. */
export function isGone(seen: StoreMark, { epoch, isOnDisk }: Claim): boolean {
  return seen.epoch < (isOnDisk ? epoch : epoch - 1);
}

/** Whether another handle has claimed the store, or written to one that was not claimed yet. */
export function isFenced(seen: StoreMark, { epoch, isOnDisk, logEnd }: Claim): boolean {
  return isOnDisk ? seen.epoch !== epoch : seen.epoch !== epoch - 1 || seen.logEnd !== logEnd;
}
