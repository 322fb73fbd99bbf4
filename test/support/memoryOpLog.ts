import type { OpRecord, StoreOutcome } from '../../worker/ports.ts';
import type { LoggedOp, OpLog, PipelineLog, StoreFailure } from '../../worker/relay/opLog.ts';
import { indexedOf } from './opLogRecords.ts';

export interface MemoryOpLog extends OpLog {
  /** Every append fails with this from now on; null: they succeed again. */
  failWith(failure: StoreFailure | null): void;
  /** From now on the op at this place does not match its checksum. */
  damage(pipeline: string, offset: number): void;
  /** Ops of a pipeline, in order; none if it was never opened. */
  records(pipeline: string): readonly OpRecord[];
}

/** The relay's store in memory, with a disk that fails when told. */
export function createMemoryOpLog(): MemoryOpLog {
  const pipelines = new Map<string, LoggedOp[]>();
  const notes = new Map<string, string>();
  const damaged = new Set<OpRecord>();
  let failure: StoreFailure | null = null;

  const logOver = (name: string, records: LoggedOp[]): PipelineLog => ({
    id: Buffer.from(name.padEnd(16)).toString('hex').slice(0, 32),
    count: () => records.length,
    bytes: () => records.reduce((sum, { bytes }) => sum + bytes.length, 0),
    end: () => records.length,
    async *readAt(offsets) {
      yield offsets.flatMap((offset) => records.slice(offset, offset + 1).map(recordOf));
    },
    append: async (added): Promise<StoreOutcome> => {
      if (failure !== null) return failure;
      records.push(...added);
      return { type: 'stored' };
    },
    async *read(fromOffset, toOffset = records.length) {
      const end = Math.min(toOffset, records.length);
      if (fromOffset < end) yield records.slice(fromOffset, end).map(recordOf);
    },
    async replay(note) {
      const sound = records.filter((op) => !damaged.has(op));
      for (const op of sound) note(indexedOf(op));
      const damagedOps = records.length - sound.length;
      if (damagedOps > 0 && failure !== null) return failure;
      records.splice(0, records.length, ...sound);
      return { type: 'replayed', damagedOps };
    },
  });

  return {
    names: () => [...pipelines.keys()],
    openPipeline: async (name) => {
      const records = pipelines.get(name) ?? [];
      pipelines.set(name, records);
      return { type: 'opened', log: logOver(name, records) };
    },
    readNote: async (name) => notes.get(name) ?? null,
    writeNote: async (name, text) => {
      if (failure !== null) return failure;
      notes.set(name, text);
      return { type: 'stored' };
    },
    close: async () => {
      failure = { type: 'failed', reason: 'broken', detail: 'the op log is closed' };
    },
    failWith: (next) => {
      failure = next;
    },
    damage(pipeline, offset) {
      for (const op of pipelines.get(pipeline)?.slice(offset, offset + 1) ?? []) damaged.add(op);
    },
    records: (pipeline) => pipelines.get(pipeline)?.map(recordOf) ?? [],
  };
}

const recordOf = ({ key, bytes }: LoggedOp): OpRecord => ({ key, bytes });
