/** One time for the world, and a clock for each process that may be wrong about it. */

import type { Clock } from '../../worker/ports.ts';
import { settle } from '../support/settle.ts';
import type { Process } from './process.ts';

export interface VirtualTime {
  nowMs(): number;
  clockOf(process: Process): Clock;
  /** The clock of every process on this host is set forwards or back; timers run on as before. */
  jump(host: string, byMs: number): void;
  /** Lets time pass: runs each timer at its moment, and what follows from it before the next. */
  advance(durationMs: number): Promise<void>;
}

interface PendingTimer {
  readonly dueMs: number;
  readonly process: Process;
  readonly run: () => void;
}

const START_MS = 1_700_000_000_000;

export function createVirtualTime(): VirtualTime {
  let now = START_MS;
  const timers = new Set<PendingTimer>();
  const offsets = new Map<string, number>();

  function takeNext(endMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of timers) {
      if (timer.process.state() === 'dead') timers.delete(timer);
      else if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) {
        next = timer;
      }
    }
    if (next !== undefined) timers.delete(next);
    return next;
  }

  return {
    nowMs: () => now,
    clockOf: (process) => ({
      nowMs: () => now + (offsets.get(process.host) ?? 0),
      startTimer(delayMs, run) {
        const timer = { dueMs: now + delayMs, process, run };
        timers.add(timer);
        return { cancel: () => timers.delete(timer) };
      },
      yieldTurn: async () => {},
    }),
    jump(host, byMs) {
      offsets.set(host, (offsets.get(host) ?? 0) + byMs);
    },
    async advance(durationMs) {
      const end = now + durationMs;
      await settle();
      for (let next = takeNext(end); next !== undefined; next = takeNext(end)) {
        now = Math.max(now, next.dueMs);
        next.process.run(next.run);
        await settle();
      }
      now = end;
    },
  };
}
