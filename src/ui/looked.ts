/**
 * What is found by looking through all stories, in slices, and anew as they change: for what depends
 * on more than one story, one look a few times a second is cheaper than to follow each change.
 *
 * Invariant: what is given rests on all stories as they were at one moment.
 */
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
} from 'solid-js';
import type { Items, Steps } from '../dependencies.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { inSlices } from './inSlices.ts';
import { createSlow } from './slow.ts';

/** Under a stream of changes all stories are looked through this often at most. */
const LOOK_EVERY_MS = 400;

/**
 * Null until the first look at what was loaded is done. `wish`: what else it rests on, which is
 * answered at once. To be called in an owner of Solid.
 */
export function createLooked<Wish, Result>(
  store: PipelineStore,
  wish: Accessor<Wish>,
  find: (items: Items, wish: Wish) => Steps<Result>,
): Accessor<Result | null> {
  const [found, setFound] = createSignal<Result | null>(null);
  let state: 'idle' | 'looking' | 'look-again' | 'over' = 'idle';

  const look = async (): Promise<void> => {
    if (state !== 'idle') {
      state = 'look-again';
      return;
    }
    do {
      state = 'looking';
      const steps = untrack(() => find(itemsOf(store), wish()));
      const result = await inSlices(steps, () => state !== 'over');
      if (result === null) return;
      setFound(() => result);
    } while (isAgain());
    state = 'idle';
  };
  const isAgain = (): boolean => state === 'look-again';

  // Not at the empty store: that there is nothing would be said too soon.
  const isLoaded = createMemo(() => store.phase() === 'ready');
  createEffect(
    on([isLoaded, createSlow(store.version, LOOK_EVERY_MS), wish], ([loaded]) => {
      if (loaded) void look();
    }),
  );
  onCleanup(() => {
    state = 'over';
  });
  return found;
}

function itemsOf(store: PipelineStore): Items {
  return store.order().flatMap((id) => {
    const fields = store.fieldsOf(id);
    return fields === undefined ? [] : [[id, fields] as const];
  });
}
