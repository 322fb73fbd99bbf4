import { expect, test } from 'vitest';
import { createFrameFold } from '../../src/frameFold.ts';

test('STO10 a message after a quiet frame is shown at once, the rest of the frame together', () => {
  const { fold, shown, endFrame } = watchedFold();
  fold.push('a');
  expect(shown).toEqual([['a']]);
  for (const message of ['b', 'c', 'd']) fold.push(message);
  expect(shown).toEqual([['a']]);
  endFrame();
  expect(shown).toEqual([['a'], ['b', 'c', 'd']]);
  fold.push('e');
  endFrame();
  expect(shown).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  endFrame();
  fold.push('f');
  expect(shown.at(-1)).toEqual(['f']);
});

test('STO11 more than a frame’s worth takes several frames, and what is cleared is not shown', () => {
  const { fold, shown, endFrame } = watchedFold({ messageMs: 2 });
  for (const message of 'abcdefghij') fold.push(message);
  endFrame();
  expect(shown).toEqual([['a'], ['b', 'c', 'd']]);
  endFrame();
  expect(shown.at(-1)).toEqual(['e', 'f', 'g']);
  fold.clear();
  endFrame();
  expect(shown).toHaveLength(3);
  fold.push('k');
  expect(shown.at(-1)).toEqual(['k']);
});

/** `messageMs`: what it takes to show one. */
function watchedFold({ messageMs = 0 } = {}) {
  const shown: string[][] = [];
  let now = 0;
  let frame: (() => void) | null = null;
  const fold = createFrameFold<string>({
    show: (messages) => {
      const step: string[] = [];
      for (const message of messages) {
        step.push(message);
        now += messageMs;
      }
      shown.push(step);
    },
    onNextFrame: (callback) => {
      frame = callback;
      return () => {
        frame = null;
      };
    },
    nowMs: () => now,
  });
  const endFrame = (): void => {
    const callback = frame;
    frame = null;
    callback?.();
  };
  return { fold, shown, endFrame };
}
