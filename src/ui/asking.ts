/**
 * When to ask something anew that may have changed: at once, but not more often than every so many
 * milliseconds, never twice at a time, and not while nobody can see it.
 */
import { onCleanup } from 'solid-js';

export interface Asking {
  /** The answer may be another by now. */
  note(): void;
  /** Another one is wanted: asks as soon as an answer that is under way is there. */
  now(): void;
}

/**
 * `ask` says whether it has to be asked again at once, as its answer was not the last word; it never
 * rejects. Ends with the reactive owner that it is created in.
 */
export function createAsking(ask: () => Promise<'answered' | 'more'>, everyMs: number): Asking {
  let state: 'idle' | 'asking' | 'resting' | 'over' = 'idle';
  let due: 'no' | 'later' | 'now' = 'no';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isOver = (): boolean => state === 'over';

  async function run(): Promise<void> {
    clearTimeout(timer);
    state = 'asking';
    due = 'no';
    const outcome = await ask();
    if (isOver()) return;
    if (outcome === 'more' || isDueNow()) return run();
    state = 'resting';
    timer = setTimeout(() => {
      state = 'idle';
      runIfDue();
    }, everyMs);
  }

  const runIfDue = (): void => {
    if (state === 'idle' && due !== 'no' && document.visibilityState === 'visible') void run();
  };

  // It may have become so while the answer was awaited.
  const isDueNow = (): boolean => due === 'now';

  document.addEventListener('visibilitychange', runIfDue);
  onCleanup(() => {
    document.removeEventListener('visibilitychange', runIfDue);
    state = 'over';
    clearTimeout(timer);
  });

  return {
    note() {
      if (due === 'no') due = 'later';
      runIfDue();
    },
    now() {
      if (state === 'idle' || state === 'resting') void run();
      else due = 'now';
    },
  };
}
