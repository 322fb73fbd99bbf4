import { createMemo, createSignal, For, type JSX, onCleanup, Show, untrack } from 'solid-js';
import type { FieldName, ItemFields, ItemId, NewFields } from '../../worker/api.ts';
import { NO_STAGE } from '../story.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { FormSheet } from './FormSheet.tsx';
import { changedNames, type Draft, FIELD_NAMES, inputText, parseDraft } from './fieldInputs.ts';
import { StoryDeeds } from './StoryDeeds.tsx';
import { StoryField } from './StoryField.tsx';
import { StoryMore } from './StoryMore.tsx';
import { keptDrafts } from './storyDrafts.ts';
import { dialog } from './texts/dialog.ts';
import { storyTexts } from './texts/story.ts';
import { stageTitle, storyNumber } from './texts.ts';

/**
 * An open story: all nine registers, to read and to edit, what it depends on, and its history.
 * Fields that were not touched follow what others do; fields that were keep what was typed, and say
 * what they became elsewhere. Only they are saved. Who opens another story meanwhile finds what was
 * typed when they come back.
 */
export function StoryDialog(props: { readonly id: ItemId }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const gone = () => store.fieldsOf(props.id) === undefined;
  // Kept when the story is deleted elsewhere: its text can still be saved as a new one.
  const fields = createMemo<ItemFields>((last) => {
    const now = store.fieldsOf(props.id);
    return now ?? last;
  }, BLANK_FIELDS);
  const drafts = keptDrafts(model);
  const kept = drafts.get(props.id);
  drafts.delete(props.id);
  const [draft, setDraft] = createSignal<Draft>(kept?.draft ?? {});
  /** What stood in a field when it was first typed in. */
  const [seen, setSeen] = createSignal<Draft>(kept?.seen ?? {});
  const [problems, setProblems] = createSignal<Draft>({});
  const [refusal, setRefusal] = createSignal<string | null>(null);
  const [saving, setSaving] = createSignal(false);
  const changed = () => changedNames(draft(), fields());
  // As they are when the dialog opens: to follow them would be to read every story at each change.
  const agents = untrack(() => agentsOf(store));

  const type = (name: FieldName, text: string): void => {
    if (draft()[name] === undefined) setSeen({ ...seen(), [name]: inputText(name, fields()) });
    setDraft({ ...draft(), [name]: text });
    setProblems({});
  };
  const noteOn = (name: FieldName): string | null => {
    const now = inputText(name, fields());
    const before = seen()[name];
    if (before !== undefined && before !== now && draft()[name] !== now) {
      return dialog.changedElsewhere(name === 'stage' ? stageTitle(now) : now);
    }
    return fields()[name] === null ? dialog.wrongType : null;
  };
  const save = async (): Promise<void> => {
    if (saving() || model.readonly()) return;
    const names = gone() ? FIELD_NAMES : changed();
    if (names.length === 0) return leave();
    const typed = Object.fromEntries(
      names.map((name) => [name, draft()[name] ?? inputText(name, fields())]),
    );
    const parsed = parseDraft(typed, names);
    if (parsed.type === 'problems') {
      setProblems(parsed.problems);
      return;
    }
    setSaving(true);
    const refused = await submit(parsed.fields);
    setSaving(false);
    setRefusal(refused);
  };
  /** Null and closed when done; else why not. */
  const submit = async (values: Partial<NewFields>): Promise<string | null> => {
    if (!gone()) {
      const refused = await model.actions.edit(props.id, values);
      if (refused === null) leave();
      return refused;
    }
    const outcome = await model.actions.add(values, props.id);
    if (outcome.type === 'refused') return outcome.text;
    isDone = true;
    model.closeStory();
    model.focus.follow(outcome.id, values.stage ?? NO_STAGE);
    return null;
  };
  let isDone = false;
  const leave = (): void => {
    isDone = true;
    model.closeStory(props.id);
  };
  onCleanup(() => {
    if (isDone || untrack(changed).length === 0) return;
    drafts.set(props.id, { draft: draft(), seen: seen() });
    model.messages.speak(storyTexts.kept(storyNumber(untrack(fields))));
  });
  const remove = (): void => {
    leave();
    void model.actions.remove(props.id);
  };

  return (
    <FormSheet
      title={dialog.editTitle(fields())}
      class="story"
      start="title"
      leaveText={dialog.close}
      isTyped={changed().length > 0}
      readonly={model.readonly()}
      onClose={leave}
      sharesBoard
      onSave={() => void save()}
      notice={
        <Show when={gone()} fallback={<StoryDeeds id={props.id} fields={fields()} />}>
          <p class="sheet-notice" role="alert">
            {dialog.deletedElsewhere}
          </p>
        </Show>
      }
      more={<StoryMore id={props.id} />}
      refusal={refusal()}
      foot={
        <>
          <button type="submit" class="button is-primary" disabled={saving()}>
            {gone() ? dialog.saveAsNew : dialog.save}
          </button>
          <span class="sheet-changed">
            {changed().length > 0 ? dialog.changed(changed().length) : dialog.nothingToSave}
          </span>
          <Show when={!gone()}>
            <button type="button" class="button is-danger" on:click={remove}>
              {dialog.delete}
            </button>
          </Show>
        </>
      }
    >
      <For each={FIELD_NAMES}>
        {(name) => (
          <StoryField
            name={name}
            text={draft()[name] ?? inputText(name, fields())}
            onText={(text) => type(name, text)}
            disabled={model.readonly()}
            stages={store.stages()}
            agents={agents}
            problem={problems()[name] ?? null}
            note={noteOn(name)}
          />
        )}
      </For>
    </FormSheet>
  );
}

function agentsOf(store: ReturnType<typeof useBoard>['pipeline']['store']): readonly string[] {
  const agents = new Set(store.order().map((id) => store.fieldsOf(id)?.agent ?? ''));
  agents.delete('');
  return [...agents].sort();
}
