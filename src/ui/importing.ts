/** An import from the choice of a file to its report: what is shown, and what goes on. */
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import type { ImportFate, ItemView } from '../../worker/api.ts';
import type { EditOutcome } from '../replicaClient.ts';
import {
  commandsOf,
  type KnownStories,
  type PlannedCommand,
  planStories,
  type StoryPlan,
} from '../transfer/importPlan.ts';
import { isOpFile, OP_FILE_BYTES_MAX, type OpLine, readOpLines } from '../transfer/opLines.ts';
import { isStoryJson, readStoryJson } from '../transfer/storyJson.ts';
import { type RefusedRow, STORY_FILE_BYTES_MAX } from '../transfer/storyRows.ts';
import type { BoardModel } from './boardModel.ts';
import { type Run, runOps, runStories } from './importRun.ts';
import {
  countTexts,
  fileRefusals,
  importTexts,
  NO_OP_TEXT,
  opRefusalText,
  placeText,
  rowRefusals,
} from './texts/files.ts';
import { commandRefusals } from './texts/refusals.ts';
import { addedFields, type Deed, editDeed } from './undo.ts';

export type ImportState =
  | { readonly name: 'choose'; readonly problem: string | null }
  | { readonly name: 'working'; readonly text: string; readonly done: number; readonly of: number }
  | {
      readonly name: 'stories';
      readonly file: string;
      readonly plan: StoryPlan;
      readonly ignored: readonly string[];
      readonly refused: readonly string[];
      /** What a place is: a line, or the number of a story. */
      readonly kind: 'line' | 'story';
    }
  | {
      readonly name: 'ops';
      readonly file: string;
      readonly fresh: readonly OpLine[];
      readonly known: number;
      readonly refused: readonly string[];
    }
  | { readonly name: 'done'; readonly report: Report };

export interface Report {
  readonly file: string;
  /** What was done, a line each. */
  readonly counts: readonly string[];
  /** What was refused and why, a line each. */
  readonly refused: readonly string[];
  /** Why it ended early; null: it did not. */
  readonly problem: string | null;
}

export interface Importing {
  readonly state: Accessor<ImportState>;
  read(file: File): Promise<void>;
  commit(known: KnownStories): Promise<void>;
  /** Stops what is under way; what is done stays done. */
  cancel(): void;
  /** Back to the choice of a file. */
  again(): void;
}

export function createImporting(model: BoardModel): Importing {
  const { client, store } = model.pipeline;
  const [state, setState] = createSignal<ImportState>({ name: 'choose', problem: null });
  let running = 0;
  onCleanup(() => {
    running += 1;
  });

  /** What goes on; nothing of it is shown once another run has begun. */
  const begin = (text: string, of: number): Run => {
    running += 1;
    const own = running;
    setState({ name: 'working', text, done: 0, of });
    return {
      isCancelled: () => own !== running,
      onDone: (done) => {
        if (own === running) setState({ name: 'working', text, done, of });
      },
    };
  };
  const refuse = (problem: string): void => {
    setState({ name: 'choose', problem });
    model.messages.speak(problem);
  };

  const readOps = async (file: string, text: string): Promise<void> => {
    const read = readOpLines(text);
    if (read.type === 'rejected') return refuse(fileRefusals['not-a-file-of-ours'](''));
    const run = begin(importTexts.checking, read.ops.length);
    const { fates, detail } = await runOps(client, 'check-ops', read.ops, run);
    if (run.isCancelled()) return;
    if (detail !== null) return refuse(detail);
    const fresh = read.ops.filter((_, index) => fates[index]?.name === 'new');
    const known = fates.filter(({ name }) => name === 'known').length;
    const noOps = read.refused.map((place) => placeText('line', place, NO_OP_TEXT));
    setState({
      name: 'ops',
      file,
      fresh,
      known,
      refused: [...noOps, ...refusedOps(read.ops, fates)],
    });
    model.messages.speak(importTexts.previewed);
  };

  const readStories = async (file: string, text: string): Promise<void> => {
    const kind = isStoryJson(text) ? 'story' : 'line';
    const read =
      kind === 'story'
        ? readStoryJson(text)
        : (await import('../transfer/storyCsv.ts')).readStoryCsv(text);
    if (read.type === 'rejected') return refuse(fileRefusals[read.why](read.what));
    const plan = planStories(read.rows, boardItems());
    const refused = [...read.refused, ...plan.refused].sort((a, b) => a.place - b.place);
    setState({
      name: 'stories',
      file,
      plan,
      ignored: read.ignored,
      refused: refused.map((row) => rowText(kind, row)),
      kind,
    });
    model.messages.speak(importTexts.previewed);
  };

  const boardItems = (): readonly ItemView[] =>
    store.order().flatMap((id) => {
      const fields = store.fieldsOf(id);
      return fields === undefined ? [] : [{ id, fields }];
    });

  const finish = (report: Report): void => {
    setState({ name: 'done', report });
    model.messages.speak([...report.counts, report.problem ?? ''].join('. '));
  };

  const commitOps = async (preview: Extract<ImportState, { name: 'ops' }>): Promise<void> => {
    const { fresh, file, known } = preview;
    const run = begin(importTexts.working, fresh.length);
    const { fates, detail } = await runOps(client, 'import-ops', fresh, run);
    const number = (name: ImportFate['name']) => fates.filter((fate) => fate.name === name).length;
    const refused = [...preview.refused, ...refusedOps(fresh, fates)];
    finish({
      file,
      counts: counted([
        [countTexts.stored, number('new')],
        [countTexts.held, number('held')],
        [countTexts.unstored, number('unstored')],
        [countTexts.knownOps, known + number('known')],
        [countTexts.refusedOps, refused.length],
        [countTexts.left, fresh.length - fates.length],
      ]),
      refused,
      problem: detail,
    });
  };

  const commitStories = async (
    preview: Extract<ImportState, { name: 'stories' }>,
    known: KnownStories,
  ): Promise<void> => {
    const { plan, file, kind } = preview;
    const planned = commandsOf(plan, known);
    const run = begin(importTexts.working, planned.length);
    const outcomes = await runStories(client, planned, run);
    const deeds = outcomes.flatMap((outcome, index) => deedOf(planned[index], outcome) ?? []);
    const added = deeds.filter(({ type }) => type === 'add').length;
    const counts = counted([
      [countTexts.added, added],
      [countTexts.updated, deeds.length - added],
      [countTexts.skipped, plan.same.length + (known === 'skip' ? plan.changed.length : 0)],
    ]);
    if (deeds.length > 0) model.undoing.record({ text: `${counts.join(', ')}.`, deeds });
    const refused = [...preview.refused, ...refusedCommands(kind, planned, outcomes)];
    finish({
      file,
      counts: [
        ...counts,
        ...counted([
          [countTexts.refusedRows, refused.length],
          [countTexts.left, planned.length - outcomes.length],
        ]),
      ],
      refused,
      problem: null,
    });
  };

  return {
    state,
    read: async (file) => {
      const run = begin(importTexts.reading, 0);
      // Before a byte of it is in memory.
      if (file.size > OP_FILE_BYTES_MAX) {
        return refuse(importTexts.tooLarge(file.size, OP_FILE_BYTES_MAX));
      }
      const text = await file.text().catch(() => null);
      if (run.isCancelled()) return;
      if (text === null) return refuse(fileRefusals.unreadable(''));
      if (isOpFile(text) && !isStoryJson(text)) return readOps(file.name, text);
      if (file.size > STORY_FILE_BYTES_MAX) {
        return refuse(importTexts.tooLarge(file.size, STORY_FILE_BYTES_MAX));
      }
      await readStories(file.name, text);
    },
    commit: async (known) => {
      const now = state();
      if (now.name === 'ops') await commitOps(now);
      else if (now.name === 'stories') await commitStories(now, known);
    },
    cancel: () => {
      const isReading = state().name === 'working' && running > 0;
      running += 1;
      if (isReading) setState((now) => (isCommit(now) ? now : { name: 'choose', problem: null }));
    },
    again: () => {
      running += 1;
      setState({ name: 'choose', problem: null });
    },
  };
}

/** A commit that is cancelled ends with its report. */
function isCommit(state: ImportState): boolean {
  return state.name === 'working' && state.text === importTexts.working;
}

function rowText(kind: 'line' | 'story', { place, why, what }: RefusedRow): string {
  return placeText(kind, place, rowRefusals[why](what));
}

function refusedOps(lines: readonly OpLine[], fates: readonly ImportFate[]): readonly string[] {
  return fates.flatMap((fate, index) =>
    fate.name === 'refused'
      ? [placeText('line', lines[index]?.place ?? 0, opRefusalText(fate))]
      : [],
  );
}

function refusedCommands(
  kind: 'line' | 'story',
  planned: readonly PlannedCommand[],
  outcomes: readonly EditOutcome[],
): readonly string[] {
  return outcomes.flatMap((outcome, index) =>
    outcome.type === 'refused'
      ? [placeText(kind, planned[index]?.row.place ?? 0, commandRefusals[outcome.reason])]
      : [],
  );
}

function deedOf(planned: PlannedCommand | undefined, outcome: EditOutcome): Deed | null {
  if (planned === undefined || outcome.type !== 'done') return null;
  const { row } = planned;
  if ('before' in row) return editDeed(row.id, row.before, row.fields);
  return { type: 'add', id: outcome.id, fields: addedFields(row.fields) };
}

type Count = readonly [text: (number: number) => string, number: number];

function counted(counts: readonly Count[]): readonly string[] {
  return counts.flatMap(([text, number]) => (number > 0 ? [text(number)] : []));
}
