/** One way to a process: what was sent waits in order until it is delivered. */

import type { Process } from './process.ts';

export interface Lane<Item> {
  readonly to: Process;
  readonly items: Item[];
  /** How many items can arrive now. */
  ready(): number;
  /** Lets the next items arrive, at most `most`. */
  deliver(most: number): void;
}

export function createLane<Item>(
  to: Process,
  arrive: (item: Item) => void,
  isPassable: () => boolean = () => true,
): Lane<Item> {
  const items: Item[] = [];
  const ready = (): number => {
    if (to.state() === 'dead') items.length = 0;
    return to.state() === 'running' && isPassable() ? items.length : 0;
  };
  return {
    to,
    items,
    ready,
    deliver(most) {
      for (let left = Math.min(most, ready()); left > 0; left -= 1) {
        const item = items.shift();
        if (item === undefined) return;
        to.run(() => arrive(item));
      }
    },
  };
}
