/**
 * How much of something may happen: so much at once, and more as time passes. As values, so that time
 * is whatever the caller says; libraries for this ask the system's clock. May be overdrawn.
 */

export interface Rate {
  /** How much may happen at once. */
  readonly burst: number;
  /** How long until one more may. */
  readonly intervalMs: number;
}

export interface Bucket {
  /** When it was looked at, and how long it took then until all was there again. */
  readonly atMs: number;
  readonly fullInMs: number;
}

export function createBucket(nowMs: number): Bucket {
  return { atMs: nowMs, fullInMs: 0 };
}

/** A clock that was set back gives nothing, and takes nothing. */
export function takeTokens(
  { atMs, fullInMs }: Bucket,
  { intervalMs }: Rate,
  count: number,
  nowMs: number,
): Bucket {
  const passedMs = Math.max(0, nowMs - atMs);
  return { atMs: nowMs, fullInMs: Math.max(0, fullInMs - passedMs) + count * intervalMs };
}

/** How long until nothing is overdrawn; 0: nothing is. */
export function overdrawnMs({ fullInMs }: Bucket, { burst, intervalMs }: Rate): number {
  return Math.max(0, fullInMs - burst * intervalMs);
}
