/**
 * What the core needs of a platform. Each port is narrow; `worker/adapters` and `worker/relay`
 * implement them, `test/support` has a double of each, and one contract suite a port runs on all.
 */

import type { PackedOp } from './crdt/packedOp.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Unix time in milliseconds. */
  nowMs(): number;
  startTimer(delayMs: number, run: () => void): Timer;
  /** Resolves after other work of this thread had its turn. */
  yieldTurn(): Promise<void>;
}

export interface Random {
  /** `count` bytes fit for keys. */
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1); for jitter, not for keys. */
  fraction(): number;
}

export type LogFields = { readonly [name: string]: string | number | boolean | null };

export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface Signer {
  /** Ed25519 public key, 64 hex digits. */
  readonly publicKey: string;
  /** 64 bytes over a 32-byte digest. */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

export interface SignatureCheck {
  readonly publicKey: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The platform's own Ed25519: one answer a check, in order, true only for what ZIP215 accepts too.
 * Never rejects.
 */
export type NativeCheck = (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>;

/** What wrong signatures may still cost, as finding one out is slow. */
export interface RefusalBudget {
  isSpent(): boolean;
  /** A signature was wrong. */
  spend(): void;
}

export interface Verifier {
  /**
   * One answer a check, in order, by ZIP215; null: not known, as `budget` is spent. Absent: without
   * bound. Never rejects.
   */
  verify(
    checks: readonly SignatureCheck[],
    budget?: RefusalBudget,
  ): Promise<readonly (boolean | null)[]>;
}

export interface SocketHandlers {
  onOpen(): void;
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  /** Exactly once, last, also for a dial that failed. `clean`: the closing handshake was done. */
  onClose(close: SocketClose): void;
}

export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  readonly clean: boolean;
  /** Of a dial that was not let in: what the other end asks for. */
  readonly asked?: 'token' | 'key';
}

/** One live WebSocket. Calls on a closed socket do nothing. */
export interface Socket {
  send(frame: string | Uint8Array): void;
  /** Bytes handed to `send` that the network has not taken yet. */
  bufferedBytes(): number;
  close(code: number, reason: string): void;
}

/** Lets what a peer sends wait in the network, so that it goes slower. Open at first. */
export interface Valve {
  /** Each call is undone by one of `open`. */
  shut(): void;
  open(): void;
  isShut(): boolean;
}

export interface Dialler {
  dial(address: string, handlers: SocketHandlers): Socket;
}

/** An op as the log keeps it. */
export interface OpRecord {
  /** Seen-key, 64 hex digits: SHA-256 of the canonical text. */
  readonly key: string;
  /** The op as received or made. */
  readonly bytes: PackedOp;
}

/** Outcome of a write: all of it is on disk, or none of it is. */
export type StoreOutcome =
  | { readonly type: 'stored' }
  | { readonly type: 'failed'; readonly reason: StoreFailure; readonly detail: string };

export type StoreFailure =
  /** No room; a later write may find some. */
  | 'full'
  /** Opened anew in vain: there is no store any more. */
  | 'broken'
  /** Another tab has claimed the store since: whoever holds this handle is a zombie. */
  | 'fenced';

/** A held op as the store keeps it. */
export interface HeldRecord extends OpRecord {
  /** The item's id or the signature that it waits for. */
  readonly cause: string;
}

/** What one batch from a peer does to a store, all of it or nothing. No key is stored twice. */
export interface RemoteBatch {
  /** Ops that can be applied now, in causal order: the log grows by them. */
  readonly applied: readonly OpRecord[];
  /** Ops that wait, or wait for something else now. */
  readonly held: readonly HeldRecord[];
  /** Keys of ops that waited and are now among `applied`. */
  readonly released: readonly string[];
  /** No peer will send them again. */
  readonly isOnly?: boolean;
}

/** Who signs here, and how much it has signed. */
export interface Identity {
  /** 32 bytes. */
  readonly secretKey: Uint8Array;
  /** Own ops stored with this key; counted in the transaction that stores them. */
  readonly ownOps: number;
}

/** A replica as it was at a place of its log: a start reads it instead of all ops before. */
export interface ReplicaSnapshot {
  /** The place: what `logEnd` said. */
  readonly logEnd: number;
  /** Ops that the log held. */
  readonly loggedOps: number;
  /** The document's parts, as `encodeSnapshot` writes them. */
  readonly items: Uint8Array;
  readonly index: Uint8Array;
  /** Own ops that no peer had acknowledged, in the order of their making. */
  readonly unacknowledged: readonly OpRecord[];
}

/** Log, held ops and key of one replica. Reads reject when the store is broken. */
export interface OpStore {
  /** The identity; a new one with a key by `createKey` if there is none. */
  loadIdentity(createKey: () => Uint8Array): Promise<Identity>;
  /** Forgets the key and starts over with another. */
  replaceIdentity(secretKey: Uint8Array): Promise<StoreOutcome>;
  /**
   * The log in slices, in order of appending, which is causal order; `after`: what stands behind that
   * place alone. Damaged records are left out.
   */
  readOps(after?: number): AsyncIterable<readonly OpRecord[]>;
  /** Records that the reading of the log that ended last left out. */
  damagedRecords(): number;
  /** The place in the log behind all that this handle found there or wrote. */
  logEnd(): number;
  /**
   * What was written last. null: nothing, or it is damaged, or the log does not hold as many records
   * up to its place as it did.
   */
  readSnapshot(): Promise<ReplicaSnapshot | null>;
  /** null: there is none from now on. */
  writeSnapshot(snapshot: ReplicaSnapshot | null): Promise<StoreOutcome>;
  /** Puts damaged records and the snapshot aside for good; log and held ops become these. */
  rewrite(contents: StoreContents): Promise<StoreOutcome>;
  readHeld(): Promise<readonly HeldRecord[]>;
  /** Held ops that wait for one of `causes`. */
  readHeldFor(causes: readonly string[]): Promise<readonly HeldRecord[]>;
  /** Seen-keys of own ops that no peer has acknowledged. */
  readUnacknowledged(): Promise<readonly string[]>;
  /** Own ops, as durable as the platform can, and unacknowledged. */
  appendOwn(records: readonly OpRecord[]): Promise<StoreOutcome>;
  /** Others' ops; a crash soon after may lose them, and peers send them again, unless `isOnly`. */
  appendRemote(batch: RemoteBatch): Promise<StoreOutcome>;
  acknowledge(keys: readonly string[]): Promise<StoreOutcome>;
  readPlaces(): Promise<readonly PeerPlace[]>;
  /** Instead of those before. A crash may lose them, or bring back earlier ones. */
  savePlaces(places: readonly PeerPlace[]): Promise<StoreOutcome>;
  durability(): Promise<'persisted' | 'best-effort' | 'memory'>;
  close(): Promise<void>;
}

/** How much of a peer's log has been received and stored here. A hint. */
export interface PeerPlace {
  /** Its address. */
  readonly peer: string;
  /** Id of its log. */
  readonly log: string;
  /** All before this offset. */
  readonly offset: number;
}

export interface StoreContents {
  readonly log: readonly OpRecord[];
  readonly held: readonly HeldRecord[];
}

export type StoreOpening =
  | { readonly type: 'opened'; readonly store: OpStore }
  | {
      readonly type: 'refused';
      readonly reason: 'newer-database' | 'database-blocked' | 'storage-broken';
      readonly detail: string;
    };

/** Tokens that the user gave, by the address of the relay. Neither call rejects. */
export interface TokenStore {
  /** null: there is none, or there is no storage. */
  read(address: string): Promise<string | null>;
  /** null: forgets it. */
  write(address: string, token: string | null): Promise<void>;
}

/** A lock that one holder in the origin has at a time. */
export interface Lock {
  /** Resolves when held. The holder keeps it until `release`, or until its thread dies. */
  acquire(): Promise<{ release(): void }>;
}

/** Messages between the tabs of one browser that have the same pipeline open; not to oneself. */
export interface TabChannel {
  post(message: unknown): void;
  listen(onMessage: (message: unknown) => void): void;
  close(): void;
}
