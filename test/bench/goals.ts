/** What a quiet machine of the kind in `docs/performance.md` shall reach, in bench and load. */

import type { Figure } from './figure.ts';
import { formatTable } from './table.ts';

export type Bound = { readonly atMost: number } | { readonly atLeast: number };

interface Goal {
  readonly row: string;
  /** Name of the figure. */
  readonly figure: string;
  /** In the figure's unit; of its ratio, where it says so. */
  readonly bound: Bound;
  readonly of?: 'ratio';
}

const MIB = 1024 * 1024;

const GOALS: readonly Goal[] = [
  atMost('start, local log of 10,000 ops', 'start.alone.synthetic-10000', 250),
  atMost('start, local log of 100,000 ops', 'start.alone.synthetic-100000', 500),
  atMost('fresh replica, 10,000 ops', 'first-sync.done.synthetic-10000', 1000),
  // A quarter of cojson's 13 s and a twenty-fifth of OrbitDB's 87 s.
  atMost('fresh replica, 36,000 ops', 'first-sync.done.synthetic-36000', 3250),
  atLeast('local edits, many in flight', 'edits.in-flight', 3000),
  atMost('edit in A to shown in B, median', 'latency.shown-in-b.p50.pipeline-dump', 6),
  atMost('edit in A to shown in B, p99', 'latency.shown-in-b.p99.pipeline-dump', 20),
  atMost('reconnect, 100 of 100,000 differ, bytes', 'reconnect.bytes.100-differ', 60_000),
  atMost('reconnect, 100 of 100,000 differ, time', 'reconnect.time.100-differ', 300),
  atMost('reconnect, 100 of 100,000 differ, round trips', 'reconnect.round-trips.100-differ', 2),
  atMost('reconnect, 100,000 equal, bytes', 'reconnect.bytes.equal', 1000),
  atMost('one remote op at 10,000 items, to patch', 'one-op.to-patch.node', 0.3),
  atMost('memory per item, worker heap', 'memory.document.item.synthetic-36000', 2000),
  atMost('memory per item, whole process', 'process-memory.item', 3000),
  atMost('first paint, 400 stories, nothing cached', 'first-paint.fresh.pipeline-dump', 500),
  atMost('cards painted, 400 stories, opened again', 'first-paint.again.cards.pipeline-dump', 500),
  atLeast('board of 10,000 items, 1,000 ops/s, frames', 'board.load.frames.items-10000', 55),
  atMost('… longest task under load', 'board.load.longest-task.items-10000', 50),
  atMost('… key to frame under load, p99', 'board.load.input-delay.p99.items-10000', 50),
  atMost('… longest task after the first paint', 'board.open.longest-task.items-10000', 50),
  atLeast('relay, verified inbound', 'relay.bulk-rate.synthetic-10000', 5000),
  atMost('one op between our own ends, on average', 'bytes.compact-frames.pipeline-dump', 250),
  atMost('relay, log of 100,000 ops reopened', 'relay.reopen.synthetic-100000', 1000),
  atMost('page JS before the first paint, gzip', 'bundles.page-before-first-paint.gzip', 60_000),
  atMost(
    'embed JS before the first paint, gzip',
    'bundles.element-before-first-paint.gzip',
    60_000,
  ),
  atMost('worker JS to start, gzip', 'bundles.worker-to-start.gzip', 50_000),
  atMost('1,000 clients, 50 ops/s, lost', 'load.fanout.lost', 0),
  atMost('… sent to shown, p99', 'load.fanout.p99', 60),
  atMost('… CPU of the relay', 'load.fanout.cpu', 85),
  atMost('200 clients, 50 ops/s, lost', 'load.small.lost', 0),
  atMost('… sent to shown, p99', 'load.small.p99', 20),
  { ...atMost('one reader stalled, p99 of the others', 'load.stalled.p99', 1.1), of: 'ratio' },
  atMost('… memory for it', 'load.stalled.rss', MIB),
  atMost('an idle connection of 2,000', 'load.idle.connection', 40 * 1024),
  atMost('1,000 pages reconnect, all synced', 'load.storm.synced', 60_000),
  atMost('… resident memory', 'load.storm.rss', 512 * MIB),
  atMost('1,000,000 frames of rubbish, memory grown', 'load.garbage.rss-grown', 20_000_000),
  atMost('killed 200 times, lost', 'load.kill.lost', 0),
  atMost('slow heads, failed requests of others', 'load.slowhttp.headers.failed', 0),
  atMost('slow readers, failed requests of others', 'load.slowhttp.read.failed', 0),
  { ...atLeast('load, cojson over ours', 'peers.load.cojson', 4), of: 'ratio' },
];

/** What a figure is to reach, beside it. */
export function withGoal(
  figure: Figure,
): Figure & { readonly goal?: Bound; readonly met?: boolean } {
  const goal = GOALS.find(({ figure: name }) => name === figure.name);
  return goal === undefined ? figure : { ...figure, goal: goal.bound, met: isMet(goal, figure) };
}

/** The rows that `figures` have something to say about, as a table; empty: there are none. */
export function formatGoals(figures: readonly Figure[]): string {
  const rows = GOALS.flatMap((goal) => {
    const figure = figures.find(({ name }) => name === goal.figure);
    if (figure === undefined) return [];
    const unit = goal.of === 'ratio' ? '×' : figure.unit;
    const { bound } = goal;
    const [sign, wanted] = 'atMost' in bound ? ['≤', bound.atMost] : ['≥', bound.atLeast];
    const met = isMet(goal, figure) ? 'met' : 'not met';
    return [[goal.row, `${measuredValue(goal, figure)} ${unit}`, `${sign} ${wanted} ${unit}`, met]];
  });
  return rows.length === 0 ? '' : formatTable(['', 'figure', 'goal', ''], rows);
}

function isMet(goal: Goal, figure: Figure): boolean {
  const value = measuredValue(goal, figure);
  const { bound } = goal;
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
}

function measuredValue({ of }: Goal, { value, ratio }: Figure): number {
  return of === 'ratio' ? (ratio?.value ?? Number.NaN) : value;
}

function atMost(row: string, figure: string, most: number): Goal {
  return { row, figure, bound: { atMost: most } };
}

function atLeast(row: string, figure: string, least: number): Goal {
  return { row, figure, bound: { atLeast: least } };
}
