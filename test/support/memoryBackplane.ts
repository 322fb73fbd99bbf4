import type { PackedOp } from '../../worker/crdt/packedOp.ts';
import type {
  Backplane,
  Message,
  Session,
  StreamedOp,
  StreamReader,
} from '../../worker/relay/backplane/backplane.ts';

interface Kept extends StreamedOp {
  readonly pipeline: string;
}

/** A broker in memory that fails when told, for any number of relays. */
export interface MemoryBackplane extends Backplane {
  /** Cuts every session, and lets nobody in until `comeBack`. */
  lose(): void;
  comeBack(): void;
  /** The stream is gone with all in it; the next session finds another. */
  deleteStream(): void;
  /** Forgets the messages from this one on, as a broker that lost power does. */
  cutFrom(seq: number): void;
  /** Nobody can publish until it is `null` again. */
  refuseWith(reason: string | null): void;
  /** Puts a message there, whatever it is. */
  put(pipeline: string, message: Message): void;
  /** Ids of the messages of a pipeline, in order. */
  ids(pipeline: string): readonly string[];
  /** How often somebody connected in vain. */
  attempts(): number;
}

interface LiveSession {
  readonly subscriptions: Set<() => void>;
  end(reason: string): void;
}

export function createMemoryBackplane(): MemoryBackplane {
  let streams = 1;
  let lastSeq = 0;
  let kept: Kept[] = [];
  let isLost = false;
  let refusal: string | null = null;
  let attempts = 0;
  const sessions = new Set<LiveSession>();

  function keep(pipeline: string, { id, bytes }: Message): number {
    const known = kept.find((one) => one.pipeline === pipeline && one.id === id);
    if (known !== undefined) return known.seq;
    lastSeq += 1;
    kept.push({ pipeline, id, bytes, seq: lastSeq });
    for (const { subscriptions } of sessions) for (const wake of subscriptions) wake();
    return lastSeq;
  }

  /** Gives `reader` what there is behind `from`, a few at a time, and what comes. */
  function follow(live: LiveSession, pipeline: string, from: number, reader: StreamReader) {
    let read = from;
    let isBusy = false;
    const wake = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      while (live.subscriptions.has(wake)) {
        const next = kept.filter((one) => one.pipeline === pipeline && one.seq > read).slice(0, 3);
        if (next.length === 0) break;
        read = next.at(-1)!.seq;
        await reader.take(next.map(({ seq, id, bytes }) => ({ seq, id, bytes })));
      }
      isBusy = false;
    };
    live.subscriptions.add(wake);
    // As a broker does, it begins when the subscriber knows of it.
    queueMicrotask(wake);
    return () => live.subscriptions.delete(wake);
  }

  function createSession(): Session {
    let end = (_reason: string): void => undefined;
    const ended = new Promise<string>((done) => {
      end = done;
    });
    const live: LiveSession = {
      subscriptions: new Set(),
      end(reason) {
        live.subscriptions.clear();
        sessions.delete(live);
        end(reason);
      },
    };
    sessions.add(live);
    const gone = { type: 'failed', reason: 'the connection was closed' } as const;
    return {
      stream: `stream ${streams}`,
      broker: 'memory',
      ended,
      async publish(pipeline, message) {
        if (!sessions.has(live)) return gone;
        if (refusal !== null) return { type: 'failed', reason: refusal };
        return { type: 'published', seq: keep(pipeline, message) };
      },
      async subscribe(pipeline, after, reader) {
        if (!sessions.has(live)) return gone;
        const from = after?.seq ?? 0;
        const ofPipeline = kept.filter((one) => one.pipeline === pipeline);
        const there = ofPipeline.find((one) => one.seq === from);
        if (after !== null && there?.id !== after.id) return { type: 'misplaced' };
        const ahead = ofPipeline.filter((one) => one.seq > from).length;
        return { type: 'subscribed', ahead, stop: follow(live, pipeline, from, reader) };
      },
      close: async () => live.end('closed'),
    };
  }

  const endAll = (reason: string): void => {
    for (const live of [...sessions]) live.end(reason);
  };

  return {
    async connect() {
      if (!isLost) return { type: 'connected', session: createSession() };
      attempts += 1;
      return { type: 'failed', reason: 'connection refused' };
    },
    lose() {
      isLost = true;
      endAll('the connection was closed');
    },
    comeBack() {
      isLost = false;
    },
    deleteStream() {
      streams += 1;
      lastSeq = 0;
      kept = [];
      endAll('the stream is gone');
    },
    cutFrom(seq) {
      kept = kept.filter((one) => one.seq < seq);
      lastSeq = seq - 1;
    },
    refuseWith(reason) {
      refusal = reason;
    },
    put: (pipeline, message) => void keep(pipeline, message),
    ids: (pipeline) => kept.filter((one) => one.pipeline === pipeline).map(({ id }) => id),
    attempts: () => attempts,
  };
}

/** A message with any text as its op. */
export function messageOf(id: string, text: string): Message {
  return { id, bytes: new TextEncoder().encode(text) as Uint8Array as PackedOp };
}
