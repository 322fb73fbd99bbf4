/** A clock that stands still until it is told to go on. */

import type { Clock } from '../../worker/ports.ts';
import { settle } from './settle.ts';

export interface ManualClock extends Clock {
  /** Lets time pass: runs each timer at its moment, and what follows from it before the next. */
  advance(durationMs: number): Promise<void>;
  /** Delays of the timers that run now, soonest first, counted from now. */
  timersMs(): readonly number[];
  /** How often somebody yielded a turn. */
  turns(): number;
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let now = startMs;
  let turns = 0;
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  const byDue = () => [...timers].sort((one, other) => one.dueMs - other.dueMs);

  return {
    nowMs: () => now,
    startTimer(delayMs, run) {
      const timer = { dueMs: now + delayMs, run };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    async yieldTurn() {
      turns += 1;
    },
    async advance(durationMs) {
      const end = now + durationMs;
      await settle();
      for (let next = byDue()[0]; next !== undefined && next.dueMs <= end; next = byDue()[0]) {
        timers.delete(next);
        now = next.dueMs;
        next.run();
        await settle();
      }
      now = end;
    },
    timersMs: () => byDue().map(({ dueMs }) => dueMs - now),
    turns: () => turns,
  };
}
