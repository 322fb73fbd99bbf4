/**
 * The open story in the page's address, `?story=`: its story id, or its item id where others have the
 * same; a link may also name its number. A story that is not there yet is waited for while the
 * replica still catches up, and opened when it comes.
 */
import { createEffect, createSignal, on, untrack } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { parseStoryId } from '../story.ts';
import type { BoardModel } from './boardModel.ts';
import { storyAddressTexts } from './texts/views.ts';

const PAIR = 'story';

/** To be called in an owner of Solid, where the board is the page. */
export function keepStoryInAddress(model: BoardModel): void {
  const { query, story } = model;
  const { store } = model.pipeline;
  const [awaited, setAwaited] = createSignal<string | null>(null);

  const open = (name: string): boolean => {
    const id = untrack(() => findStory(store, name));
    if (id === null) return false;
    setAwaited(null);
    if (untrack(story)?.id !== id) model.open({ name: 'story', id });
    return true;
  };

  // From the address, at first and when the browser goes back or forth.
  createEffect(
    on(
      () => query.get(PAIR),
      (name) => {
        const opened = untrack(story);
        if (name === null) {
          setAwaited(null);
          if (opened !== null) model.closeStory(opened.id);
        } else if (opened === null || nameOf(store, opened.id) !== name) {
          if (!open(name)) setAwaited(name);
        }
      },
    ),
  );
  createEffect(() => {
    const name = awaited();
    store.version();
    const isLive = store.phase() === 'ready' && store.status()?.sync.name === 'live';
    if (name === null || open(name) || !isLive) return;
    setAwaited(null);
    query.set({ [PAIR]: null }, 'replace');
    model.messages.show({ tone: 'news', text: storyAddressTexts.notHere(name) });
  });

  // Into the address.
  createEffect(
    on(
      story,
      (opened) => {
        const known = untrack(() => query.get(PAIR));
        const name = opened === null ? null : untrack(() => nameOf(store, opened.id));
        const isSame =
          opened !== null && known !== null && untrack(() => findStory(store, known)) === opened.id;
        if (!isSame) query.set({ [PAIR]: name }, 'push');
      },
      { defer: true },
    ),
  );
}

/** What a link to the story says. */
function nameOf(store: PipelineStore, id: ItemId): string {
  const storyId = store.fieldsOf(id)?.story_id;
  return storyId && findStory(store, storyId) === id ? storyId : id;
}

/** By item id, story id or number; of several, the first of the list. */
function findStory(store: PipelineStore, name: string): ItemId | null {
  if (store.fieldsOf(name) !== undefined) return name;
  const number = /^\d{1,15}$/.test(name) ? Number(name) : null;
  let numbered: ItemId | null = null;
  for (const id of store.order()) {
    const storyId = store.fieldsOf(id)?.story_id ?? null;
    if (storyId === name) return id;
    if (number !== null && numbered === null && parseStoryId(storyId)?.number === number) {
      numbered = id;
    }
  }
  return numbered;
}
