/** The history of a story as the page shows it: asked for again when something may have come. */
import { type Accessor, createEffect, createSignal, on, onMount, type Signal } from 'solid-js';
import type { HistoryAnswer, ItemId } from '../../worker/api.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import { createAsking } from './asking.ts';
import type { BoardModel } from './boardModel.ts';

type Known = Extract<HistoryAnswer, { readonly type: 'history' }>;

export type ShownHistory =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly detail: string }
  | { readonly name: 'known'; readonly history: Known };

export interface HistorySource {
  readonly shown: Accessor<ShownHistory>;
  /** Entries left out, which are the first. */
  readonly left: Accessor<number>;
  showMore(): void;
  retry(): void;
}

/** Entries at first, and with each `showMore`. */
const PAGE_ENTRIES = 50;

/** Under a stream of changes it is asked for this often at most. */
const ASK_EVERY_MS = 300;

/** Belongs to the reactive owner it is created in. */
export function createHistory({ store, client }: Pipeline, id: ItemId): HistorySource {
  const [shown, setShown] = createSignal<ShownHistory>({ name: 'loading' });
  let limit = PAGE_ENTRIES;

  const ask = async (): Promise<'answered'> => {
    const answer = await client.query({ type: 'history', id, limit });
    if (answer.type === 'history') setShown({ name: 'known', history: answer });
    else if (shown().name !== 'known') setShown({ name: 'failed', detail: answer.detail });
    return 'answered';
  };
  const asking = createAsking(ask, ASK_EVERY_MS);

  onMount(asking.now);
  // A value that loses changes no field; each batch of ops changes the status.
  createEffect(on([() => store.fieldsOf(id), store.status], asking.note, { defer: true }));

  return {
    shown,
    left: () => {
      const now = shown();
      return now.name === 'known' ? now.history.total - now.history.entries.length : 0;
    },
    showMore: () => {
      limit += PAGE_ENTRIES;
      asking.now();
    },
    retry: () => {
      setShown({ name: 'loading' });
      asking.now();
    },
  };
}

const choices = new WeakMap<BoardModel, Signal<boolean>>();

/** Whether histories are shown on this board: stays as it was when another story is opened. */
export function historyChoice(model: BoardModel): Signal<boolean> {
  const choice = choices.get(model) ?? createSignal(false);
  choices.set(model, choice);
  return choice;
}
