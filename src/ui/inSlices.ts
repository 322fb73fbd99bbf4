/** Long work in pieces, so that the browser can draw and answer keys in between. */

/** A frame has 16, and others want some of it. */
const SLICE_MS = 8;

/** Runs in slices with the browser in between; null: `isWanted` was false before the end. */
export async function inSlices<Result>(
  steps: Generator<undefined, Result>,
  isWanted: () => boolean,
  deps: { nowMs(): number; pause(): Promise<void> } = browserSlices,
): Promise<Result | null> {
  let startMs = deps.nowMs();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return isWanted() ? step.value : null;
    if (deps.nowMs() - startMs < SLICE_MS) continue;
    await deps.pause();
    if (!isWanted()) return null;
    startMs = deps.nowMs();
  }
}

const browserSlices = {
  nowMs: () => performance.now(),
  pause: () => new Promise<void>((resolve) => setTimeout(resolve)),
};
