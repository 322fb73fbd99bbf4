import type { SeenKey } from '../../crdt/bytes.ts';
import type { Place } from './backplane.ts';

/**
 * How far the stream is read. Ops that are not kept now (they wait for others, for room on the disk, or
 * for their signer to be listed) hold the place back until they are, so that they are read again.
 *
 * Invariant: all up to `safe` is on the disk or invalid for ever.
 */

export interface PlaceKeeper {
  /** Reading begins anew behind this place. */
  start(place: Place | null): void;
  /** Read up to `place`; `notNow` are not on the disk. */
  advance(place: Place, notNow: readonly SeenKey[]): void;
  safe(): Place | null;
}

/** Further ones are not remembered: the place stays until reading begins anew. */
const KEYS_MAX = 1024;

interface Pin {
  readonly place: Place | null;
  readonly keys: Set<SeenKey>;
  isOverfull: boolean;
}

export function createPlaceKeeper(hasStored: (key: SeenKey) => boolean): PlaceKeeper {
  let read: Place | null = null;
  let pin: Pin | null = null;

  function isOver({ keys, isOverfull }: Pin): boolean {
    for (const key of keys) if (hasStored(key)) keys.delete(key);
    return keys.size === 0 && !isOverfull;
  }

  return {
    start(place) {
      read = place;
      pin = null;
    },
    advance(place, notNow) {
      if (notNow.length > 0) {
        pin ??= { place: read, keys: new Set(), isOverfull: false };
        for (const key of notNow) {
          if (pin.keys.size < KEYS_MAX) pin.keys.add(key);
          else pin.isOverfull = true;
        }
      }
      read = place;
    },
    safe() {
      if (pin !== null && isOver(pin)) pin = null;
      return pin === null ? read : pin.place;
    },
  };
}
