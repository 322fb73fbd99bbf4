/** A delay that the user asked for, so that nobody takes it for a bad network. */
const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export function lagText(addedLagMs: number): string {
  return `Every frame is delayed by ${durationText(addedLagMs)}, as you asked`;
}

/** `0.5 s` */
export function durationText(durationMs: number): string {
  return `${numbers.format(durationMs / 1000)} s`;
}
