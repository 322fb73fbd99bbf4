import { createSignal, createUniqueId, For, type JSX, untrack } from 'solid-js';
import {
  createStoryId,
  FIRST_STAGE,
  KNOWN_TYPES,
  nextStoryNumber,
  parseStoryId,
} from '../story.ts';
import { useBoard } from './boardModel.ts';
import { FormSheet } from './FormSheet.tsx';
import { StoryField } from './StoryField.tsx';
import { dialog } from './texts/dialog.ts';

/** A new story: a name is enough; the rest follows from it until it is typed over. */
export function AddStoryDialog(props: { readonly stage?: string | undefined }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  // Looked at as the form changes: to follow them would be to read every story at each change.
  const storyIds = () =>
    untrack(() => store.order().map((id) => store.fieldsOf(id)?.story_id ?? null));
  const [name, setName] = createSignal('');
  const [type, setType] = createSignal<string>(KNOWN_TYPES[0]);
  const [stage, setStage] = createSignal<string>(props.stage ?? FIRST_STAGE);
  const [typedId, setTypedId] = createSignal<string | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [refusal, setRefusal] = createSignal<string | null>(null);
  const [saving, setSaving] = createSignal(false);
  const typeName = createUniqueId();

  const storyId = () => typedId() ?? createStoryId(nextStoryNumber(storyIds()), type(), name());
  /** Advice: an id of another form, or of a number in use, can be saved all the same. */
  const idNote = (): string | null => {
    const parts = parseStoryId(storyId());
    if (parts === null) return dialog.idForm;
    const taken = storyIds().some((id) => parseStoryId(id)?.number === parts.number);
    return taken ? dialog.numberTaken(parts.number) : null;
  };
  const types = () => {
    const found = storyIds().map((id) => parseStoryId(id)?.type ?? KNOWN_TYPES[0]);
    return [...new Set<string>([...KNOWN_TYPES, ...found.sort()])];
  };
  const isTyped = () => name() !== '' || typedId() !== null;
  const save = async (form: HTMLFormElement): Promise<void> => {
    if (saving()) return;
    if (name().trim() === '') {
      setProblem(dialog.nameMissing);
      form.querySelector('textarea')?.focus();
      return;
    }
    setSaving(true);
    const fields = { name: name().trim(), story_id: storyId(), stage: stage() };
    const outcome = await model.actions.add(fields);
    setSaving(false);
    if (outcome.type === 'refused') {
      setRefusal(outcome.text);
      return;
    }
    model.close();
    model.focus.follow(outcome.id, fields.stage);
  };

  return (
    <FormSheet
      title={dialog.addTitle}
      class="add"
      start="field"
      leaveText={dialog.cancel}
      isTyped={isTyped()}
      readonly={false}
      onClose={() => model.close()}
      onSave={(form) => void save(form)}
      savesOn={(event) => event.target instanceof HTMLTextAreaElement && !event.shiftKey}
      refusal={refusal()}
      foot={
        <button type="submit" class="button is-primary" disabled={saving()}>
          {dialog.add}
        </button>
      }
    >
      <StoryField
        name="name"
        text={name()}
        onText={(text) => {
          setName(text.replaceAll('\n', ' '));
          setProblem(null);
        }}
        disabled={false}
        stages={[]}
        agents={[]}
        problem={problem()}
        note={null}
        first
      />
      <fieldset class="types">
        <legend>{dialog.type}</legend>
        <For each={types()}>
          {(option) => (
            <label class="types-option" data-type={option}>
              <input
                type="radio"
                name={typeName}
                value={option}
                checked={type() === option}
                on:change={() => setType(option)}
              />
              <span>{option}</span>
            </label>
          )}
        </For>
      </fieldset>
      <StoryField
        name="stage"
        text={stage()}
        onText={setStage}
        disabled={false}
        stages={store.stages()}
        agents={[]}
        problem={null}
        note={null}
      />
      <StoryField
        name="story_id"
        text={storyId()}
        onText={setTypedId}
        disabled={false}
        stages={[]}
        agents={[]}
        problem={null}
        note={idNote()}
      />
    </FormSheet>
  );
}
