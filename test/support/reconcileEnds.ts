/** Two ends that reconcile without a socket: what one sends, the other takes, in order. */

import { createKeyTable } from '../../worker/crdt/keyTable.ts';
import type { OpRecord } from '../../worker/ports.ts';
import { createKeyHistory } from '../../worker/sync/keyHistory.ts';
import type { ReconcileOptions, ReconcileRole } from '../../worker/sync/reconcile.ts';
import { createInitiator } from '../../worker/sync/reconcileInitiator.ts';
import { createResponder } from '../../worker/sync/reconcileResponder.ts';
import type { LogPlace, ReconcileSource } from '../../worker/sync/reconcileSource.ts';
import type { Introduction } from '../../worker/wire/frames.ts';
import {
  decodeReconcile,
  encodeReconcile,
  type ReconcileMessage,
} from '../../worker/wire/reconcileFrames.ts';
import { createManualClock } from './manualClock.ts';
import { createMemoryLogger } from './memoryLogger.ts';

type Parcel =
  | { readonly type: 'message'; readonly message: ReconcileMessage }
  | { readonly type: 'ops'; readonly keys: readonly string[] };

export interface EndContents {
  /** Hex, in the order of its log. */
  readonly keys: readonly string[];
  readonly unacknowledged?: readonly string[];
  /** The id of its log; absent: it has no name. */
  readonly logId?: string;
  readonly place?: LogPlace;
  /** What it says instead; undefined: nothing. */
  readonly tamper?: (message: ReconcileMessage) => ReconcileMessage | undefined;
}

export type ReconcileEnd = ReturnType<typeof createEnd>;

function createEnd(contents: EndContents, makeRole: (options: ReconcileOptions) => ReconcileRole) {
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const table = createKeyTable(32, 3);
  const log: string[] = [];
  const outbox: (() => Promise<Parcel>)[] = [];
  const told: string[] = [];
  let place = contents.place ?? null;

  function add(keys: readonly string[]): void {
    for (const key of keys) {
      if (table.indexOf(Buffer.from(key, 'hex')) >= 0) continue;
      table.add(Buffer.from(key, 'hex'));
      log.push(key);
    }
  }

  async function* read(from = 0): AsyncGenerator<readonly OpRecord[]> {
    yield recordsOf(log.slice(from));
  }

  const source: ReconcileSource = {
    freezeKeys: createKeyHistory(table, { yieldTurn: async () => undefined }).freeze,
    async *readOps(keys) {
      yield recordsOf(log.filter((key) => keys.has(key)));
    },
    unacknowledged: () => recordsOf(contents.unacknowledged ?? []),
    namedLog:
      contents.logId === undefined
        ? null
        : { id: contents.logId, end: () => log.length, readFrom: read },
    placeIn: () => place,
    notePlace(_peer, next) {
      place = next;
    },
  };

  function sendOps(ops: AsyncIterable<readonly OpRecord[]>): void {
    outbox.push(async () => {
      const keys: string[] = [];
      for await (const slice of ops) for (const { key } of slice) keys.push(key);
      return { type: 'ops', keys };
    });
  }

  function send(message: ReconcileMessage): void {
    const said = contents.tamper === undefined ? message : contents.tamper(message);
    if (said !== undefined) outbox.push(async () => ({ type: 'message', message: said }));
  }

  function sendLog(): void {
    sendOps(read());
    role.noteLogSent();
  }

  const role = makeRole({
    peer: 'peer',
    source,
    clock: { ...clock, yieldTurn: async () => undefined },
    logger,
    send,
    sendOps,
    sendLog,
    onExpected: (ops) => told.push(`expects ${ops}`),
    onOver(result) {
      told.push(result);
      if (result === 'differs') sendLog();
    },
    onBad: (detail) => told.push(`bad: ${detail}`),
  });
  add(contents.keys);

  return {
    role,
    clock,
    outbox,
    add,
    keys: () => log.toSorted(),
    /** What it told its connection. */
    told: () => [...told],
    place: () => place,
    introduction(): Introduction {
      if (contents.logId !== undefined) return { log: contents.logId };
      if (log.length === 0) return { since: 0 };
      return place === null ? {} : { log: place.log, since: place.offset };
    },
  };
}

export interface Exchanged {
  /** Of all frames of reconciliation. */
  readonly bytes: number;
  /** Types of the messages in order; ops as their number. */
  readonly messages: readonly (string | number)[];
}

export function createEnds(
  dialler: EndContents,
  listener: EndContents,
): { readonly dialler: ReconcileEnd; readonly listener: ReconcileEnd } {
  return {
    dialler: createEnd(dialler, createInitiator),
    listener: createEnd(listener, createResponder),
  };
}

/** Lets both greet and say all they have to say. */
export async function reconcileEnds(ends: ReturnType<typeof createEnds>): Promise<Exchanged> {
  const { dialler, listener } = ends;
  const introductions = [listener.introduction(), dialler.introduction()] as const;
  dialler.role.start(introductions[0]);
  listener.role.start(introductions[1]);
  return settleEnds(ends);
}

/** Carries what waits, until nothing does. */
export async function settleEnds(ends: ReturnType<typeof createEnds>): Promise<Exchanged> {
  let bytes = 0;
  const messages: (string | number)[] = [];
  const carry = async (from: ReconcileEnd, to: ReconcileEnd): Promise<void> => {
    for (const make of from.outbox.splice(0)) {
      const parcel = await make();
      if (parcel.type === 'ops') {
        messages.push(parcel.keys.length);
        to.add(parcel.keys);
        continue;
      }
      const frame = encodeReconcile(parcel.message);
      bytes += frame.length;
      messages.push(parcel.message.type);
      const read = decodeReconcile(frame);
      if (read === undefined) throw new Error(`a frame that is not read: ${parcel.message.type}`);
      await to.role.take(read);
    }
  };
  while (ends.dialler.outbox.length + ends.listener.outbox.length > 0) {
    await carry(ends.listener, ends.dialler);
    await carry(ends.dialler, ends.listener);
  }
  return { bytes, messages };
}

function recordsOf(keys: readonly string[]): readonly OpRecord[] {
  return keys.map((key) => ({ key }) as OpRecord);
}
