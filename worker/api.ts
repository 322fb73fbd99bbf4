/**
 * What a page may ask of the replica worker. Types only: this file is the whole of `worker` that
 * `src` may import. Every value here is plain and cloneable; commands answer with outcomes, never
 * with exceptions; changes arrive as one stream of messages over a MessagePort.
 *
 * Invariant 1: the first message on the stream is a `snapshot`; a later snapshot replaces all before.
 * Invariant 2: the patches folded in order onto the last snapshot equal a fresh view, always.
 */

import type { BundleFacts, BundleFile, BundlePage } from './bugBundleApi.ts';
import type { Change, ItemId, ItemView, NewFields } from './crdt/view.ts';
import type { FlowAnswer, FlowQuery } from './flowApi.ts';
import type { HistoryAnswer, HistoryQuery } from './historyApi.ts';
import type { ImportAnswer, ImportQuery } from './importApi.ts';
import type { InspectedSoFar, Inspection } from './inspectionApi.ts';

export type { BugBundle, BundleFacts, BundleFile, BundlePage } from './bugBundleApi.ts';
export type {
  Change,
  FieldName,
  ItemFields,
  ItemId,
  ItemView,
  NewFields,
} from './crdt/view.ts';
export type { FlowFacts, FlowQuery } from './flowApi.ts';
export type {
  CheckedOp,
  Fate,
  HistoryAnswer,
  HistoryChange,
  HistoryEntry,
} from './historyApi.ts';
export type { ImportFate, ImportQuery } from './importApi.ts';
export type {
  FrameEntry,
  FrameKind,
  HeldEntry,
  InspectedSoFar,
  Inspection,
  OpEntry,
  OpFacts,
  OpOutcome,
  PeerFacts,
  Refusal,
  Traffic,
} from './inspectionApi.ts';

export type StreamMessage =
  /**
   * `items`: all visible items, in list order. A long view comes in parts, one right after another,
   * so that no part takes a page long to read: `from` is the place of a part's first item (absent:
   * 0, which begins anew) and `left` how many items come in later parts (absent: 0).
   */
  | {
      readonly type: 'snapshot';
      readonly items: readonly ItemView[];
      readonly from?: number;
      readonly left?: number;
    }
  | { readonly type: 'patch'; readonly changes: readonly Change[] }
  /**
   * Items with own ops that no peer has said it stored: `all` of them, or what changed. Deleted items
   * may be among them.
   */
  | {
      readonly type: 'unacknowledged';
      readonly change: 'all' | 'added' | 'removed';
      readonly items: readonly ItemId[];
    }
  | { readonly type: 'status'; readonly status: Status };

export type SocketStatus =
  /** No address is configured. */
  | { readonly name: 'idle' }
  | { readonly name: 'connecting' }
  | { readonly name: 'open' }
  /** `retryAtMs`: Unix time of the next attempt. `attempt`: failures in a row so far. */
  | { readonly name: 'waiting'; readonly retryAtMs: number; readonly attempt: number }
  /** The other end said that it will not have us; retried only when the user asks. */
  | { readonly name: 'refused'; readonly code: number; readonly reason: string }
  /**
   * The relay lets in those it knows, and has not let us in: a new token, or our key on its list, may
   * help. Retried when the user asks, and after minutes.
   */
  | {
      readonly name: 'needs-auth';
      readonly asked: 'token' | 'key';
      readonly code: number;
      readonly reason: string;
    }
  /** The user disconnected. */
  | { readonly name: 'stopped' };

export type SyncStatus =
  /** Ops of the peer's bulk looked at so far, and known to come in all. */
  | { readonly name: 'catching-up'; readonly done: number; readonly total: number }
  | { readonly name: 'live' };

export type Durability =
  /** On disk, and the browser promised not to evict it. */
  | 'persisted'
  /** On disk; the browser may evict it under storage pressure. */
  | 'best-effort'
  /** Gone with this tab: the browser gives no storage here. */
  | 'memory'
  /** The disk is full: what others do is shown and not kept, own edits are tried and refused. */
  | 'full'
  /** The store failed and could not be opened again: from here on all is gone with this tab. */
  | 'broken';

export type Role =
  /** This tab signs, stores and syncs for all tabs of this browser. */
  | 'leader'
  /** Another tab does, and this one shows and asks through it. */
  | 'follower'
  /** No Web Locks here (plain http): this tab has a key and a store of its own. */
  | 'alone';

export interface Status {
  readonly socket: SocketStatus;
  readonly sync: SyncStatus;
  /** Own ops that no peer has yet said it stored. */
  readonly unacknowledgedOps: number;
  readonly durability: Durability;
  readonly role: Role;
  /** Ops that wait for another op. */
  readonly held: { readonly ops: number; readonly bytes: number };
  /** Ops refused since the tab opened, by reason. */
  readonly rejected: { readonly [reason: string]: number };
  /** Ed25519 public key that signs here, 64 hex digits; empty until the replica is open. */
  readonly signer: string;
  /** Own ops stored with that key: with it, the canary to note. */
  readonly ownOps: number;
  /** Records of the local log that were damaged at the start; peers send what was in them again. */
  readonly damagedRecords: number;
  /** WebSocket address of the peer; null: none. */
  readonly address: string | null;
  /** By how long every frame is delayed, as the user asked; absent: not at all. */
  readonly addedLagMs?: number;
  /** The user gave a token for the address; absent: none is kept. */
  readonly hasToken?: true;
}

export interface OpenOptions {
  /** `[a-z0-9-]{1,64}` */
  readonly pipeline: string;
  /** `ws:` or `wss:` address of a relay or a Rust node, `/crdt-sync…` included; null: none. */
  readonly address: string | null;
  /** What the page noted when this pipeline was last open here; null: nothing. */
  readonly canary?: Canary | null;
  /** Shows what is in there, to be read only, instead of a pipeline of this device. */
  readonly bundle?: BundleFile | undefined;
}

/**
 * A page's note of what this replica has signed, kept apart from the database. If the database is
 * older than the note, it was rolled back, and its key must not sign again.
 */
export interface Canary {
  /** Public key, 64 hex digits. */
  readonly signer: string;
  /** Own ops stored with it. */
  readonly ownOps: number;
}

export type OpenOutcome =
  | { readonly type: 'opened'; readonly signer: string }
  | { readonly type: 'refused'; readonly reason: OpenRefusal; readonly detail: string };

export type OpenRefusal =
  | 'bad-pipeline-name'
  | 'bad-address'
  /** Not a bug bundle, too large, or damaged. */
  | 'bad-bundle'
  | 'already-open'
  | 'newer-database'
  /** A tab with an older version of the page keeps the database open. */
  | 'database-blocked'
  | 'storage-broken';

export type Command =
  /**
   * A new item after the item `after` (a deleted one counts as a place too); absent: after the last
   * visible item; null: at the head. Fields that are left out get the empty value of their type.
   */
  | { readonly type: 'add'; readonly fields: Partial<NewFields>; readonly after?: ItemId | null }
  /** New values for some registers of one item; those that already hold the value cost no op. */
  | { readonly type: 'edit'; readonly id: ItemId; readonly fields: Partial<NewFields> }
  | { readonly type: 'delete'; readonly id: ItemId };

export type CommandOutcome =
  /** Signed, stored durably and applied. `id`: the item; `ops`: how many ops it took. */
  | { readonly type: 'done'; readonly id: ItemId; readonly ops: number }
  | { readonly type: 'refused'; readonly reason: CommandRefusal; readonly detail: string };

export type CommandRefusal =
  | 'not-open'
  | 'no-such-item'
  /** Not of the field's type, ill-formed, not finite, or too long. */
  | 'bad-value'
  /** Another replica used the last seq of this register; nobody can win over it. */
  | 'seq-exhausted'
  | 'storage-full'
  | 'storage-broken'
  /** The tab that led went away before it answered: the edit may or may not have been made. */
  | 'leader-lost';

/** What a page asks; asked again when the tab that leads goes away, which changes nothing. */
export type Query =
  | FlowQuery
  | HistoryQuery
  | ImportQuery
  /** Every op this replica has accepted. */
  | { readonly type: 'export-ops' }
  /** What goes on in the sync; recorded while it is asked every minute or more often. */
  | { readonly type: 'inspect'; readonly since: InspectedSoFar | null }
  /** All there is to know, as one file: what it is for, and what not, is said in `BugBundle`. */
  | { readonly type: 'bug-bundle'; readonly page: BundlePage }
  /** About the bundle that was opened. */
  | { readonly type: 'bundle-facts' };

/** An answer has the type of its query. */
export type QueryAnswer =
  | FlowAnswer
  | HistoryAnswer
  | ImportAnswer
  /** One canonical JSON text a line, sorted by seen-key. */
  | { readonly type: 'export-ops'; readonly text: string }
  | { readonly type: 'inspect'; readonly inspection: Inspection }
  | { readonly type: 'bug-bundle'; readonly text: string }
  /** null: no bundle is open, but a pipeline. */
  | { readonly type: 'bundle-facts'; readonly facts: BundleFacts | null };

/**
 * `bad-query`: not of the shape of a query, or of a type that this worker does not know. `not-loaded`:
 * the worker could not load the code that answers.
 */
export interface NoAnswer {
  readonly type: 'no-answer';
  readonly reason: 'not-open' | 'bad-query' | 'not-loaded';
  readonly detail: string;
}

export type AnswerTo<Asked extends Query> = Extract<QueryAnswer, { readonly type: Asked['type'] }>;

/** What the worker exposes through Comlink. */
export interface ReplicaApi {
  /** Opens the pipeline and starts the stream on `stream`, which the worker keeps and closes. */
  open(options: OpenOptions, stream: MessagePort): Promise<OpenOutcome>;
  command(command: Command): Promise<CommandOutcome>;
  /** Closes the connection until `reconnect`. */
  disconnect(): Promise<void>;
  /** Delays every frame to and from the peer, to see what that does; 0: no more. At most 10,000. */
  addLag(lagMs: number): Promise<void>;
  /** Connects now: skips a wait, ends `stopped`, `refused` and `needs-auth`. */
  reconnect(): Promise<void>;
  /**
   * A token for the relay, kept in this browser for its address, and connects now; null forgets it.
   * It is shown in the first frame and nowhere else. 1 to 512 visible ASCII characters; other texts do
   * nothing.
   */
  setToken(token: string | null): Promise<void>;
  /** The page is visible, online or thawed again: a wait ends now, a dead connection too. */
  wake(): Promise<void>;
  /** The page has asked the browser to keep its data: looks again how durable the store is. */
  refreshDurability(): Promise<void>;
  query(query: Query): Promise<QueryAnswer | NoAnswer>;
  /** Stops the connection, flushes and closes the store and the stream. */
  close(): Promise<void>;
}

/** The port type, so that this file needs no DOM: a real MessagePort fits. */
export interface MessagePort {
  postMessage(message: unknown): void;
  close(): void;
}
