/**
 * A field of a card that is edited in its place. What is typed stands here and not in the card, which
 * is drawn anew when somebody else moves the story meanwhile.
 */
import { type Accessor, createEffect, createMemo, createSignal, on, untrack } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import type { Actions } from './actions.ts';
import type { BoardFocus } from './boardFocus.ts';
import type { Messages } from './messages.ts';
import { inlineTexts } from './texts/inline.ts';

export interface Editing {
  readonly id: ItemId;
  readonly field: 'name' | 'agent';
}

export interface InlineEditing {
  /** Changes only when another card or field is edited, or none. */
  readonly editing: Accessor<Editing | null>;
  readonly text: Accessor<string>;
  /** What somebody else made of the field since editing began; null: nothing. */
  readonly elsewhere: Accessor<string | null>;
  /** Why it was not saved. */
  readonly refusal: Accessor<string | null>;
  start(id: ItemId, field: Editing['field']): void;
  type(text: string): void;
  /** Ends it if it can be saved. `then`: where the focus goes. */
  save(then: 'card' | 'elsewhere'): Promise<void>;
  cancel(): void;
}

export function createInlineEditing(deps: {
  readonly store: PipelineStore;
  readonly actions: Actions;
  readonly messages: Messages;
  readonly focus: BoardFocus;
}): InlineEditing {
  const { store, actions, messages, focus } = deps;
  const [editing, setEditing] = createSignal<Editing | null>(null);
  const [text, setText] = createSignal('');
  const [seen, setSeen] = createSignal('');
  const [refusal, setRefusal] = createSignal<string | null>(null);
  let isSaving = false;

  /** Undefined: nothing is edited, or the story is gone. */
  const value = createMemo(() => {
    const now = editing();
    const fields = now === null ? undefined : store.fieldsOf(now.id);
    return now === null || fields === undefined ? undefined : (fields[now.field] ?? '');
  });
  const elsewhere = createMemo(() => {
    const now = value();
    return now === undefined || now === seen() || now === text() ? null : now;
  });

  createEffect(
    on(value, (now) => {
      const lost = untrack(editing);
      if (lost === null || now !== undefined) return;
      setEditing(null);
      const typed = untrack(text);
      if (typed === untrack(seen)) return;
      messages.show({ tone: 'problem', text: inlineTexts.deleted(typed) });
    }),
  );
  createEffect(
    on(elsewhere, (now) => {
      if (now !== null) messages.speak(inlineTexts.elsewhere(now));
    }),
  );

  const end = (id: ItemId, then: 'card' | 'elsewhere'): void => {
    setEditing(null);
    if (then === 'card') focus.focusCard(id);
  };

  return {
    editing,
    text,
    elsewhere,
    refusal,
    start: (id, field) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      setText(fields[field] ?? '');
      setSeen(fields[field] ?? '');
      setRefusal(null);
      setEditing({ id, field });
    },
    type: (typed) => {
      setText(typed.replaceAll('\n', ' '));
      setRefusal(null);
    },
    save: async (then) => {
      const now = editing();
      if (now === null || isSaving) return;
      const typed = text().trim();
      if (typed === seen().trim() || typed === value()) {
        end(now.id, then);
        return;
      }
      if (now.field === 'name' && typed === '') {
        setRefusal(inlineTexts.nameMissing);
        return;
      }
      isSaving = true;
      const refused = await actions.edit(now.id, { [now.field]: typed });
      isSaving = false;
      if (editing() !== now) return;
      setRefusal(refused);
      if (refused === null) end(now.id, then);
    },
    cancel: () => {
      const now = editing();
      if (now === null) return;
      messages.speak(inlineTexts.cancelled);
      end(now.id, 'card');
    },
  };
}
