/**
 * How stories go through the stages, counted from their fields now and their traces in the log. Pure.
 *
 * No op says when it was made. The only times are those that somebody wrote into `claimed_at`, and
 * only ages and the days of what is done rest on them.
 */

import type { ItemFields } from './crdt/view.ts';
import type { FlowFacts, FlowQuery } from './flowApi.ts';
import { STAGES, type StoryTrace, wayOf } from './storyTraces.ts';

export const PERIODS_MAX = 64;
export const STAGES_MAX = 24;
const STAGE_NAME_MAX = 200;

const [HOUR_S, DAY_S] = [3600, 86_400];
/** The least age of each bucket. */
const AGES_S = [0, 1, 4, 24, 3 * 24, 7 * 24, 28 * 24].map((hours) => hours * HOUR_S);
/** What is ahead of us by more is no time; clocks differ by less. */
const AHEAD_MAX_S = DAY_S;
/** The last count of retries stands for as many or more. */
export const RETRIES_MAX = 5;

const QA = STAGES.indexOf('3_qa');
const DONE = STAGES.slice(STAGES.indexOf('5_done'));

export interface FlowCount {
  /** A visible story. */
  add(fields: ItemFields, trace: StoryTrace): void;
  facts(): FlowFacts;
}

export function createFlowCount({ nowS, periodStartsS }: FlowQuery): FlowCount {
  const stages = new Map<string, number>();
  const perPeriod = periodStartsS.map(() => 0);
  const agesS: number[] = [];
  const retries = new Array<number>(RETRIES_MAX + 1).fill(0);
  const done = { stories: 0, earlier: 0, unknown: 0 };
  const open = { stories: 0, notClaimed: 0, unknown: 0 };
  const qa = { first: 0, later: 0, back: 0 };
  let highest: number | null = null;
  let uncounted = 0;

  function addDone(claimedAtS: number | null): void {
    done.stories += 1;
    const timeS = pastTime(claimedAtS, nowS);
    const place = timeS === null ? -1 : placeAmong(periodStartsS, timeS);
    if (timeS === null) done.unknown += 1;
    else if (place < 0) done.earlier += 1;
    else perPeriod[place] = (perPeriod[place] ?? 0) + 1;
  }

  function addOpen({ claimed_by, claimed_at }: ItemFields): void {
    open.stories += 1;
    const timeS = pastTime(claimed_at, nowS);
    if (!claimed_by) open.notClaimed += 1;
    else if (timeS === null) open.unknown += 1;
    else agesS.push(nowS - timeS);
  }

  function addRetries(count: number | null): void {
    if (count === null) {
      uncounted += 1;
      return;
    }
    highest = Math.max(highest ?? 0, count);
    const place = Math.min(count, RETRIES_MAX);
    retries[place] = (retries[place] ?? 0) + 1;
  }

  return {
    add(fields, trace) {
      const stage = fields.stage ?? '';
      stages.set(stage, (stages.get(stage) ?? 0) + 1);
      if (DONE.includes(stage)) addDone(trace.claim?.value ?? null);
      else addOpen(fields);
      addRetries(trace.retries);
      const verdict = qaVerdict(wayOf(trace));
      if (verdict !== null) qa[verdict] += 1;
    },
    facts: () => ({
      stories: done.stories + open.stories,
      stages: countStages(stages),
      done: { ...done, perPeriod: [...perPeriod] },
      open: { ...open, ...countAges(agesS) },
      retries: { counts: [...retries], highest, unknown: uncounted },
      qa: { ...qa },
    }),
  };
}

/** null: that is no time of the past. */
function pastTime(timeS: number | null, nowS: number): number | null {
  if (timeS === null || !(timeS > 0) || timeS > nowS + AHEAD_MAX_S) return null;
  return Math.min(timeS, nowS);
}

/** Place of the last start that is not above `value`; -1: none is. */
function placeAmong(starts: readonly number[], value: number): number {
  return starts.findLastIndex((start) => start <= value);
}

/** `way`: places in `STAGES`. null: it was never in QA, or is there for the first time. */
function qaVerdict(way: readonly number[]): 'first' | 'later' | 'back' | null {
  let [hasEntered, hasPassed, wentBack] = [false, false, false];
  let before = -1;
  for (const place of way) {
    // To come to QA again is to go back, from wherever.
    if (hasEntered && place <= QA) wentBack = true;
    if (before === QA && place > QA) hasPassed = true;
    if (place === QA) hasEntered = true;
    before = place;
  }
  if (hasPassed) return wentBack ? 'later' : 'first';
  return wentBack ? 'back' : null;
}

function countStages(stages: ReadonlyMap<string, number>): FlowFacts['stages'] {
  const counts = [...stages].map(([stage, stories]) => ({ stage, stories }));
  // By name where counts are equal, so that one set of stories gives one answer.
  counts.sort((one, other) =>
    one.stories === other.stories
      ? Number(one.stage > other.stage) - Number(one.stage < other.stage)
      : other.stories - one.stories,
  );
  const others = counts.slice(STAGES_MAX);
  return {
    counts: counts
      .slice(0, STAGES_MAX)
      .map(({ stage, stories }) => ({ stage: stage.slice(0, STAGE_NAME_MAX), stories })),
    others: {
      stages: others.length,
      stories: others.reduce((sum, { stories }) => sum + stories, 0),
    },
  };
}

function countAges(
  agesS: readonly number[],
): Pick<FlowFacts['open'], 'ages' | 'medianS' | 'oldestS'> {
  const sorted = Float64Array.from(agesS).sort();
  const counts = AGES_S.map(() => 0);
  for (const ageS of sorted) {
    const place = placeAmong(AGES_S, ageS);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return {
    ages: AGES_S.map((fromS, place) => ({ fromS, stories: counts[place] ?? 0 })),
    // The lower one of two in the middle: an age that a story has.
    medianS: sorted[(sorted.length - 1) >> 1] ?? null,
    oldestS: sorted.at(-1) ?? null,
  };
}
