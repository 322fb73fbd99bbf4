/**
 * When to ask something anew that may have changed: at once, but not more often than every so many
 * milliseconds, and never twice at a time.
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
      if (due !== 'no') void run();
    }, everyMs);
  }

  // It may have become so while the answer was awaited.
  const isDueNow = (): boolean => due === 'now';

  onCleanup(() => {
    state = 'over';
    clearTimeout(timer);
  });

  return {
    note() {
      if (state === 'idle') void run();
      else if (due === 'no') due = 'later';
    },
    now() {
      if (state === 'idle' || state === 'resting') void run();
      else due = 'now';
    },
  };
}
