/** At the latest: a board that is never idle still gets it. */
const WAIT_MS = 2_000;

/** Runs something once the page has shown what it has and has nothing else to do. Gives the way to call it off. */
export function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const request = requestIdleCallback(run, { timeout: WAIT_MS });
    return () => cancelIdleCallback(request);
  }
  // Safari: two tasks on, the frame that was due has been drawn in most cases.
  const timer = setTimeout(run, 50);
  return () => clearTimeout(timer);
}
