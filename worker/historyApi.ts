/** Queries about what was done to one item, and their answers. Types only. */

import type { FieldName, ItemFields, ItemId } from './crdt/view.ts';

export type HistoryQuery =
  /** What was done to an item. `limit`: entries wanted, 1–100,000. */
  | { readonly type: 'history'; readonly id: ItemId; readonly limit: number }
  /** One op as it is kept, its signature checked anew. `key`: its seen-key. */
  | { readonly type: 'op'; readonly key: string };

export type HistoryAnswer =
  | {
      readonly type: 'history';
      /** The last `limit` entries, in causal order. */
      readonly entries: readonly HistoryEntry[];
      readonly total: number;
      /** Values that lost to one that still stands, and differ from it; in causal order. */
      readonly unsettled: readonly HistoryEntry[];
    }
  /** null: this replica has no such op. */
  | { readonly type: 'op'; readonly op: CheckedOp | null };

export interface CheckedOp {
  /** Canonical JSON. */
  readonly text: string;
  readonly signature: 'holds' | 'wrong';
}

/** One op of an item. */
export interface HistoryEntry {
  /** Seen-key, 64 hex digits. */
  readonly key: string;
  /** Public key that signed it, 64 hex digits. */
  readonly signer: string;
  readonly change: HistoryChange;
  readonly fate: Fate;
}

export type HistoryChange =
  | { readonly type: 'created'; readonly fields: ItemFields }
  | {
      readonly type: 'set';
      readonly field: FieldName;
      /** null: of the wrong type, or none. */
      readonly value: ItemFields[FieldName];
      /** What won among the writes of lower seq. */
      readonly before: ItemFields[FieldName];
    }
  | { readonly type: 'deleted' };

/** What became of an op, as far as ops tell: `history.ts` says how far that is. */
export type Fate =
  /** Its value is the value now. An op that made or deleted the item stands always. */
  | { readonly type: 'stands' }
  /** By an op that had seen it. `by`: that op's seen-key. */
  | { readonly type: 'replaced'; readonly by: string; readonly signer: string }
  /** By a write of a higher seq that may have seen it or not, after it had won over a concurrent one. */
  | { readonly type: 'overtaken'; readonly by: string; readonly signer: string }
  /** To another write that it had not seen; whether a later writer saw it is not known. */
  | { readonly type: 'lost'; readonly by: string; readonly signer: string };
