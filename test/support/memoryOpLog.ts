import type { OpRecord, StoreOutcome } from '../../worker/ports.ts';
import type { OpLog, PipelineLog, StoreFailure } from '../../worker/relay/opLog.ts';

export interface MemoryOpLog extends OpLog {
  /** Every append fails with this from now on; null: they succeed again. */
  failWith(failure: StoreFailure | null): void;
  /** Ops of a pipeline, in order; none if it was never opened. */
  records(pipeline: string): readonly OpRecord[];
}

/** The relay's store in memory, with a disk that fails when told. */
export function createMemoryOpLog(): MemoryOpLog {
  const pipelines = new Map<string, OpRecord[]>();
  let failure: StoreFailure | null = null;

  const logOver = (name: string, records: OpRecord[]): PipelineLog => ({
    id: Buffer.from(name.padEnd(16)).toString('hex').slice(0, 32),
    count: () => records.length,
    end: () => records.length,
    async *readAt(offsets) {
      yield offsets.flatMap((offset) => records[offset] ?? []);
    },
    append: async (added): Promise<StoreOutcome> => {
      if (failure !== null) return failure;
      records.push(...added);
      return { type: 'stored' };
    },
    async *read(fromOffset) {
      const end = records.length;
      if (fromOffset < end) yield records.slice(fromOffset, end);
    },
    async quarantine(isDamaged) {
      if (failure !== null) return failure;
      const sound = records.filter((record) => !isDamaged(record));
      records.splice(0, records.length, ...sound);
      return { type: 'stored' };
    },
  });

  return {
    openPipeline: async (name) => {
      const records = pipelines.get(name) ?? [];
      pipelines.set(name, records);
      return { type: 'opened', log: logOver(name, records) };
    },
    close: async () => {
      failure = { type: 'failed', reason: 'broken', detail: 'the op log is closed' };
    },
    failWith: (next) => {
      failure = next;
    },
    records: (pipeline) => pipelines.get(pipeline) ?? [],
  };
}
