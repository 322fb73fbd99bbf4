/** Queries about ops from a file, and their answers. Types only. */

import type { RejectReason } from './crdt/op.ts';

export type ImportQuery =
  /** What would become of these ops; nothing is written. */
  | { readonly type: 'check-ops'; readonly ops: readonly string[] }
  /**
   * Takes these ops in as if a peer had sent them, and answers when they are on disk. An op that
   * comes again changes nothing, so it may be asked twice.
   */
  | { readonly type: 'import-ops'; readonly ops: readonly string[] };

/** One fate an op, in order. */
export type ImportAnswer =
  | { readonly type: 'check-ops'; readonly fates: readonly ImportFate[] }
  | { readonly type: 'import-ops'; readonly fates: readonly ImportFate[] };

export type ImportFate =
  /** It was not here before; by now, where that was asked, it is applied and on disk. */
  | { readonly name: 'new' }
  /** On disk, and held until the op it needs comes. `cause`: an item's id or a signature, as hex. */
  | { readonly name: 'held'; readonly cause: string }
  | { readonly name: 'known' }
  | { readonly name: 'refused'; readonly reason: RejectReason; readonly detail: string }
  /** Taken in, and gone with this tab: there is no store, or no room in it. */
  | { readonly name: 'unstored' };
