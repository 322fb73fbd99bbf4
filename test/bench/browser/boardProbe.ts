/** Looks at a board under load from inside its page: frames, long tasks, cards made, keys answered. */

import type { Load } from './boardWorker.ts';

export interface Opened {
  /** Milliseconds since the navigation. */
  readonly firstPaintMs: number;
  readonly firstCardMs: number;
  /** When the columns together hold all items. */
  readonly allItemsMs: number;
  /** Longest task that began after the first paint; 0: none above 50 ms. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
}

export interface Ridden {
  readonly ops: number;
  readonly framesPerS: number;
  readonly longestFrameMs: number;
  readonly longestTaskMs: number;
  readonly longTasks: number;
  readonly cardsMade: number;
  /** From each key that was pressed meanwhile to the end of the frame that answers it. */
  readonly inputDelaysMs: readonly number[];
}

export interface BoardProbe {
  /** Resolves when the columns together hold that many items. */
  opened(items: number): Promise<Opened>;
  /** Has others change the board for a while. */
  ride(load: { readonly opsPerS: number; readonly durationMs: number }): Promise<Ridden>;
}

declare global {
  var boardProbe: BoardProbe;
}

/** A task from here on is long, by the Long Tasks API. */
const longTasks: PerformanceEntry[] = [];
const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries()));
observer.observe({ type: 'longtask', buffered: true });

function tasksSince(fromMs: number): {
  readonly longestTaskMs: number;
  readonly longTasks: number;
} {
  longTasks.push(...observer.takeRecords());
  const found = longTasks.filter(({ startTime }) => startTime >= fromMs);
  return {
    longestTaskMs: Math.max(0, ...found.map(({ duration }) => duration)),
    longTasks: found.length,
  };
}

let firstCardMs = 0;
let allItemsMs = 0;
let cardsMade = 0;
let isCounting = false;
let inputDelaysMs: number[] = [];

function itemsShown(): number {
  const counts = [...document.querySelectorAll('.column-count')];
  return counts.reduce((sum, { textContent }) => sum + Number(textContent), 0);
}

new MutationObserver((records) => {
  if (firstCardMs === 0 && document.querySelector('[data-item-id]') !== null) {
    firstCardMs = performance.now();
  }
  if (!isCounting) return;
  for (const { addedNodes } of records) {
    for (const node of addedNodes) {
      if (node instanceof HTMLElement && node.dataset['itemId'] !== undefined) cardsMade += 1;
    }
  }
}).observe(document, { subtree: true, childList: true });

addEventListener(
  'keydown',
  ({ timeStamp }) => {
    // A task that a frame's callback asks for comes after that frame.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        inputDelaysMs.push(performance.now() - timeStamp);
        port1.close();
      };
      port2.postMessage(null);
    });
  },
  { capture: true },
);

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

globalThis.boardProbe = {
  async opened(items) {
    while (itemsShown() < items) allItemsMs = await nextFrame();
    // Entries of the observer come late.
    for (let frame = 0; frame < 30; frame += 1) await nextFrame();
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const firstPaintMs = paint?.startTime ?? 0;
    return { firstPaintMs, firstCardMs, allItemsMs, ...tasksSince(firstPaintMs) };
  },
  async ride(load) {
    const channel = new BroadcastChannel('bench');
    const startMs = await nextFrame();
    cardsMade = 0;
    inputDelaysMs = [];
    isCounting = true;
    let ops: number | null = null;
    channel.onmessage = ({ data }: MessageEvent<Load>) => {
      if (data.type === 'done') ops = data.ops;
    };
    channel.postMessage({ type: 'start', ...load } satisfies Load);
    let frames = 0;
    let lastMs = startMs;
    let longestFrameMs = 0;
    while (ops === null) {
      const nowMs = await nextFrame();
      frames += 1;
      longestFrameMs = Math.max(longestFrameMs, nowMs - lastMs);
      lastMs = nowMs;
    }
    isCounting = false;
    channel.close();
    const framesPerS = (1000 * frames) / (lastMs - startMs);
    return { ops, framesPerS, longestFrameMs, cardsMade, inputDelaysMs, ...tasksSince(startMs) };
  },
};
