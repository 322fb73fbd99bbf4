/** Texts of an open story: its claim, what it depends on, and its history. */
import type { FieldName, HistoryEntry, ItemFields } from '../../../worker/api.ts';
import { count, elapsed, fieldLabels, shortKey, stageTitle } from '../texts.ts';

export const storyTexts = {
  deeds: 'What can be done at once',
  claim: 'Claim',
  takeOver: 'Take over',
  release: 'Release',
  block: 'Block',
  unblock: 'Unblock',
  unclaimed: 'Nobody has claimed it',
  /** `who`: a name or key; empty: this device. */
  claimedBy: (who: string) => (who === '' ? 'Claimed by you' : `Claimed by ${who}`),
  claimed: (time: string) => `${time === 'just now' ? time : `${time} ago`}`,
  withAgent: (agent: string) => `with ${agent}`,
  kept: (what: string) => `What you typed in ${what} is kept until you come back.`,
} as const;

export const linkTexts = {
  title: 'Dependencies',
  dependsOn: 'Depends on',
  neededBy: 'Needed by',
  none: 'None',
  missing: (text: string) => `${text} is not in this pipeline`,
  cycle: 'These wait for each other:',
  and: (way: readonly string[]) => way.join(' → '),
  state: (stage: string, blocked: boolean) =>
    blocked ? `${stageTitle(stage)}, blocked` : stageTitle(stage),
} as const;

export const historyTexts = {
  title: 'History',
  show: 'Show the history',
  hide: 'Hide the history',
  loading: 'Reading the log…',
  empty: 'Nothing was done to it yet.',
  failed: (detail: string) => `The history could not be read: ${detail}`,
  again: 'Try again',
  order:
    'Each edit stands above what it had seen. Ops carry no time, so edits that had not seen each other stand in the order in which they came here.',
  edits: (number: number) => count(number, 'edit', 'edits'),
  earlier: (number: number) => `Show ${count(number, 'earlier edit', 'earlier edits')}`,
  unsettled: (number: number) =>
    `${count(number, 'value', 'values')} may be lost to a concurrent edit`,
  you: 'you',
  restore: 'Restore',
  restored: (field: FieldName, value: string) => `${fieldLabels[field]} is ${value} again.`,
  restoreThis: (field: FieldName, value: string) => `Restore ${fieldLabels[field]}: ${value}`,
  verify: 'Verify',
  copy: 'Copy op',
  copied: 'The op is in the clipboard.',
  notCopied: 'The browser does not let this page copy. Copy it from here:',
  opText: 'The op as JSON',
  holds: 'Signature holds',
  wrong: 'Signature does not hold',
  gone: 'This op is not here any more',
  checking: 'Checking…',
  created: 'Created',
  deleted: 'Deleted',
  fates: {
    stands: 'current',
    replaced: (by: string) => `replaced by ${by}`,
    overtaken: (by: string) => `replaced by ${by}, perhaps unseen`,
    lost: (to: string) => `lost to a concurrent edit by ${to}`,
  },
  nothing: 'nothing',
  noValue: 'no valid value',
  yes: 'yes',
  no: 'no',
  from: (before: string, value: string) => `${before} to ${value}`,
} as const;

const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment in the user's calendar; empty for what no calendar holds. */
export function momentText(timeS: number): string {
  const date = new Date(timeS * 1000);
  return Number.isNaN(date.getTime()) ? '' : moments.format(date);
}

/** How long a claim lasts, as a sentence part; empty where it is not known. */
export function claimAge(claimedAtS: number | null, nowMs: number): string {
  if (!claimedAtS) return '';
  const time = elapsed(claimedAtS, nowMs);
  return time === '' ? '' : storyTexts.claimed(time);
}

/** `whoOf`: what a key is called. */
export function valueText<Name extends FieldName>(
  field: Name,
  value: ItemFields[FieldName],
  whoOf: (key: string) => string,
): string {
  if (value === null) return historyTexts.noValue;
  if (value === '' && field === 'stage') return stageTitle('');
  if (value === '') return historyTexts.nothing;
  if (typeof value === 'boolean') return value ? historyTexts.yes : historyTexts.no;
  if (typeof value === 'number') {
    if (field !== 'claimed_at') return String(value);
    return value === 0 ? historyTexts.nothing : momentText(value);
  }
  if (field === 'stage') return stageTitle(value);
  if (field === 'claimed_by') return whoOf(value);
  return `“${clip(value)}”`;
}

/** Enough to know a value by; the op has all of it. */
const SHOWN_LENGTH = 160;

function clip(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN_LENGTH)];
  if (characters.length <= SHOWN_LENGTH) return characters.join('');
  return `${characters.slice(0, SHOWN_LENGTH).join('')}…`;
}

/** One entry as a sentence. */
export function entryLabel(entry: HistoryEntry, whoOf: (key: string) => string): string {
  const { change, signer } = entry;
  const what =
    change.type === 'set'
      ? `${fieldLabels[change.field]}: ${historyTexts.from(
          valueText(change.field, change.before, whoOf),
          valueText(change.field, change.value, whoOf),
        )}`
      : historyTexts[change.type];
  const fate = fateText(entry, whoOf);
  return `${what}, by ${whoOf(signer)}${fate === null ? '' : `, ${fate}`}`;
}

/** null: nothing can become of it. */
export function fateText(
  { change, fate }: HistoryEntry,
  whoOf: (key: string) => string,
): string | null {
  if (change.type !== 'set') return null;
  if (fate.type === 'stands') return historyTexts.fates.stands;
  return historyTexts.fates[fate.type](whoOf(fate.signer));
}

/** What a signer's key is called: own name for it, `you`, or its ends. */
export function keyName(key: string, own: string, nameOf: (key: string) => string): string {
  if (key === own && own !== '') return historyTexts.you;
  return nameOf(key) || shortKey(key);
}
