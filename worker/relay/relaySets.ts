import { toBytes } from '../crdt/bytes.ts';
import type { Causes } from '../crdt/causes.ts';
import type { Clock } from '../ports.ts';
import { createKeyHistory } from '../sync/keyHistory.ts';
import type { ReconcileSource } from '../sync/reconcileSource.ts';
import type { PipelineLog } from './opLog.ts';

/**
 * What a pipeline of the relay gives to reconcile with a peer. A key's number in the index is the
 * offset of its op, unless ops before it were damaged and are gone.
 */
export function createRelaySets(log: PipelineLog, causes: Causes, clock: Clock): ReconcileSource {
  const history = createKeyHistory(causes.seenKeys(), clock);

  return {
    freezeKeys: history.freeze,
    async *readOps(keys) {
      const wanted = new Set(keys);
      const numbers = Array.from(keys, (key) => causes.seenKeys().indexOf(toBytes(key)));
      const offsets = numbers.filter((number) => number >= 0).sort((one, other) => one - other);
      for await (const slice of log.readAt(offsets)) {
        yield slice.filter(({ key }) => wanted.delete(key));
      }
      if (wanted.size === 0) return;
      for await (const slice of log.read(0)) yield slice.filter(({ key }) => wanted.delete(key));
    },
    // What the relay itself made is nothing; what others made it stored before it was sent.
    unacknowledged: () => [],
    namedLog: { id: log.id, end: log.end, readFrom: log.read },
    // Where the relay dials, it compares digests each time.
    placeIn: () => null,
    notePlace: () => undefined,
  };
}
