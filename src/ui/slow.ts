/** What follows something that changes often, but not each time. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';

/** Changes with `value`, so many milliseconds later at most, and not more often. */
export function createSlow<Value>(value: Accessor<Value>, everyMs: number): Accessor<Value> {
  const [slow, setSlow] = createSignal(untrack(value));
  let timer: ReturnType<typeof setTimeout> | null = null;
  createEffect(
    on(
      value,
      () => {
        timer ??= setTimeout(() => {
          timer = null;
          setSlow(() => untrack(value));
        }, everyMs);
      },
      { defer: true },
    ),
  );
  onCleanup(() => {
    if (timer !== null) clearTimeout(timer);
  });
  return slow;
}
