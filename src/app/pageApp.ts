/** This page as an app: one for the page, whoever asks. */
import { createRoot } from 'solid-js';
import { createOfflineCopy, type OfflineCopyStore, writeOff } from './offlineCopy.ts';

const REMOVE = 'unregister';

let copy: OfflineCopyStore | null = null;

/** Registers the service worker when it is first called. */
export function pageOfflineCopy(): OfflineCopyStore {
  if (copy === null && asksToRemove(location.href)) writeOff(pageStorage(), true);
  copy ??= createRoot(() =>
    createOfflineCopy({
      workers: 'serviceWorker' in navigator ? navigator.serviceWorker : null,
      files: 'caches' in window ? caches : null,
      storage: pageStorage(),
      onLookedAt: (look) => {
        addEventListener('online', look);
        document.addEventListener('visibilitychange', () => {
          if (document.visibilityState === 'visible') look();
        });
      },
      nowMs: () => Date.now(),
    }),
  );
  return copy;
}

/** `?unregister` in the page's address. */
export function asksToRemove(page: string): boolean {
  return new URL(page).searchParams.has(REMOVE);
}

export function withoutRemove(page: string): string {
  const url = new URL(page);
  url.searchParams.delete(REMOVE);
  return url.href;
}

function pageStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
