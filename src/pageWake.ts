/** When a page has slept and its worker should look whether the connection is still there. */

/**
 * Calls `onWake` when the page becomes visible, comes back from the back/forward cache, or is thawed
 * (https://wicg.github.io/page-lifecycle/). The worker hears `online` itself. Returns what undoes it.
 */
export function watchPageWake(onWake: () => void): () => void {
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') onWake();
  };
  const onShow = (event: PageTransitionEvent): void => {
    if (event.persisted) onWake();
  };
  document.addEventListener('visibilitychange', onVisible);
  document.addEventListener('resume', onWake);
  addEventListener('pageshow', onShow);
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    document.removeEventListener('resume', onWake);
    removeEventListener('pageshow', onShow);
  };
}
