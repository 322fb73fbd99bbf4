import { createKeyTable } from '../../worker/crdt/keyTable.ts';
import type { Dialler, OpRecord } from '../../worker/ports.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createConnection } from '../../worker/sync/connection.ts';
import type { OpExchange } from '../../worker/sync/exchange.ts';
import { createKeyHistory } from '../../worker/sync/keyHistory.ts';
import type { LogPlace } from '../../worker/sync/reconcileSource.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';

/** Pages that hold these ops already, and share the memory for them. */
export function createStormExchange(records: readonly OpRecord[]): OpExchange {
  const table = createKeyTable(32, 1);
  for (const { key } of records) table.add(Buffer.from(key, 'hex'));
  let place: LogPlace | null = null;
  return {
    receive: async () => ({ stored: [] }),
    async *readLog(from = 0, to) {
      yield records.slice(from, to);
    },
    logEnd: () => records.length,
    logLength: () => records.length,
    acknowledged: () => undefined,
    reconcile: {
      freezeKeys: createKeyHistory(table, nodeClock).freeze,
      async *readOps(keys) {
        yield records.filter(({ key }) => keys.has(key));
      },
      unacknowledged: () => [],
      namedLog: null,
      placeIn: () => place,
      notePlace(_peer, next) {
        place = next;
      },
    },
  };
}

export interface StormPage {
  /** Resolves when the page and the relay have found that they hold the same; rejects if it is cut. */
  readonly synced: Promise<void>;
  readonly closed: Promise<void>;
  close(): void;
}

export function dialStormPage(address: string, dialler: Dialler, exchange: OpExchange): StormPage {
  let markSynced = (): void => undefined;
  let markClosed = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const synced = new Promise<void>((done, failed) => {
    markSynced = done;
    fail = failed;
  });
  synced.catch(() => undefined);
  const closed = new Promise<void>((done) => {
    markClosed = done;
  });
  const connection = createConnection({
    ...{ peer: address, end: 'dialler', exchange, clock: nodeClock },
    logger: createMemoryLogger(),
    connect: (handlers) => dialler.dial(address, handlers),
    onSync({ name }) {
      if (name === 'live') markSynced();
    },
    onClosed({ code, reason }) {
      fail(new Error(`closed: ${code} ${reason}`));
      markClosed();
    },
  });
  return { synced, closed, close: () => connection.close(1000, 'done') };
}
