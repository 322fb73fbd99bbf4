/**
 * Looks at the board from inside its page, from before its first script on. All times are
 * milliseconds since the navigation (`performance.now()`), taken when the DOM has changed
 * (`shown`), or when the frame after that has been produced (`painted`).
 */

export interface Milestones {
  readonly firstCardMs: number;
  /** The last time that the number of items changed. */
  readonly shownMs: number;
  readonly paintedMs: number;
  /** When the status said that all of the peer's bulk is dealt with; 0: not yet. */
  readonly liveMs: number;
}

export interface Shown {
  readonly shownMs: number;
  readonly paintedMs: number;
}

export interface PageProbe {
  /**
   * Resolves when the columns count that many items, and, if `untilLive`, nothing is left to catch
   * up with.
   */
  milestones(items: number, untilLive: boolean): Promise<Milestones>;
  /** Starts to wait for the next change of one card. */
  watchCard(itemId: string): void;
  /** The change that `watchCard` waits for. */
  cardChange(): Promise<Shown>;
  /** Presses a key on one card. Returns when. */
  press(itemId: string, key: string): number;
  /** What to add to a time of this page to get Unix time, to a tenth of a millisecond. */
  unixOffsetMs(): number;
  /** Bytes that the origin stores, as the browser estimates. */
  storedBytes(): Promise<number>;
  /** Waits until the replica of the pipeline `default` has written a snapshot. */
  snapshotStored(): Promise<void>;
}

declare global {
  var pageProbe: PageProbe;
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

interface Watch {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
}

let items = 0;
let firstCardMs = 0;
let shownMs = 0;
let liveMs = 0;
const watches = new Set<Watch>();

const observer = new MutationObserver(() => {
  const found = countItems();
  if (found !== items) shownMs = performance.now();
  items = found;
  if (firstCardMs === 0 && document.querySelector('[data-item-id]') !== null) {
    firstCardMs = performance.now();
  }
  if (liveMs === 0 && document.querySelector('[data-sync=live][data-socket=open]') !== null) {
    liveMs = performance.now();
  }
  for (const watch of watches) {
    if (!watch.isDone()) continue;
    watches.delete(watch);
    watch.resolve();
  }
});
observer.observe(document, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ['data-sync', 'data-socket'],
});

/** What the columns say: not every item has a card in the DOM. */
function countItems(): number {
  let count = 0;
  for (const { textContent } of document.querySelectorAll('.column-count')) {
    count += Number(textContent);
  }
  return count;
}

function until(isDone: () => boolean): Promise<void> {
  if (isDone()) return Promise.resolve();
  return new Promise((resolve) => watches.add({ isDone, resolve }));
}

/** A task that runs right after the next frame. */
function painted(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(performance.now());
      };
      port2.postMessage(null);
    });
  });
}

function cardOf(itemId: string): HTMLElement {
  const card = document.querySelector<HTMLElement>(`[data-item-id="${itemId}"]`);
  if (card === null) throw new Error(`no card ${itemId}`);
  return card;
}

let change: Promise<Shown> = Promise.reject(new Error('no card is watched'));
change.catch(() => undefined);

globalThis.pageProbe = {
  async milestones(expected, untilLive) {
    await until(() => items === expected && (liveMs > 0 || !untilLive));
    const paintedMs = await painted();
    return { firstCardMs, shownMs, paintedMs, liveMs };
  },
  watchCard(itemId) {
    const card = cardOf(itemId);
    change = new Promise<void>((resolve) => {
      const watching = new MutationObserver(() => {
        watching.disconnect();
        resolve();
      });
      watching.observe(card, { subtree: true, childList: true, characterData: true });
    }).then(async () => ({ shownMs: performance.now(), paintedMs: await painted() }));
  },
  cardChange: () => change,
  press(itemId, key) {
    const button = cardOf(itemId).querySelector('button');
    const pressedMs = performance.now();
    button?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
    return pressedMs;
  },
  unixOffsetMs() {
    const offsets = Array.from({ length: 5 }, () => {
      const before = Date.now();
      let now = before;
      while (now === before) now = Date.now();
      return now - performance.now();
    });
    return Math.max(...offsets);
  },
  async storedBytes() {
    return (await navigator.storage.estimate()).usage ?? 0;
  },
  async snapshotStored() {
    const database = await answerOf(indexedDB.open('huskies:default'));
    const count = (): Promise<number> =>
      answerOf(database.transaction('snapshot').objectStore('snapshot').count());
    while ((await count()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    database.close();
  },
};
