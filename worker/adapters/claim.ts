/** How a handle owns the store of all tabs: by an epoch that is higher than every one before. */

/** Until the epoch is on disk, the handle before still owns the store. */
export interface Claim {
  readonly epoch: number;
  readonly isOnDisk: boolean;
}

/** Whether the database is another than the one claimed: deleted and made anew, or rolled back. */
export function isGone(epochOnDisk: number, { epoch, isOnDisk }: Claim): boolean {
  return epochOnDisk < (isOnDisk ? epoch : epoch - 1);
}

/** Whether another handle has claimed the store. `epochOnDisk`: as the write's transaction sees it. */
export function isFenced(epochOnDisk: number, { epoch, isOnDisk }: Claim): boolean {
  return epochOnDisk !== (isOnDisk ? epoch : epoch - 1);
}
