/**
 * Every text of the page, and what tests may rely on to find things.
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
import type {
  CommandRefusal,
  Durability,
  ItemFields,
  OpenRefusal,
  SocketStatus,
} from '../../worker/api.ts';
import type { PageAddress } from '../pageAddress.ts';
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
const numbers = new Intl.NumberFormat('en');

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

export const openRefusals: { readonly [Reason in OpenRefusal]: string } = {
  'bad-pipeline-name':
    'The pipeline name is not one: only small letters, digits and hyphens, 64 at most.',
  'bad-address': 'The address of the relay is not one that can be connected to.',
  'bad-bundle': 'This file cannot be opened as a bug bundle.',
  'already-open': 'This board is open already.',
  'newer-database':
    'This browser holds data of a newer version of this page. Reload to get the newer page.',
  'database-blocked':
    'Another tab has an older version of this page open. Close or reload it, then start again.',
  'storage-broken': 'The storage of this browser cannot be read, so the board cannot open.',
};

export function badAddressText(address: Extract<PageAddress, { type: 'bad' }>): string {
  const what = address.parameter === 'pipeline' ? 'pipeline name' : 'relay address';
  const value = `“${address.value.slice(0, 80)}”`;
  switch (address.reason) {
    case 'repeated':
      return `It gives more than one ${what}: ${value}.`;
    case 'bad-name':
      return `${value} is no ${what}: only small letters, digits and hyphens, 64 at most.`;
    case 'bad-scheme':
      return `${value} is no ${what}: it has to begin with ws:// or wss://.`;
    case 'not-an-address':
      return `${value} is no ${what}. One looks like ws://host:3001/crdt-sync.`;
  }
}

/** Why an edit was not made; `worker-gone` is the page's own. */
export const commandRefusals: { readonly [Reason in CommandRefusal | 'worker-gone']: string } = {
  'not-open': 'the board is not open yet',
  'no-such-item': 'the story was deleted meanwhile',
  'bad-value': 'a value cannot be written',
  'seq-exhausted':
    'this field can no longer be changed by anyone: its last sequence number is used up',
  'storage-full': 'this device has no space left. Free some and try again',
  'storage-broken': 'the storage of this browser failed',
  'leader-lost':
    'the tab that saves for all went away before it answered. Look whether the edit is there before you try again',
  'worker-gone':
    'the replica stopped before it answered. Look whether the edit is there before you try again',
};

export function refusalText(
  what: string,
  refusal: { readonly reason: CommandRefusal | 'worker-gone'; readonly detail: string },
): string {
  const detail =
    refusal.reason === 'bad-value' && refusal.detail !== '' ? ` (${refusal.detail})` : '';
  return `${what}: ${commandRefusals[refusal.reason]}${detail}.`;
}

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

export const dialog = {
  addTitle: 'Add a story',
  add: 'Add',
  type: 'Type',
  otherType: 'Other',
  editTitle: (fields: ItemFields) => `Story ${storyNumber(fields)}`,
  save: 'Save',
  close: 'Close',
  cancel: 'Cancel',
  delete: 'Delete',
  saveAsNew: 'Save as a new story',
  nothingToSave: 'Nothing is changed',
  changed: (number: number) => `${count(number, 'field', 'fields')} changed`,
  deletedElsewhere: 'This story was deleted elsewhere. What you typed is still here.',
  changedElsewhere: (value: string) =>
    `Changed elsewhere to ${value === '' ? 'nothing' : `“${value}”`}`,
  wrongType: 'This field holds a value of the wrong type.',
  notANumber: 'This is not a number.',
  notADate: 'This is not a date and time.',
  nameMissing: 'A story needs a name.',
  numberTaken: (number: number) => `The number ${number} is in use already.`,
  idForm: 'The nodes expect <number>_<type>_<words>, as in 401_story_keep_merge_gate.',
  dependsHint: 'Story numbers, with commas between',
  claimedAtHint: 'Empty: not claimed',
  agentHint: 'Empty: nobody',
  leaveQuestion: 'What you typed is not saved.',
  stay: 'Go on editing',
  discard: 'Discard it',
} as const;

export const status = {
  label: 'Status',
  reconnect: 'Reconnect',
  connectNow: 'Try now',
  workOffline: 'Work offline',
  upToDate: 'Up to date',
  catchingUp: (done: number, total: number) =>
    total === 0
      ? 'Catching up'
      : `Catching up, ${numbers.format(done)} of ${numbers.format(total)}`,
  allShared: 'All edits shared',
  unacknowledged: (ops: number) => `${count(ops, 'edit', 'edits')} not yet shared`,
  follower: 'Another tab saves and syncs for this one',
  alone: 'This tab works for itself: without https, tabs cannot share one replica',
  held: (ops: number) => `${count(ops, 'edit waits', 'edits wait')} for others to arrive`,
  rejected: (ops: number) => `${count(ops, 'edit', 'edits')} refused as invalid`,
  damaged: (records: number) =>
    `${count(records, 'damaged record', 'damaged records')} set aside; others send them again`,
  starting: 'Starting',
  stopped: 'Not running',
} as const;

export const durabilities: { readonly [Name in Durability]: string } = {
  persisted: 'Saved on this device',
  'best-effort': 'Saved on this device, while the browser has space',
  memory: 'Not saved: this board is gone when the tab closes',
  full: 'This device is full: edits are refused until there is space',
  broken: 'Storage failed: from here on, this board is gone when the tab closes',
};

/** `address`: null where none is configured. */
export function socketText(socket: SocketStatus, address: string | null, nowMs: number): string {
  switch (socket.name) {
    case 'idle':
      return 'On this device only: no relay is configured';
    case 'connecting':
      return `Connecting to ${hostOf(address)}…`;
    case 'open':
      return `Connected to ${hostOf(address)}`;
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((socket.retryAtMs - nowMs) / 1000));
      const failures = socket.attempt > 1 ? `, ${socket.attempt} tries failed` : '';
      const next = seconds > 0 ? `next try in ${seconds} s` : 'trying again';
      return `Offline, ${next}${failures}`;
    }
    case 'refused': {
      const reason = socket.reason === '' ? '' : `: ${socket.reason}`;
      return `${hostOf(address)} refused the connection${reason} (code ${socket.code})`;
    }
    case 'stopped':
      return 'Working offline, as you asked';
  }
}

/** As spoken when the connection changes; null for what passes by. */
export function socketAnnouncement(name: SocketStatus['name']): string | null {
  if (name === 'open') return 'Connected.';
  if (name === 'waiting') return 'Offline. Edits are kept and shared later.';
  if (name === 'refused') return 'The connection was refused.';
  return null;
}

function hostOf(address: string | null): string {
  return address !== null && URL.canParse(address) ? new URL(address).host : 'the relay';
}
