/** Undo and redo on a board: runs what `undo.ts` says takes a step back, and tells what came of it. */
import { type Accessor, batch, createEffect, createRoot, createSignal, untrack } from 'solid-js';
import type { FieldName, ItemFields } from '../../worker/api.ts';
import type { EditOutcome } from '../replicaClient.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import { stageOf } from '../story.ts';
import type { BoardFocus } from './boardFocus.ts';
import { runCommands } from './manyCommands.ts';
import type { Messages } from './messages.ts';
import { refusalText } from './texts/refusals.ts';
import { refusalCounts, undoTexts } from './texts/undo.ts';
import { said } from './texts.ts';
import {
  type Deed,
  NO_STEPS,
  onTop,
  type Reversal,
  recorded,
  renamed,
  reversalOf,
  type Step,
  without,
} from './undo.ts';

export interface Undoing {
  /** The user did something that can be undone. */
  record(step: Step): void;
  /** Takes back `step`, or what was done last; says so if there is nothing. */
  undo(step?: Step): Promise<void>;
  redo(): Promise<void>;
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
}

/** What is run: a reversal that takes a command. */
type Reversing = Extract<Reversal, { type: 'command' }> & { readonly of: Deed };

const PATCH_WAIT_MS = 300;

export function createUndoing(deps: {
  readonly pipeline: Pipeline;
  readonly messages: Messages;
  readonly focus: BoardFocus;
}): Undoing {
  const { messages, focus } = deps;
  const { store, client } = deps.pipeline;
  const [steps, setSteps] = createSignal(NO_STEPS);

  /** `to`: the stack that gets what takes this back again. */
  const reverse = async (step: Step, to: 'done' | 'undone'): Promise<void> => {
    const isUndo = to === 'undone';
    // At once, so that a second press of the key takes the next one.
    setSteps(without(steps(), step));
    messages.dismissUndo();
    await untilShown(step);
    const reversals = step.deeds.map((deed) => ({
      ...reversalOf(deed, store.fieldsOf(deed.id)),
      of: deed,
    }));
    const runs = reversals.filter((each) => each.type === 'command').reverse();
    const working = (isUndo ? undoTexts.undoing : undoTexts.redoing)(runs.length);
    const outcomes = await messages.during(working, runs.length, (onDone) =>
      runCommands(
        client,
        runs.map(({ command }) => command),
        onDone,
      ),
    );
    const failed: Deed[] = [];
    const made: Deed[] = [];
    batch(() => {
      for (const [index, outcome] of outcomes.entries()) {
        const run = runs[index] as Reversing;
        if (outcome.type === 'refused') failed.push(run.of);
        else made.push({ ...run.deed, id: outcome.id });
        if (outcome.type === 'done' && outcome.id !== run.of.id) {
          setSteps(renamed(steps(), run.of.id, outcome.id));
        }
      }
      if (made.length > 0) setSteps(onTop(steps(), to, { ...step, deeds: made }));
      if (failed.length > 0) {
        setSteps(onTop(steps(), isUndo ? 'done' : 'undone', { ...step, deeds: failed }));
      }
    });
    if (step.deeds.length === 1) follow(runs[0], outcomes[0]);
    tell(step, isUndo, reversals, runs, outcomes);
  };

  /** Outcome and patch of a command come in either order: what was done is shown, or will not be. */
  const untilShown = (step: Step): Promise<void> =>
    new Promise((resolve) =>
      createRoot((dispose) => {
        const end = (): void => {
          clearTimeout(timer);
          dispose();
          resolve();
        };
        const timer = setTimeout(end, PATCH_WAIT_MS);
        createEffect(() => {
          store.version();
          if (
            step.deeds.every((deed) =>
              isShown(
                deed,
                untrack(() => store.fieldsOf(deed.id)),
              ),
            )
          ) {
            end();
          }
        });
      }),
    );

  const follow = (run: Reversing | undefined, outcome: EditOutcome | undefined): void => {
    if (run === undefined || outcome?.type !== 'done' || run.deed.type === 'delete') return;
    const now = store.fieldsOf(outcome.id);
    const { deed } = run;
    const stage = deed.type === 'add' ? deed.fields.stage : deed.after.stage;
    focus.follow(outcome.id, stage ?? (now === undefined ? '' : stageOf(now)));
  };

  const tell = (
    step: Step,
    isUndo: boolean,
    reversals: readonly Reversal[],
    runs: readonly Reversing[],
    outcomes: readonly EditOutcome[],
  ): void => {
    const refused = outcomes.filter((outcome) => outcome.type === 'refused');
    const first = refused[0];
    if (first !== undefined) {
      const run = runs[outcomes.indexOf(first)];
      const text =
        step.deeds.length === 1
          ? refusalText(notDone(run, isUndo), first)
          : `${(isUndo ? undoTexts.notUndone : undoTexts.notRedone)(step.text)} ${refusalCounts(
              refused.map(({ reason }) => reason),
            )}`;
      // What was offered is still possible: the offer comes back with the reason.
      messages.show({ tone: 'problem', text, ...(isUndo ? { undo: () => void undo() } : {}) });
      return;
    }
    const kept = keptText(reversals);
    if (runs.length === 0) {
      const why = kept ?? (isGone(step) ? undoTexts.gone : undoTexts.already);
      const what = (isUndo ? undoTexts.notUndone : undoTexts.notRedone)(step.text);
      messages.show({ tone: 'news', text: `${what} ${why}` });
      return;
    }
    const what = doneText(step, isUndo, runs);
    if (kept === null) messages.speak(what);
    else messages.show({ tone: 'news', text: `${what} ${kept}` });
  };

  const isGone = (step: Step): boolean =>
    step.deeds.every(({ id }) => store.fieldsOf(id) === undefined);

  const undo = async (step?: Step): Promise<void> => {
    const last = step ?? steps().done.at(-1);
    if (last === undefined || !steps().done.includes(last)) {
      messages.speak(undoTexts.nothingToUndo);
      return;
    }
    await reverse(last, 'undone');
  };

  return {
    record: (step) => setSteps(recorded(steps(), step)),
    undo,
    redo: async () => {
      const last = steps().undone.at(-1);
      if (last === undefined) messages.speak(undoTexts.nothingToRedo);
      else await reverse(last, 'done');
    },
    canUndo: () => steps().done.length > 0,
    canRedo: () => steps().undone.length > 0,
  };
}

function isShown(deed: Deed, now: ItemFields | undefined): boolean {
  if (deed.type !== 'edit') return (now === undefined) === (deed.type === 'delete');
  // Gone for good, which an edit does not wait for.
  if (now === undefined) return true;
  const names = Object.keys(deed.after) as FieldName[];
  return names.every((name) => now[name] !== deed.before[name]);
}

function doneText(step: Step, isUndo: boolean, runs: readonly Reversing[]): string {
  const only = step.deeds.length === 1 ? runs[0]?.of : undefined;
  if (only?.type === 'delete') return said.restored(only.fields);
  return (isUndo ? undoTexts.undone : undoTexts.redone)(step.text);
}

function notDone(run: Reversing | undefined, isUndo: boolean): string {
  if (run?.of.type === 'delete') return said.notRestored(run.of.fields);
  return isUndo ? undoTexts.notUndoneField : undoTexts.notRedoneField;
}

/** Null: nothing was left alone. */
function keptText(reversals: readonly Reversal[]): string | null {
  const kept = reversals.flatMap((each) => (each.type === 'nothing' ? [] : [each.kept]));
  const some = kept.filter((names) => names.length > 0);
  if (some.length === 0) return null;
  if (reversals.length > 1) return undoTexts.keptStories(some.length);
  return undoTexts.keptFields(some.flat() as readonly FieldName[]);
}
