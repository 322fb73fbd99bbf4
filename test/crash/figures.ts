/** `median 210 ms, max 480 ms`. */
export function describeTimes(timesMs: readonly number[]): string {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const max = sorted.at(-1) ?? Number.NaN;
  return `median ${Math.round(median)} ms, max ${Math.round(max)} ms`;
}
