/**
 * The texts that most of the page needs, and what tests may rely on to find things. Those of one
 * part lie beside, in `texts`.
 *
 * | what | role and name | data attributes |
 * |---|---|---|
 * | board | `main` (page) or `region` (embedded) "Pipeline <name>" | `data-phase`: `loading`, `ready`, `empty`, `stopped`; `data-theme` |
 * | column | `region` "<title>, <n> stories", heading "<title>" | `data-stage="1_backlog"`, empty for no stage |
 * | card | `listitem` with a `button` "<number> <name>, <type>, …" | `data-item-id`, `data-story-id` on the item |
 * | move | `button` "Move <number> to…" in the card, or `m` on it; `menu` with `menuitemradio` "Backlog", … | `data-stage` on the choices |
 * | add | `button` "Add story", or `c`; `dialog` "Add a story": "Name", `radio` types, "Stage", "Story id", `button` "Add", "Cancel" | |
 * | edit | the card's button, or Enter; `dialog` "Story <number>": the labels of `fieldLabels`, `button` "Save", "Delete", "Close" | `data-field` around each |
 * | history | in the dialog of a story: `button` "History", then `region` "History" with a `listitem` an op, newest first: `button` "Restore …", "Verify", "Copy op" | `data-op`, `data-fate`: `stands`, `replaced`, `overtaken`, `lost` |
 * | leave a form | `alertdialog` "What you typed is not saved.": "Go on editing", "Discard it" | |
 * | message | `status` "Messages": `button` "Undo" (or `u`), "Dismiss" | `data-tone`: `news`, `problem` |
 * | spoken | a polite live region, not shown | `data-announcer` |
 * | status | `region` "Status": a `listitem` a fact; `button` "Work offline", "Reconnect", "Try now" | `data-socket`, `-sync`, `-unacknowledged`, `-durability`, `-role`, `-held`, `-rejected` on the region; `none` or empty while unknown |
 * | stopped | `alert` with `button` "Start it again" | |
 * | stages, narrow | `navigation` "Stages", a `button` a column | |
 * | files | `button` "Files"; `menu` "Files" with `menuitem` "Export op log", …, "Import…"; `dialog` "Import" | `data-import` in the dialog: `choose`, `working`, `stories`, `ops`, `done` |
 */
import type { ItemFields } from '../../worker/api.ts';
import { NO_STAGE, parseDependencies, parseStoryId } from '../story.ts';

const STAGE_TITLES: ReadonlyMap<string, string> = new Map([
  ['1_backlog', 'Backlog'],
  ['2_current', 'Current'],
  ['3_qa', 'QA'],
  ['4_merge', 'Merge'],
  ['5_done', 'Done'],
  ['6_archived', 'Archived'],
  [NO_STAGE, 'No stage'],
]);

/** `7_on_hold` → `On hold`, for a stage this page does not know. */
export function stageTitle(stage: string): string {
  const known = STAGE_TITLES.get(stage);
  if (known !== undefined) return known;
  const words = stage.replace(/^\d+_/, '').replaceAll('_', ' ').trim() || stage;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const fieldLabels: { readonly [Name in keyof ItemFields]: string } = {
  story_id: 'Story id',
  stage: 'Stage',
  name: 'Name',
  agent: 'Agent',
  depends_on: 'Depends on',
  claimed_by: 'Claimed by',
  retry_count: 'Retries',
  claimed_at: 'Claimed at',
  blocked: 'Blocked',
};

/** What people call a story: its number, else its id, else `unnumbered`. */
export function storyNumber(fields: Pick<ItemFields, 'story_id'>): string {
  const parts = parseStoryId(fields.story_id);
  if (parts !== null) return String(parts.number);
  return fields.story_id || 'unnumbered';
}

export function storyName(fields: Pick<ItemFields, 'name'>): string {
  return fields.name || 'Untitled';
}

export function storyType(fields: Pick<ItemFields, 'story_id'>): string | null {
  return parseStoryId(fields.story_id)?.type ?? null;
}

/** All that a card shows, as one sentence. */
export function cardLabel(
  fields: ItemFields,
  nameOf: (signer: string) => string = () => '',
): string {
  const claimant = fields.claimed_by ?? '';
  const waitsFor = parseDependencies(fields.depends_on);
  return [
    `${storyNumber(fields)} ${storyName(fields)}`,
    storyType(fields),
    fields.blocked === true ? 'blocked' : null,
    fields.agent ? `with ${fields.agent}` : null,
    !fields.agent && fields.claimed_by
      ? `claimed by ${nameOf(claimant) || shortKey(claimant)}`
      : null,
    fields.retry_count ? count(fields.retry_count, 'retry', 'retries') : null,
    waitsFor.length > 0 ? `after ${waitsFor.join(', ')}` : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** A node's key is 64 hex digits: its ends tell it apart. Other text stays as it is. */
export function shortKey(key: string): string {
  return /^[0-9a-f]{64}$/.test(key) ? `${key.slice(0, 4)}…${key.slice(-4)}` : key;
}

const AGO_STEPS = [
  { unit: 'y', seconds: 31_557_600 },
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
] as const;

/** `3 h`: how long a claim lasts. Empty for a claim of the future, by a clock that is ahead. */
export function elapsed(claimedAtS: number, nowMs: number): string {
  const seconds = nowMs / 1000 - claimedAtS;
  const step = AGO_STEPS.find((candidate) => seconds >= candidate.seconds);
  if (step === undefined) return seconds >= 0 ? 'just now' : '';
  return `${Math.floor(seconds / step.seconds)} ${step.unit}`;
}

/** Made once: `toLocaleString` makes one a call. */
export const numbers = new Intl.NumberFormat('en');

export function count(number: number, one: string, many: string): string {
  return `${numbers.format(number)} ${number === 1 ? one : many}`;
}

export const board = {
  label: (pipeline: string) => `Pipeline ${pipeline}`,
  product: 'huskies',
  skip: 'Skip to the stories',
  add: 'Add story',
  help: 'Keyboard',
  stages: 'Stages',
  columnLabel: (title: string, stories: number) =>
    `${title}, ${count(stories, 'story', 'stories')}`,
  emptyColumn: 'Nothing here',
  dropHere: (title: string) => `Drop to move to ${title}`,
  total: (stories: number) => count(stories, 'story', 'stories'),
  move: (fields: ItemFields) => `Move ${storyNumber(fields)} to…`,
  moveMenu: (fields: ItemFields) => `Move ${storyNumber(fields)} to`,
  readonly: 'View only',
} as const;

export const card = {
  blocked: 'Blocked',
  retries: (retries: number) => count(retries, 'retry', 'retries'),
  after: (numbers: readonly string[]) => `after ${numbers.join(', ')}`,
  claimedBy: (key: string) => `claimed ${shortKey(key)}`,
} as const;

export const states = {
  loading: { title: 'Opening the board', text: 'Reading what this device has kept…' },
  loadingLate: 'This takes longer than usual. Another tab of this board may be busy.',
  empty: {
    title: 'A clear track',
    ready:
      'There are no stories in this pipeline yet. Add the first one, and every node that shares it will see it.',
    waiting:
      'Nothing is kept on this device yet. Stories appear as soon as a node that has them can be reached. You can add one already.',
    readonly: 'There are no stories in this pipeline yet.',
    action: 'Add the first story',
  },
  failed: {
    title: 'The replica stopped',
    refusedTitle: 'The board cannot be opened',
    text: 'Edits can neither be made nor received until it runs again. What was saved is still saved.',
    action: 'Start it again',
  },
  badAddress: {
    title: 'This link does not work',
    action: 'Open the default board',
  },
} as const;

export const said = {
  moved: (fields: ItemFields, stage: string) =>
    `${storyNumber(fields)} moved to ${stageTitle(stage)}.`,
  notMoved: (fields: ItemFields) => `${storyNumber(fields)} was not moved`,
  blocked: (fields: ItemFields) => `${storyNumber(fields)} is blocked.`,
  unblocked: (fields: ItemFields) => `${storyNumber(fields)} is no longer blocked.`,
  notChanged: (fields: ItemFields) => `${storyNumber(fields)} was not changed`,
  saved: (fields: ItemFields) => `${storyNumber(fields)} saved.`,
  added: (fields: Pick<ItemFields, 'story_id'>) => `${storyNumber(fields)} added.`,
  notAdded: 'The story was not added',
  deleted: (fields: ItemFields) => `${storyNumber(fields)} ${storyName(fields)} deleted.`,
  notDeleted: (fields: ItemFields) => `${storyNumber(fields)} was not deleted`,
  restored: (fields: ItemFields) => `${storyNumber(fields)} is back.`,
  notRestored: (fields: ItemFields) => `${storyNumber(fields)} could not be brought back`,
  exported: 'The ops were exported.',
  notExported: (detail: string) => `Nothing was exported: ${detail}`,
  undo: 'Undo',
  dismiss: 'Dismiss',
  messages: 'Messages',
} as const;
