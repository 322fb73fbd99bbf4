/** Texts of the sync inspector. */
import type {
  FrameEntry,
  FrameKind,
  HeldEntry,
  ItemFields,
  OpEntry,
  OpFacts,
  OpOutcome,
  PeerFacts,
  Refusal,
  Role,
} from '../../../worker/api.ts';
import { count, fieldLabels, shortKey, storyName, storyNumber } from '../texts.ts';

export const inspector = {
  title: 'Sync inspector',
  intro:
    'What goes between this device and its peer. Frames and edits are recorded while this page is open, in the tab that syncs.',
  pause: 'Pause',
  resume: 'Go on',
  paused: 'Paused: what comes meanwhile is shown when you go on.',
  resumed: 'Going on.',
  disconnect: 'Disconnect',
  reconnect: 'Reconnect',
  lag: 'Added lag',
  noLag: 'None',
  asking: 'Asking the tab that syncs…',
  noAnswer: 'The replica does not answer.',
  facts: 'State',
  frames: 'Frames',
  noFrames: 'Nothing has gone to and fro yet.',
  ops: 'Edits',
  noOps: 'No edit has come or gone yet.',
  held: 'Waiting for others',
  noHeld: 'No edit waits for another one.',
  refusals: 'Refused',
  noRefusals: 'Nothing was refused since the board was opened.',
  you: 'you',
  signs: (key: string, ops: number) => `${key}, ${count(ops, 'edit', 'edits')} so far`,
  latestOf: (shown: number, all: number) => `the latest ${shown} of ${numbers.format(all)}`,
  firstOf: (shown: number, all: number) => `the first ${shown} of ${numbers.format(all)}`,
} as const;

export const columns = {
  time: 'Time',
  direction: 'Way',
  kind: 'Kind',
  ops: 'Edits',
  size: 'Size',
  detail: 'Detail',
  outcome: 'Outcome',
  what: 'What',
  story: 'Story',
  signer: 'By',
  why: 'Why',
  cause: 'Waits for',
  reason: 'Reason',
} as const;

export const factNames = {
  role: 'This tab',
  connection: 'Connection',
  lag: 'Added lag',
  peer: 'Peer can',
  received: 'Received',
  sent: 'Sent',
  roundTrip: 'Round trip',
  storage: 'Storage',
  space: 'Space',
  signer: 'Signs as',
  unshared: 'Not shared yet',
  held: 'Waiting',
  rejected: 'Refused',
} as const;

export const roles: { readonly [Name in Role]: string } = {
  leader: 'Syncs for all tabs of this browser',
  follower: 'Follows another tab, which syncs; what you see here is that tab’s',
  alone: 'Syncs for itself alone',
};

const directions = { in: 'In', out: 'Out' } as const;

const frameKinds: { readonly [Kind in FrameKind]: string } = {
  greeting: 'Greeting',
  beat: 'Sign of life',
  bulk: 'Edits in bulk',
  op: 'New edit',
  ack: 'Acknowledgement',
  reconcile: 'Comparison',
  unknown: 'Not understood',
};

const outcomes: { readonly [Outcome in OpOutcome]: string } = {
  own: 'Made here',
  applied: 'Taken',
  duplicate: 'Had it already',
  held: 'Waits',
  released: 'Waited, taken now',
  rejected: 'Refused',
};

/** What both ends named, in words; what is not known here is given as it is. */
const capabilityWords: ReadonlyMap<string, string> = new Map([
  ['ack1', 'acknowledge'],
  ['compact1', 'pack edits'],
  ['rbsr1', 'compare sets'],
]);

export function peerText(peer: PeerFacts | null): string {
  if (peer === null) return 'No connection';
  if (peer.capabilities === null) return 'It has not greeted yet';
  if (peer.capabilities.length === 0) return 'The plain protocol of the Rust nodes';
  return peer.capabilities
    .map((name) => `${capabilityWords.get(name) ?? name} (${name})`)
    .join(', ');
}

export const directionText = (entry: FrameEntry): string => directions[entry.direction];
export const kindText = (entry: FrameEntry): string => frameKinds[entry.kind];
export const outcomeText = (entry: OpEntry): string => outcomes[entry.outcome];
export const refusedText = (entry: Refusal): string => (entry.what === 'op' ? 'Edit' : 'Frame');

export function whatText(op: OpFacts | null): string {
  if (op === null) return '';
  if (op.type === 'insert') return 'New story';
  if (op.type === 'delete') return 'Story deleted';
  return op.field === null ? '' : fieldLabels[op.field];
}

/** `fields`: of the story; undefined: it is not on the board. */
export function storyText(op: OpFacts | null, fields: ItemFields | undefined): string {
  if (op === null) return '';
  return fields === undefined ? shortKey(op.item) : `${storyNumber(fields)} ${storyName(fields)}`;
}

const ITEM_DIGITS = 64;

export function causeText(cause: HeldEntry['cause']): string {
  const short = `${cause.slice(0, 4)}…${cause.slice(-4)}`;
  return cause.length === ITEM_DIGITS ? `story ${short}` : `the edit signed ${short}`;
}

/** `why` of an op that waits is its cause. */
export function whyText({ outcome, why }: OpEntry): string {
  return outcome === 'held' && why !== '' ? `Waits for ${causeText(why)}` : why;
}

export function editsText(edits: number | null): string {
  return edits === null ? 'many' : numbers.format(edits);
}

export function trafficText({ frames, bytes }: PeerFacts['received']): string {
  return `${count(frames, 'frame', 'frames')}, ${bytesText(bytes)}`;
}

/** `roundTripsMs`: oldest first. */
export function roundTripText(roundTripsMs: readonly number[]): string {
  const latest = roundTripsMs.at(-1);
  if (latest === undefined) return 'Not measured: no edit went out meanwhile';
  const sorted = [...roundTripsMs].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? latest;
  const worst = sorted.at(-1) ?? latest;
  const ms = (value: number): string => `${numbers.format(value)} ms`;
  return `${ms(latest)}; of the last ${sorted.length}: median ${ms(median)}, worst ${ms(worst)}`;
}

export interface Space {
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

export function spaceText(space: Space | null): string {
  if (space === null) return 'The browser does not tell';
  return `${bytesText(space.usedBytes)} of ${bytesText(space.quotaBytes)} used by this site`;
}

export function rejectedText(rejected: { readonly [reason: string]: number }): string {
  const reasons = Object.entries(rejected);
  if (reasons.length === 0) return 'None';
  return reasons.map(([reason, ops]) => `${reason} ${numbers.format(ops)}`).join(', ');
}

const numbers = new Intl.NumberFormat('en');
const roughly = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

const BYTE_STEPS = [
  { unit: 'GB', bytes: 1e9 },
  { unit: 'MB', bytes: 1e6 },
  { unit: 'kB', bytes: 1e3 },
] as const;

export function bytesText(bytes: number): string {
  const step = BYTE_STEPS.find((candidate) => bytes >= candidate.bytes);
  return step === undefined
    ? `${numbers.format(bytes)} B`
    : `${roughly.format(bytes / step.bytes)} ${step.unit}`;
}

const clock = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

export function timeText(atMs: number): string {
  return clock.format(atMs);
}
