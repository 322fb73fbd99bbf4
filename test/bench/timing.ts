/**
 * Measuring on a noisy machine. Of computing alone the fastest run counts; of what waits for disks,
 * sockets and frames the median.
 */

/** Milliseconds that `run` takes. */
export async function timeMs(run: () => unknown): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

/** CPU milliseconds of this process that `run` takes, garbage collection on other threads included. */
export async function timeCpuMs(run: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The least of `times` runs: what else the machine does can only slow one down. */
export async function fastestMs(
  times: number,
  run: () => unknown,
  time: typeof timeMs = timeMs,
): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < times; index += 1) fastest = Math.min(fastest, await time(run));
  return fastest;
}

/** `fraction` 0.5 is the median. Of an even number of samples the lower middle one. */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.ceil(fraction * sorted.length) - 1];
  if (value === undefined) throw new Error('no samples');
  return value;
}

export function perSecond(count: number, elapsedMs: number): number {
  return (count / elapsedMs) * 1000;
}
