// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { createRoot } from 'solid-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { periodStarts, SPANS } from '../../src/flowPeriods.ts';
import { createAsking } from '../../src/ui/asking.ts';
import {
  ageRangeText,
  ageText,
  ageTexts,
  doneTexts,
  qaTexts,
  retryTexts,
  stageTexts,
  tickTexts,
} from '../../src/ui/texts/flow.ts';
import type { FlowFacts, NoAnswer, Query, QueryAnswer } from '../../worker/api.ts';
import { itemId } from '../support/fakeReplica.ts';
import { boardOnFake, eventually, story } from './boardOnFake.tsx';

beforeEach(() => history.replaceState(null, '', '/?view=flow'));

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  history.replaceState(null, '', '/');
});

const AGES_S = [0, 3600, 14_400, 86_400, 259_200, 604_800, 2_419_200];

function facts(some: Partial<FlowFacts> = {}): FlowFacts {
  return {
    stories: 5,
    stages: {
      counts: [
        { stage: '2_current', stories: 2 },
        { stage: '5_done', stories: 2 },
        { stage: 'on_hold', stories: 1 },
      ],
      others: { stages: 0, stories: 0 },
    },
    done: { stories: 2, perPeriod: [...new Array(13).fill(0), 1], earlier: 0, unknown: 1 },
    open: {
      stories: 3,
      ages: AGES_S.map((fromS, at) => ({ fromS, stories: at === 1 ? 2 : 0 })),
      medianS: 7300,
      oldestS: 8000,
      notClaimed: 1,
      unknown: 0,
    },
    retries: { counts: [3, 1, 0, 0, 0, 1], highest: 7, unknown: 0 },
    qa: { first: 1, later: 2, back: 0 },
    ...some,
  };
}

const NONE: FlowFacts = {
  stories: 0,
  stages: { counts: [], others: { stages: 0, stories: 0 } },
  done: { stories: 0, perPeriod: [], earlier: 0, unknown: 0 },
  open: { stories: 0, ages: [], medianS: null, oldestS: null, notClaimed: 0, unknown: 0 },
  retries: { counts: [0, 0, 0, 0, 0, 0], highest: null, unknown: 0 },
  qa: { first: 0, later: 0, back: 0 },
};

type State = Extract<QueryAnswer, { readonly type: 'flow-facts' }>['state'];

const known = (some: FlowFacts): State => ({ name: 'known', facts: some });
const FAILED: NoAnswer = { type: 'no-answer', reason: 'not-open', detail: '' };

/** A page whose worker gives the answers one after another, and the last one from then on. */
async function openFlow(...answers: readonly (State | 'failed')[]) {
  const asked: Extract<Query, { readonly type: 'flow-facts' }>[] = [];
  const worker = { answers: [...answers] };
  const { fake } = await boardOnFake({
    items: [story(1)],
    answer(query) {
      if (query.type !== 'flow-facts') return undefined;
      asked.push(query);
      const next = worker.answers.length > 1 ? worker.answers.shift() : worker.answers[0];
      return next === undefined || next === 'failed' ? FAILED : { type: 'flow-facts', state: next };
    },
  });
  await screen.findByRole('heading', { name: 'Flow' });
  return { fake, asked, worker };
}

function rows(name: string): readonly (readonly string[])[] {
  return [...screen.getByRole('table', { name }).querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ''),
  );
}

const part = (name: string) => screen.findByRole('region', { name });
const says = async (name: string) =>
  (await part(name)).querySelector('.flow-says')?.textContent ?? '';

test('FLO10 each figure has a sentence, a table and what it rests on', async () => {
  await openFlow(known(facts()));
  const names = ['Throughput', 'First-pass QA', 'Work per stage', 'Age of work', 'Retries'];
  expect(await Promise.all(names.map(says))).toEqual([
    '1 of 2 done stories had their last claim in these 14 days, 1 at no known time.',
    '1 of 3 stories that went on from QA passed at first: 33%.',
    'Not done: 3 of 5 stories.',
    '2 of 3 stories not done are claimed: half of them for 2 hours at most, the oldest for 2 hours.',
    '2 of 5 stories (40%) were tried again, up to 7 times.',
  ]);
  for (const name of names) {
    const rests = (await part(name)).querySelector('.flow-rests')?.textContent;
    expect(rests, name).toMatch(/\w{3}/);
  }
  expect(rows('Work per stage')).toEqual([
    ['Backlog', '0'],
    ['Current', '2'],
    ['QA', '0'],
    ['Merge', '0'],
    ['Done', '2'],
    ['Archived', '0'],
    ['On hold', '1'],
  ]);
  expect(rows('Retries').at(-1)).toEqual(['5 or more', '1']);
  expect(rows('First-pass QA')).toEqual([
    ['Passed at first', '1'],
    ['Passed, and went back', '2'],
    ['Only went back', '0'],
  ]);
  expect(rows('Age of work').map(([label]) => label)).toEqual([
    'less than 1 hour',
    '1–4 hours',
    '4–24 hours',
    '1–3 days',
    '3–7 days',
    '7–28 days',
    '28 days or more',
    'time not known',
    'not claimed',
  ]);
  expect(
    rows('Throughput')
      .slice(-3)
      .map(([, stories]) => stories),
  ).toEqual(['1', '0', '1']);
  const glance = [...document.querySelectorAll('.flow-glance dd')].map((one) => one.textContent);
  expect(glance).toEqual(['3', '2', '2 hours', '40%', '33%']);
});

describe('words', () => {
  test('FLO10 what has no figure is said', async () => {
    const nothing = facts({ ...NONE, stories: 1 });
    expect([
      stageTexts.says(NONE),
      doneTexts.says(nothing, 'days'),
      ageTexts.says(NONE),
      retryTexts.says(nothing),
      qaTexts.says(nothing),
      qaTexts.says(facts({ qa: { first: 0, later: 0, back: 2 } })),
    ]).toEqual([
      'Not done: 0 of 0 stories.',
      'No story is done yet.',
      'Every story is done.',
      'No story was tried again.',
      'No story has left QA yet.',
      'No story has gone on from QA yet.',
    ]);
    const { fake, worker } = await openFlow(known(NONE));
    await screen.findByText(/^There are no stories yet/);
    expect(screen.queryByRole('table')).toBeNull();
    worker.answers = [known(nothing)];
    fake.change({ type: 'update', id: itemId(1), fields: { stage: '3_qa' } });
    await part('First-pass QA');
    expect([
      document.querySelector('.flow-columns, .flow-shares'),
      screen.queryByRole('table', { name: 'First-pass QA' }),
    ]).toEqual([null, null]);
  });

  test('FLO10 one is told from many, and what is beyond the greatest stages', () => {
    const { open } = facts();
    const counts = [{ stage: '3_qa', stories: 4 }];
    const done = { stories: 1, perPeriod: [0, 0], earlier: 1, unknown: 0 };
    const retries = { counts: [0, 1], highest: 1, unknown: 0 };
    expect([
      stageTexts.says(facts({ stages: { counts, others: { stages: 0, stories: 0 } } })),
      doneTexts.says(facts({ done }), 'weeks'),
      ageTexts.says(facts({ open: { ...open, notClaimed: 2, medianS: 59, oldestS: 59 } })),
      ageTexts.says(facts({ open: { ...open, unknown: 2, medianS: null, oldestS: null } })),
      retryTexts.says(facts({ retries })),
      stageTexts.others(1200),
    ]).toEqual([
      'Not done: 3 of 5 stories. Most stand in QA.',
      '0 of 1 done story had its last claim in these 2 weeks, 1 before that.',
      '1 of 3 stories not done is claimed, for less than a minute.',
      '2 of 3 stories not done are claimed.',
      '1 of 5 stories (20%) was tried again once.',
      '1,200 more stages',
    ]);
  });

  test('FLO10 ages and periods in words', () => {
    const dayS = 86_400;
    expect([60, 7199, 7200, 2 * dayS - 1, 2 * dayS].map(ageText)).toEqual([
      '1 minute',
      '119 minutes',
      '2 hours',
      '47 hours',
      '2 days',
    ]);
    expect([ageRangeText(0, 3600), ageRangeText(dayS, null)]).toEqual([
      'less than 1 hour',
      '1 day or more',
    ]);
    const [before, start] = [new Date(2026, 9, 31), new Date(2026, 10, 1)];
    expect([tickTexts('days', start, before), tickTexts('months', start, before)]).toEqual([
      ['1', 'Nov'],
      ['Nov', ''],
    ]);
  });
});

test('FLO11 says that the log is read, and how far; then what was asked is there', async () => {
  const reading = (readOps: number): State => ({ name: 'reading', readOps, totalOps: 28_000 });
  const { worker } = await openFlow(reading(8192), 'failed');
  await screen.findByText(/did not answer/);
  worker.answers = [reading(8192)];
  fireEvent.click(screen.getByRole('button', { name: 'Ask again' }));
  await screen.findByText('Reading the log: 8,192 of 28,000 edits');
  expect(screen.getByRole('progressbar', { name: 'Reading the log…' })).toBeDefined();
  worker.answers = [reading(16_384), known(facts())];
  await part('Retries');
  expect(screen.queryByRole('progressbar')).toBeNull();
});

test('FLO11 figures follow the pipeline, and their elements stay', async () => {
  const { fake, worker, asked } = await openFlow(known(facts()));
  await part('Retries');
  const table = screen.getByRole('table', { name: 'First-pass QA' });
  const before = asked.length;
  worker.answers = [known(facts({ qa: { first: 9, later: 0, back: 0 } }))];
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '3_qa' } });
  await eventually(() => expect(rows('First-pass QA')[0]).toEqual(['Passed at first', '9']));
  expect(screen.getByRole('table', { name: 'First-pass QA' })).toBe(table);
  expect(asked.length).toBe(before + 1);
});

test('FLO11 is not asked while its tab is hidden, and once when it is seen again', async () => {
  vi.useFakeTimers();
  const visibility = vi.spyOn(document, 'visibilityState', 'get');
  const show = (state: DocumentVisibilityState): void => {
    visibility.mockReturnValue(state);
    document.dispatchEvent(new Event('visibilitychange'));
  };
  const { asking, answer, count } = handAsking();
  const counts: number[] = [];
  asking.note();
  await answer('answered');
  asking.note();
  show('hidden');
  await vi.advanceTimersByTimeAsync(10_000);
  asking.note();
  counts.push(count());
  show('visible');
  show('visible');
  counts.push(count());
  await answer('answered');
  await vi.advanceTimersByTimeAsync(10_000);
  counts.push(count());
  visibility.mockRestore();
  expect(counts).toEqual([1, 2, 2]);
});

test('FLO12 without an answer figures stay, are said to be old, and can be asked for again', async () => {
  const { fake, worker } = await openFlow(known(facts()));
  await part('Retries');
  worker.answers = ['failed'];
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '3_qa' } });
  const alert = await screen.findByRole('alert');
  expect([alert.textContent, rows('First-pass QA').length]).toEqual([
    'The replica did not answer: these figures may be old.Ask again',
    3,
  ]);
  worker.answers = [known(facts())];
  fireEvent.click(within(alert).getByRole('button', { name: 'Ask again' }));
  await eventually(() => expect(screen.queryByRole('alert')).toBeNull());
});

/** `ask` that is answered when told, and how often it was asked. */
function handAsking() {
  const answers: ((outcome: 'answered' | 'more') => void)[] = [];
  const root = createRoot((dispose) => ({
    dispose,
    asking: createAsking(() => new Promise((resolve) => answers.push(resolve)), 2000),
  }));
  const answer = async (outcome: 'answered' | 'more'): Promise<void> => {
    answers.at(-1)?.(outcome);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ...root, answer, count: () => answers.length };
}

test('FLO11 is asked at once, then every two seconds at most, and never twice at a time', async () => {
  vi.useFakeTimers();
  const { asking, answer, count } = handAsking();
  const counts: number[] = [];
  const note = (): void => {
    asking.note();
    counts.push(count());
  };
  note();
  note();
  await answer('more');
  counts.push(count());
  await answer('answered');
  note();
  await vi.advanceTimersByTimeAsync(1999);
  counts.push(count());
  await vi.advanceTimersByTimeAsync(1);
  counts.push(count());
  await answer('answered');
  asking.now();
  asking.now();
  counts.push(count());
  await answer('answered');
  counts.push(count());
  expect(counts).toEqual([1, 1, 2, 2, 2, 3, 4, 5]);
});

test('FLO12 what is over asks no more', async () => {
  vi.useFakeTimers();
  const resting = handAsking();
  resting.asking.note();
  await resting.answer('answered');
  resting.asking.note();
  resting.dispose();
  const waiting = handAsking();
  waiting.asking.note();
  waiting.dispose();
  await waiting.answer('more');
  await vi.advanceTimersByTimeAsync(10_000);
  resting.asking.now();
  expect([resting.count(), waiting.count()]).toEqual([1, 1]);
});

test('FLO13 periods are chosen, and their figures asked for at once', async () => {
  const { asked } = await openFlow(known(facts()));
  await part('Retries');
  fireEvent.click(screen.getByRole('radio', { name: 'Months' }));
  await eventually(async () => expect(await says('Throughput')).toContain('these 14 months'));
  const starts = asked.map(({ periodStartsS }) => periodStartsS.length);
  expect([starts[0], starts.at(-1)]).toEqual([14, 12]);
  expect(screen.getByRole('columnheader', { name: 'Month' })).toBeDefined();
});

test('FLO13 periods begin by the clock on the wall, whenever that was changed', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  // The clock goes back on 25 October, and forth on 29 March.
  for (const now of ['2026-10-28T23:30:00Z', '2026-04-02T21:30:00Z']) {
    const nowMs = Date.parse(now);
    for (const span of SPANS) {
      const starts = periodStarts(span, nowMs);
      const hours = starts.map((start) => start.getHours() + start.getMinutes());
      expect([span, hours]).toEqual([span, starts.map(() => 0)]);
      expect(new Set(starts.map((start) => start.toDateString())).size).toBe(starts.length);
      expect(starts.at(-1)?.getTime()).toBeLessThanOrEqual(nowMs);
    }
    const days = periodStarts('days', nowMs).map(Number);
    const hoursOf = days.slice(1).map((start, at) => (start - (days[at] ?? 0)) / 3_600_000);
    expect(hoursOf.filter((hours) => hours !== 24)).toEqual([now.includes('-10-') ? 25 : 23]);
  }
});
