/** Frames of full size that are built to hold up whoever reads them. */

import { expect, test } from 'vitest';
import { createInbound } from '../../worker/sync/inbound.ts';
import type { Frame } from '../../worker/wire/frames.ts';
import { MAX_FRAME_BYTES, READ_SLICE_CHARACTERS } from '../../worker/wire/limits.ts';
import { createManualClock } from '../support/manualClock.ts';

const SLICES = MAX_FRAME_BYTES / READ_SLICE_CHARACTERS;

/** What a frame is read as, and how many turns were given away meanwhile. */
function read(text: string): Promise<{ readonly frame: Frame; readonly turns: number }> {
  const clock = createManualClock();
  const frames: Frame[] = [];
  return new Promise((done, onBroken) => {
    const inbound = createInbound({
      clock,
      onFrame: (frame) => frames.push(frame),
      receive: async () => undefined,
      onOverflow: () => onBroken(new Error('overflow')),
      onBroken,
    });
    inbound.push(text);
    inbound.end(() => done({ frame: frames[0]!, turns: clock.turns() }));
  });
}

/** `before`, as much of `unit` as there is room for, `after`. */
function filled(before: string, unit: string, after: string): string {
  const room = MAX_FRAME_BYTES - before.length - after.length;
  return before + unit.repeat(Math.floor(room / unit.length)) + after;
}

test.each([
  ['one op', '{"type":"bulk","ops":["', 'x', '"]}', 'bulk'],
  ['one op of escapes', '{"type":"bulk","ops":["', '\\n', '"]}', 'bulk'],
  ['a skipped string of escapes', '{"x":"', '\\u0041', '","type":"bulk","ops":[]}', 'bulk'],
  ['skipped numbers', '{"x":[', '0,', '0],"type":"bulk","ops":[]}', 'bulk'],
])('FUZZ10 64 MiB of %s are read in 256 slices', { timeout: 60_000 }, async (...attack) => {
  const [, before, unit, after, type] = attack;
  const { frame, turns } = await read(filled(before, unit, after));
  expect(frame.type).toBe(type);
  expect(turns).toBeGreaterThanOrEqual(SLICES - 4);
  expect(turns).toBeLessThanOrEqual(SLICES);
});

test.each([
  ['10 million empty ops', `{"type":"bulk","ops":[${'"",'.repeat(10_000_000)}""]}`, 786_456],
  ['10 million capabilities', `{"type":"bulk","caps":[${'"",'.repeat(10_000_000)}""]}`, 793],
  ['62 MiB of open brackets', `{"x":${'['.repeat(62 * 2 ** 20)}`, 131_078],
])('FUZZ11 %s are refused where they are too many', async (_, text, at) => {
  const { frame } = await read(text);
  expect(frame.type === 'bad' && frame.detail).toMatch(new RegExp(` at character ${at}$`));
});
