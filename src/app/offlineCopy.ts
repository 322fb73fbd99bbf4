/**
 * The offline copy: the service worker that keeps the page's files, so that the board opens without
 * a network. It keeps code alone; the stories are the replica's, and are not touched here.
 *
 * Invariant 1: a new version takes over only after `update`, in this tab or in another.
 * Invariant 2: nothing here reloads the page, and nothing rejects.
 */
import { type Accessor, createSignal } from 'solid-js';

export type OfflineCopy =
  /** This browser, or this address (plain http), has no service workers; or the user wants none. */
  | { readonly name: 'none'; readonly reason: 'not-offered' | 'not-wanted' | 'failed' }
  | { readonly name: 'starting' }
  /** The board opens without a network. */
  | { readonly name: 'kept' }
  /** A new version is kept too, and waits to be let in. */
  | { readonly name: 'update-waits' }
  /** A new version has taken over; this tab still runs the one before. */
  | { readonly name: 'replaced' };

export interface OfflineCopyStore {
  readonly state: Accessor<OfflineCopy>;
  /** Lets the version that waits in, for all tabs. */
  update(): void;
  /** Keeps a copy from now on. */
  keep(): Promise<void>;
  /** Removes worker and files, and keeps none until `keep`. */
  remove(): Promise<void>;
}

export interface OfflineCopyDeps {
  /** null: there are none. */
  readonly workers: ServiceWorkerContainer | null;
  readonly files: CacheStorage | null;
  readonly storage: Storage | null;
  /** Calls when the page is looked at again. */
  readonly onLookedAt: (look: () => void) => void;
  readonly nowMs: () => number;
}

export const OFF_KEY = 'huskies.offline-copy';
const OFF = 'off';
const SCRIPT = 'sw.js';
/** Caches of other pages of the origin are theirs. */
const CACHE_PREFIX = 'huskies-';
const LOOK_EVERY_MS = 30 * 60_000;

/** Starts at once. */
export function createOfflineCopy(deps: OfflineCopyDeps): OfflineCopyStore {
  const { workers } = deps;
  const [state, setState] = createSignal<OfflineCopy>({ name: 'starting' });
  let kept: ServiceWorkerRegistration | null = null;
  /** What controls the page when it starts is no update of it. */
  let hadController = false;
  let lastLookMs = deps.nowMs();

  const show = (registration: ServiceWorkerRegistration): void => {
    if (state().name === 'replaced') return;
    if (registration.waiting !== null && workers?.controller) setState({ name: 'update-waits' });
    else setState({ name: registration.active === null ? 'starting' : 'kept' });
  };

  const watch = (registration: ServiceWorkerRegistration): void => {
    const watchInstalling = (): void => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => show(registration));
    };
    registration.addEventListener('updatefound', watchInstalling);
    watchInstalling();
    show(registration);
  };

  const start = async (): Promise<void> => {
    if (workers === null) return void setState({ name: 'none', reason: 'not-offered' });
    if (readOff(deps.storage)) return void setState({ name: 'none', reason: 'not-wanted' });
    hadController = workers.controller !== null;
    try {
      // Undefined where a test's browser blocks them.
      const registration = await workers.register(SCRIPT, { updateViaCache: 'none' });
      if (registration === undefined) return void setState({ name: 'none', reason: 'failed' });
      kept = registration;
      watch(registration);
    } catch {
      // A page that is served without its worker, or a browser that is told to have none.
      setState({ name: 'none', reason: 'failed' });
    }
  };

  workers?.addEventListener('controllerchange', () => {
    if (hadController && kept !== null) setState({ name: 'replaced' });
    else if (kept !== null) show(kept);
    hadController = true;
  });
  deps.onLookedAt(() => {
    const nowMs = deps.nowMs();
    if (kept === null || nowMs - lastLookMs < LOOK_EVERY_MS) return;
    lastLookMs = nowMs;
    // Without a network there is nothing new.
    kept.update().catch(() => {});
  });

  void start();
  return {
    state,
    update: () => kept?.waiting?.postMessage({ type: 'SKIP_WAITING' }),
    keep: async () => {
      writeOff(deps.storage, false);
      await start();
    },
    remove: async () => {
      writeOff(deps.storage, true);
      kept = null;
      await removeOfflineCopy(deps);
      setState({ name: 'none', reason: 'not-wanted' });
    },
  };
}

/** As `remove`, for a page that has not started one: `?unregister`. */
export async function removeOfflineCopy({
  workers,
  files,
}: Pick<OfflineCopyDeps, 'workers' | 'files'>): Promise<void> {
  try {
    const registration = await workers?.getRegistration();
    await registration?.unregister();
    const names = (await files?.keys()) ?? [];
    const own = names.filter((name) => name.startsWith(CACHE_PREFIX));
    await Promise.all(own.map((name) => files?.delete(name)));
  } catch {
    // Nothing was kept here, or nothing may be looked at.
  }
}

function readOff(storage: Storage | null): boolean {
  try {
    return storage?.getItem(OFF_KEY) === OFF;
  } catch {
    return false;
  }
}

export function writeOff(storage: Storage | null, off: boolean): void {
  try {
    if (off) storage?.setItem(OFF_KEY, OFF);
    else storage?.removeItem(OFF_KEY);
  } catch {
    // No storage: it holds for this page.
  }
}
