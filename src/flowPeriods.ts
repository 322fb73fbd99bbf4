/** Stretches of the calendar of whoever looks, up to now. Pure, but for the time zone. */
import { timeDay, timeMonday, timeMonth } from 'd3-time';

export const SPANS = ['days', 'weeks', 'months'] as const;

export type Span = (typeof SPANS)[number];

const INTERVALS = {
  days: { interval: timeDay, periods: 14 },
  weeks: { interval: timeMonday, periods: 12 },
  months: { interval: timeMonth, periods: 12 },
} as const;

/** When the periods begin, by the clock on the wall, rising; the last one is under way. */
export function periodStarts(span: Span, nowMs: number): readonly Date[] {
  const { interval, periods } = INTERVALS[span];
  const last = interval.floor(new Date(nowMs));
  return interval.range(interval.offset(last, 1 - periods), interval.offset(last, 1));
}
