/** How an end that closes says when to come again: the end of the close reason, `(retry in 12 s)`. */

const HINT = / \(retry in ([1-9]\d{0,2}) s\)$/;

/** `seconds`: 1 to 999. `reason`: at most 100 bytes, so that all fits a close frame. */
export function withRetryHint(reason: string, seconds: number): string {
  return `${reason} (retry in ${seconds} s)`;
}

/** Milliseconds, at most 999,000; null: the reason has no hint. */
export function readRetryHintMs(reason: string): number | null {
  const seconds = HINT.exec(reason)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
