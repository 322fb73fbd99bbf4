/** Texts of the flow page. */
import type { FlowFacts } from '../../../worker/api.ts';
import type { Span } from '../../flowPeriods.ts';
import { count, stageTitle } from '../texts.ts';

const numbers = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat('en', { style: 'percent' });

const [MINUTE_S, HOUR_S, DAY_S] = [60, 3600, 86_400];

export const flowTexts = {
  title: 'Flow',
  intro:
    'Counted from the signed log alone. No edit says when it was made: the only times are those written with a claim (claimed_at), by the clock of whoever claimed.',
  starting: 'Reading the log…',
  reading: (readOps: number, totalOps: number) =>
    `Reading the log: ${numbers.format(readOps)} of ${count(totalOps, 'edit', 'edits')}`,
  failed: 'The replica did not answer, so these figures cannot be counted.',
  failedSince: 'The replica did not answer: these figures may be old.',
  again: 'Ask again',
  empty: 'There are no stories yet. With the first one there is something to count.',
  asTable: 'As a table',
  stories: 'Stories',
  keyFigures: 'At a glance',
  none: 'None yet',
} as const;

export const numberText = (number: number): string => numbers.format(number);

/** `12K`: where there is little room. */
export const shortNumber = (number: number): string => compact.format(number);

/** `67%`; of nothing: empty. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? '' : percents.format(part / whole);
}

/** `3 hours`, rounded down. */
export function ageText(ageS: number): string {
  if (ageS < MINUTE_S) return 'less than a minute';
  if (ageS < 2 * HOUR_S) return unitText(ageS / MINUTE_S, 'minute');
  if (ageS < 2 * DAY_S) return unitText(ageS / HOUR_S, 'hour');
  return unitText(ageS / DAY_S, 'day');
}

type Unit = 'minute' | 'hour' | 'day';

const unitFormats: { readonly [Name in Unit]: Intl.NumberFormat } = {
  minute: unitFormat('minute'),
  hour: unitFormat('hour'),
  day: unitFormat('day'),
};

function unitFormat(unit: Unit): Intl.NumberFormat {
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' });
}

const unitText = (number: number, unit: Unit): string =>
  unitFormats[unit].format(Math.floor(number));

/** `4–24 hours`. `toS`: null for all above. */
export function ageRangeText(fromS: number, toS: number | null): string {
  const [unit, unitS] = fromS < DAY_S ? (['hour', HOUR_S] as const) : (['day', DAY_S] as const);
  if (toS === null) return `${unitText(fromS / unitS, unit)} or more`;
  if (fromS === 0) return `less than ${unitText(toS / unitS, unit)}`;
  return unitFormats[unit].formatRange(fromS / unitS, toS / unitS);
}

export const stageTexts = {
  title: 'Work per stage',
  head: 'Stage',
  says({ stories, done, stages }: FlowFacts): string {
    const [most] = stages.counts;
    const open = `Not done: ${numbers.format(stories - done.stories)} of ${count(stories, 'story', 'stories')}.`;
    const isMost = most !== undefined && stories > 2 && most.stories * 2 > stories;
    return isMost ? `${open} Most stand in ${stageTitle(most.stage)}.` : open;
  },
  others: (stages: number) => `${count(stages, 'more stage', 'more stages')}`,
  rests: 'The stage of each story, as it is now.',
} as const;

export const spanNames: { readonly [Name in Span]: string } = {
  days: 'Days',
  weeks: 'Weeks',
  months: 'Months',
};

export const doneTexts = {
  title: 'Throughput',
  spans: 'Periods',
  head: { days: 'Day', weeks: 'Week', months: 'Month' } satisfies Record<Span, string>,
  says({ done }: FlowFacts, span: Span): string {
    if (done.stories === 0) return 'No story is done yet.';
    const within = done.perPeriod.reduce((sum, stories) => sum + stories, 0);
    const parts = [
      `${numbers.format(within)} of ${count(done.stories, 'done story', 'done stories')} had ${done.stories === 1 ? 'its' : 'their'} last claim in these ${done.perPeriod.length} ${span}`,
      done.earlier > 0 ? `${numbers.format(done.earlier)} before that` : '',
      done.unknown > 0 ? `${numbers.format(done.unknown)} at no known time` : '',
    ];
    return `${parts.filter((part) => part !== '').join(', ')}.`;
  },
  earlier: 'Before these',
  unknown: 'Time not known',
  rests:
    'Done is what stands in Done or Archived. The log does not say since when: a story counts where its last claim (claimed_at) was, also one that was released since.',
} as const;

export const ageTexts = {
  title: 'Age of work',
  head: 'Claimed for',
  says({ open }: FlowFacts): string {
    if (open.stories === 0) return 'Every story is done.';
    const { medianS, oldestS } = open;
    const claimed = open.stories - open.notClaimed;
    const first = `${numbers.format(claimed)} of ${count(open.stories, 'story', 'stories')} not done ${claimed === 1 ? 'is' : 'are'} claimed`;
    if (medianS === null || oldestS === null) return `${first}.`;
    if (claimed - open.unknown === 1) return `${first}, for ${ageText(oldestS)}.`;
    return `${first}: half of them for ${ageText(medianS)} at most, the oldest for ${ageText(oldestS)}.`;
  },
  unknown: 'time not known',
  notClaimed: 'not claimed',
  rests:
    'Now, by this clock, less claimed_at. A claim says that a story was taken, not that work goes on.',
} as const;

export const retryTexts = {
  title: 'Retries',
  head: 'Retries',
  says({ stories, retries }: FlowFacts): string {
    const again = retries.counts.slice(1).reduce((sum, number) => sum + number, 0);
    if (again === 0) return 'No story was tried again.';
    const first = `${numbers.format(again)} of ${count(stories, 'story', 'stories')} (${shareText(again, stories)}) ${again === 1 ? 'was' : 'were'} tried again`;
    const most = retries.highest ?? 0;
    return most > 1 ? `${first}, up to ${numbers.format(most)} times.` : `${first} once.`;
  },
  orMore: (retries: number) => `${numbers.format(retries)} or more`,
  unknown: 'not known',
  rests:
    'The highest retry_count that was ever written to a story, also where it lost or was set back since.',
} as const;

export const qaTexts = {
  title: 'First-pass QA',
  head: 'Left QA',
  says({ qa }: FlowFacts): string {
    const passed = qa.first + qa.later;
    if (passed + qa.back === 0) return 'No story has left QA yet.';
    if (passed === 0) return 'No story has gone on from QA yet.';
    return `${numbers.format(qa.first)} of ${count(passed, 'story', 'stories')} that went on from QA passed at first: ${shareText(qa.first, passed)}.`;
  },
  outcomes: { first: 'Passed at first', later: 'Passed, and went back', back: 'Only went back' },
  rests:
    'From the writes to stage, in the order of their stamps. At first: in QA once, and never back to QA or before. A write that lost to one with the same seq is no move.',
} as const;

export const glanceTexts = {
  open: 'Not done',
  done: 'Done',
  median: 'Median age of claims',
  again: 'Tried again',
  qa: 'First-pass QA',
} as const;

const tickDays = new Intl.DateTimeFormat('en', { day: 'numeric' });
const tickMonths = new Intl.DateTimeFormat('en', { month: 'short' });
const days = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const weeks = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long' });
const months = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' });
const years = new Intl.DateTimeFormat('en', { year: 'numeric' });

/** `Monday, 16 November`, as a row's head. */
export function periodText(span: Span, start: Date): string {
  if (span === 'days') return days.format(start);
  return span === 'weeks' ? `from ${weeks.format(start)}` : months.format(start);
}

/** Two short lines under a column; the second one only where it differs from the column before. */
export function tickTexts(span: Span, start: Date, before: Date | undefined): readonly string[] {
  const [upper, lower] = span === 'months' ? [tickMonths, years] : [tickDays, tickMonths];
  const isNew = before === undefined || lower.format(before) !== lower.format(start);
  return [upper.format(start), isNew ? lower.format(start) : ''];
}
