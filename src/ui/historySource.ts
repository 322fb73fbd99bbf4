/** The history of a story as the page shows it: asked for again when something may have come. */
import {
  type Accessor,
  createEffect,
  createSignal,
  on,
  onCleanup,
  onMount,
  type Signal,
} from 'solid-js';
import type { HistoryAnswer, ItemId } from '../../worker/api.ts';
import type { Pipeline } from '../sharedPipeline.ts';
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
  let isAsking = false;
  let isDue = false;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const ask = async (): Promise<void> => {
    isAsking = true;
    isDue = false;
    const answer = await client.query({ type: 'history', id, limit });
    isAsking = false;
    if (isOver) return;
    if (answer.type === 'history') setShown({ name: 'known', history: answer });
    else if (shown().name !== 'known') setShown({ name: 'failed', detail: answer.detail });
    if (isDue) wait();
  };
  const wait = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void ask();
    }, ASK_EVERY_MS);
  };
  const noteChange = (): void => {
    isDue = true;
    if (!isAsking) wait();
  };

  onMount(() => void ask());
  // A value that loses changes no field; each batch of ops changes the status.
  createEffect(on([() => store.fieldsOf(id), store.status], noteChange, { defer: true }));
  onCleanup(() => {
    isOver = true;
    if (timer !== null) clearTimeout(timer);
  });

  return {
    shown,
    left: () => {
      const now = shown();
      return now.name === 'known' ? now.history.total - now.history.entries.length : 0;
    },
    showMore: () => {
      limit += PAGE_ENTRIES;
      void ask();
    },
    retry: () => {
      setShown({ name: 'loading' });
      void ask();
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
