/** An owner of connections that stores every text it is given, once, and checks nothing. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { opText, packText } from '../../worker/crdt/packedOp.ts';
import type { OpRecord } from '../../worker/ports.ts';
import type { OpExchange, OpSource } from '../../worker/sync/exchange.ts';
import { type OfferedOp, offerOp } from '../../worker/wire/offeredOp.ts';
import { textOf } from './opRecords.ts';

export interface Receipt {
  readonly texts: readonly string[];
  readonly source: Pick<OpSource, 'peer' | 'frame'>;
}

export interface MemoryExchange extends OpExchange {
  /** Calls of `receive`, oldest first. */
  readonly receipts: readonly Receipt[];
  /** Texts it holds, in the order in which they came. */
  texts(): readonly string[];
  /** Keys that peers have acknowledged, in order. */
  readonly acknowledgedKeys: readonly string[];
  /** An op made here: into the log, and nowhere else. */
  append(text: string): OpRecord;
  /** Later calls of `receive` wait for `resume`. */
  pause(): void;
  resume(): void;
}

export function keyOf(text: string): string {
  return bytesToHex(sha256(new TextEncoder().encode(text)));
}

export function createMemoryExchange(texts: readonly string[] = []): MemoryExchange {
  const log = new Map<string, OpRecord>();
  const receipts: Receipt[] = [];
  const acknowledgedKeys: string[] = [];
  let gate: { readonly promise: Promise<void>; readonly open: () => void } | null = null;

  const append = (text: string): OpRecord => {
    const record = { key: keyOf(text), bytes: packText(text) };
    if (!log.has(record.key)) log.set(record.key, record);
    return record;
  };
  texts.forEach(append);

  return {
    receipts,
    acknowledgedKeys,
    append,
    texts: () => [...log.values()].map(textOf),
    async receive(ops, { peer, frame }) {
      const received = ops.map((op) => (typeof op === 'string' ? op : opText(op)));
      receipts.push({ texts: received, source: { peer, frame } });
      await gate?.promise;
      return { stored: received.map((text) => append(text).key) };
    },
    async *readLog(from = 0, to = log.size) {
      const records = [...log.values()].slice(from, to);
      for (let at = 0; at < records.length; at += 100) yield records.slice(at, at + 100);
    },
    logLength: () => log.size,
    logEnd: () => log.size,
    acknowledged(keys) {
      acknowledgedKeys.push(...keys);
    },
    pause() {
      let open = (): void => {};
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { promise, open };
    },
    resume() {
      gate?.open();
      gate = null;
    },
  };
}

/** A new op of this text for peers. */
export function offerText(text: string): OfferedOp {
  return offerOp({ key: keyOf(text), bytes: packText(text) });
}

/** Op texts that are short and differ. */
export function makeTexts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `{"op":${index}}`);
}
