import { createEffect, type JSX, untrack } from 'solid-js';
import { useBoard } from '../ui/boardModel.ts';
import type { Tell } from './events.ts';

/** Tells the page around an embedded board what happens in it. Renders nothing. */
export function EmbedEvents(props: { readonly tell: Tell }): JSX.Element {
  const model = useBoard();
  const { store, state, options } = model.pipeline;
  const { pipeline } = options;
  const { tell } = props;
  const summary = () => ({ pipeline, stories: untrack(store.order).length });

  createEffect((wasReady: boolean) => {
    store.version();
    if (store.phase() !== 'ready') return false;
    if (wasReady) tell('huskies-change', summary());
    else tell('huskies-ready', summary());
    return true;
  }, false);
  createEffect((before: string) => {
    const status = store.status();
    if (status === null) return before;
    const { socket, sync, unacknowledgedOps } = status;
    const detail = { socket: socket.name, sync: sync.name, unacknowledged: unacknowledgedOps };
    const now = JSON.stringify(detail);
    if (now !== before) tell('huskies-status', { pipeline, ...detail });
    return now;
  }, '');
  createEffect(() => {
    const story = model.story();
    if (story === null) return;
    const fields = untrack(() => store.fieldsOf(story.id));
    const may = tell('huskies-story-open', {
      pipeline,
      storyId: fields?.story_id ?? '',
      name: fields?.name ?? '',
      stage: fields?.stage ?? '',
    });
    if (!may) model.closeStory();
  });
  createEffect(() => {
    const now = state();
    if (now.name === 'refused' || now.name === 'failed') {
      tell('huskies-error', { reason: now.name, text: now.detail });
    }
  });
  return null;
}
