import type { Clock } from '../ports.ts';
import type { OpExchange } from '../sync/exchange.ts';
import { createFifo } from '../sync/fifo.ts';
import type { BulkPlace } from '../sync/inbound.ts';

/**
 * How many long transfers are in hand at once, so that what they take of the memory is bounded. The
 * others wait, in order. Whoever does not go on for a while, as its peer takes nothing, loses its place
 * to the next, and waits for another when it goes on.
 */

/** How long a place is kept without a sign of life. */
export const STALL_MS = 5000;

export interface BulkPlacesOptions {
  readonly most: number;
  readonly clock: Clock;
  /** Somebody has to wait. */
  onWait(): void;
}

/** Gives one end of one connection a place of its own. */
export type BulkPlaces = () => BulkPlace;

export function createBulkPlaces({ most, clock, onWait }: BulkPlacesOptions): BulkPlaces {
  const waiting = createFifo<() => void>();
  let taken = 0;

  function handOn(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }

  async function take(): Promise<void> {
    if (taken < most) {
      taken += 1;
      return;
    }
    onWait();
    await new Promise<void>((done) => waiting.push(done));
  }

  return () => {
    let isIn = false;
    let isWanted = false;
    let stall = { cancel: (): void => undefined };

    function leave(): void {
      stall.cancel();
      isWanted = false;
      if (isIn) handOn();
      isIn = false;
    }

    return {
      async ready() {
        stall.cancel();
        isWanted = true;
        if (!isIn) {
          await take();
          isIn = true;
        }
        if (isWanted) stall = clock.startTimer(STALL_MS, leave);
        else leave();
      },
      leave,
    };
  };
}

/** The same exchange, whose log is read out from a place. */
export function readInTurn(exchange: OpExchange, places: BulkPlaces): OpExchange {
  const { reconcile } = exchange;
  const namedLog = reconcile?.namedLog;
  return {
    ...exchange,
    readLog: (from, to) => inTurn(exchange.readLog(from, to), places()),
    ...(reconcile && {
      reconcile: {
        ...reconcile,
        readOps: (keys) => inTurn(reconcile.readOps(keys), places()),
        namedLog: namedLog
          ? { ...namedLog, readFrom: (offset) => inTurn(namedLog.readFrom(offset), places()) }
          : null,
      },
    }),
  };
}

async function* inTurn<Slice>(
  slices: AsyncIterable<Slice>,
  place: BulkPlace,
): AsyncGenerator<Slice, undefined, undefined> {
  try {
    await place.ready();
    for await (const slice of slices) {
      yield slice;
      await place.ready();
    }
  } finally {
    place.leave();
  }
}
