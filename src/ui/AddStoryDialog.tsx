import { createSignal, createUniqueId, For, type JSX, Show, untrack } from 'solid-js';
import {
  createStoryId,
  FIRST_STAGE,
  KNOWN_TYPES,
  nextStoryNumber,
  parseStoryId,
} from '../story.ts';
import { useBoard } from './boardModel.ts';
import { LeaveQuestion, Sheet } from './Sheet.tsx';
import { StoryField } from './StoryField.tsx';
import { dialog } from './texts.ts';

/** A new story: a name is enough; the rest follows from it until it is typed over. */
export function AddStoryDialog(): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  // Looked at as the form changes: to follow them would be to read every story at each change.
  const storyIds = () =>
    untrack(() => store.order().map((id) => store.fieldsOf(id)?.story_id ?? null));
  const [name, setName] = createSignal('');
  const [type, setType] = createSignal<string>(KNOWN_TYPES[0]);
  const [stage, setStage] = createSignal<string>(FIRST_STAGE);
  const [typedId, setTypedId] = createSignal<string | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [refusal, setRefusal] = createSignal<string | null>(null);
  const [saving, setSaving] = createSignal(false);
  const [leaving, setLeaving] = createSignal(false);
  const typeName = createUniqueId();
  let form!: HTMLFormElement;

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
  const leave = (): void => {
    if (name() !== '' || typedId() !== null) setLeaving(true);
    else model.close();
  };
  const save = async (): Promise<void> => {
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
    <Sheet label={dialog.addTitle} class="add" onLeave={leave}>
      <form
        ref={form}
        class="sheet-form"
        novalidate
        on:submit={(event) => {
          event.preventDefault();
          void save();
        }}
        on:keydown={(event) => {
          const inName = event.target instanceof HTMLTextAreaElement && !event.shiftKey;
          if (event.key !== 'Enter' || event.isComposing) return;
          if (!inName && !event.ctrlKey && !event.metaKey) return;
          event.preventDefault();
          void save();
        }}
      >
        <header class="sheet-head">
          <h2>{dialog.addTitle}</h2>
          <button type="button" class="button is-quiet" on:click={leave}>
            {dialog.cancel}
          </button>
        </header>
        <div class="sheet-fields">
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
        </div>
        <Show when={refusal()}>
          {(text) => (
            <p class="sheet-notice is-problem" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <Show
          when={leaving()}
          fallback={
            <footer class="sheet-foot">
              <button type="submit" class="button is-primary" disabled={saving()}>
                {dialog.add}
              </button>
            </footer>
          }
        >
          <LeaveQuestion
            text={dialog.leaveQuestion}
            stay={dialog.stay}
            discard={dialog.discard}
            onStay={() => setLeaving(false)}
            onDiscard={() => model.close()}
          />
        </Show>
      </form>
    </Sheet>
  );
}
