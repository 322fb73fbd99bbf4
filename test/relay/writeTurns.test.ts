import { expect, test } from 'vitest';
import { createWriteTurns } from '../../worker/relay/writeTurns.ts';
import { createManualClock } from '../support/manualClock.ts';
import { settle } from '../support/settle.ts';

/** `flushMs`: how long it takes to give what waits to the system. */
function openTurns(flushMs: number) {
  const clock = createManualClock();
  const calls: string[] = [];
  let passedMs = 0;
  const stream = (name: string) => ({
    cork: () => calls.push(`cork ${name}`),
    uncork() {
      calls.push(`uncork ${name}`);
      passedMs += flushMs;
    },
  });
  const turns = createWriteTurns({ ...clock, nowMs: () => clock.nowMs() + passedMs });
  return { clock, calls, turns, a: stream('a'), b: stream('b') };
}

test('REL50 what is written in one turn goes out together', async () => {
  const { calls, turns, a, b } = openTurns(0);
  turns.note(a);
  turns.note(b);
  turns.note(a);
  expect(calls).toEqual(['cork a', 'cork b']);
  await settle();
  expect(calls.slice(2)).toEqual(['uncork a', 'uncork b']);
  turns.note(a);
  await settle();
  expect(calls.slice(4)).toEqual(['cork a', 'uncork a']);
});

test('REL50 sending rests for twice as long as it took, and never long', async () => {
  const { clock, calls, turns, a } = openTurns(20);
  turns.note(a);
  await settle();
  turns.note(a);
  await clock.advance(39);
  expect(calls).toEqual(['cork a', 'uncork a', 'cork a']);
  await clock.advance(1);
  expect(calls.slice(3)).toEqual(['uncork a']);
  const slow = openTurns(5000);
  slow.turns.note(slow.a);
  await settle();
  slow.turns.note(slow.a);
  await slow.clock.advance(100);
  expect(slow.calls).toEqual(['cork a', 'uncork a', 'cork a', 'uncork a']);
});
