/**
 * A peer that behaves as a Rust node does on the wire, written from the protocol and not from this
 * project's own frames, so that one cannot hide the other's mistake. It knows ops as JSON only.
 *
 * 1. It sends its full bulk at once, as one text frame without capabilities, whoever dialled.
 * 2. It keeps each op it is given once, and never forwards one; a later bulk holds it.
 * 3. An op of its own goes to every peer as one binary frame.
 * 4. A peer that lags behind by more than the channel's capacity is cut off.
 * 5. No frame ends a connection; those it cannot read are counted.
 */
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';

export interface RustLikePeerOptions {
  /** Ops it holds from the start: texts as serde_json writes them, in causal order. */
  readonly ops?: readonly string[];
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Live ops that may wait for one peer. */
  readonly channelCapacity?: number;
}

export type ReceivedFrame =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'binary'; readonly text: string };

export interface RustLikePeer {
  readonly port: number;
  readonly address: string;
  /** Texts of the ops it holds, in the order in which they came. */
  readonly ops: readonly string[];
  /** Every frame of every peer, in the order in which they came. */
  readonly frames: readonly ReceivedFrame[];
  readonly counts: {
    /** Connections that are open. */
    readonly peers: number;
    /** Connections that ever were. */
    readonly connections: number;
    /** Frames and ops it could not read. */
    readonly unreadable: number;
    /** Peers it cut off because they lagged. */
    readonly laggards: number;
  };
  /** Makes this an op of its own: keeps it and sends it to every peer. */
  publish(opText: string): void;
  /** Sends a frame as it is to every peer, to misbehave with. */
  sendRaw(frame: string | Uint8Array): void;
  /** Connects to a server; resolves when the connection is open. */
  dial(address: string, options?: ClientOptions): Promise<void>;
  /** Resolves when `condition` holds, looked at after each frame and each connection. */
  until(what: string, condition: (peer: RustLikePeer) => boolean): Promise<void>;
  /** Cuts every connection without a closing handshake. */
  dropPeers(): void;
  close(): Promise<void>;
}

const patienceMs = 30_000;

/** Listens at `ws://127.0.0.1:<port>/crdt-sync`. */
export async function startRustLikePeer(options: RustLikePeerOptions = {}): Promise<RustLikePeer> {
  const capacity = options.channelCapacity ?? 1024;
  const ops: string[] = [];
  const seen = new Set<string>();
  const frames: ReceivedFrame[] = [];
  const waitingFrames = new Map<WebSocket, number>();
  const watchers = new Set<() => void>();
  const counts = { peers: 0, connections: 0, unreadable: 0, laggards: 0 };

  const take = (opText: string): void => {
    const op = parseOp(opText);
    if (op === null) {
      counts.unreadable += 1;
      return;
    }
    // Two spellings of one op, such as 0 and 0.0, are one op.
    const canonical = JSON.stringify(op);
    if (!seen.has(canonical)) ops.push(opText);
    seen.add(canonical);
  };

  const receive = (frame: ReceivedFrame): void => {
    frames.push(frame);
    const opTexts = frame.type === 'text' ? readTextFrame(frame.text) : readBinaryFrame(frame.text);
    if (opTexts === null) counts.unreadable += 1;
    else opTexts.forEach(take);
  };

  const join = (socket: WebSocket): void => {
    waitingFrames.set(socket, 0);
    counts.peers += 1;
    counts.connections += 1;
    socket.send(JSON.stringify({ type: 'bulk', ops }));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      receive({ type: isBinary ? 'binary' : 'text', text: data.toString('utf8') });
      notify();
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      waitingFrames.delete(socket);
      counts.peers -= 1;
      notify();
    });
    notify();
  };

  const notify = (): void => {
    for (const watcher of watchers) watcher();
  };

  const sendLive = (socket: WebSocket, frame: string): void => {
    const waiting = (waitingFrames.get(socket) ?? 0) + 1;
    if (waiting > capacity) {
      counts.laggards += 1;
      socket.terminate();
      return;
    }
    waitingFrames.set(socket, waiting);
    socket.send(Buffer.from(frame), () => {
      const left = waitingFrames.get(socket);
      if (left !== undefined) waitingFrames.set(socket, left - 1);
    });
  };

  options.ops?.forEach(take);
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: options.port ?? 0,
    path: '/crdt-sync',
    maxPayload: 64 * 1024 * 1024,
    perMessageDeflate: false,
  });
  server.on('connection', join);
  await new Promise<void>((done, fail) => {
    server.once('listening', done);
    server.once('error', fail);
  });
  const { port } = server.address() as AddressInfo;

  const peer: RustLikePeer = {
    port,
    address: `ws://127.0.0.1:${port}/crdt-sync`,
    ops,
    frames,
    counts,
    publish(opText) {
      take(opText);
      for (const socket of waitingFrames.keys()) sendLive(socket, `{"v":1,"op":${opText}}`);
    },
    sendRaw(frame) {
      for (const socket of waitingFrames.keys()) socket.send(frame);
    },
    dial(address, options = {}) {
      const socket = new WebSocket(address, { ...options, perMessageDeflate: false });
      return new Promise((done, fail) => {
        socket.once('error', fail);
        socket.once('open', () => {
          join(socket);
          done();
        });
      });
    },
    until(what, condition) {
      return new Promise((done, fail) => {
        const watcher = (): void => {
          if (!condition(peer)) return;
          watchers.delete(watcher);
          clearTimeout(timeout);
          done();
        };
        const timeout = setTimeout(() => {
          watchers.delete(watcher);
          const state = `${ops.length} ops, ${frames.length} frames, ${JSON.stringify(counts)}`;
          fail(new Error(`The Rust-like peer waited in vain for ${what}: it has ${state}`));
        }, patienceMs);
        watchers.add(watcher);
        watcher();
      });
    },
    dropPeers() {
      for (const socket of waitingFrames.keys()) socket.terminate();
    },
    async close() {
      peer.dropPeers();
      await new Promise((done) => server.close(done));
    },
  };
  return peer;
}

/** `{"type":"bulk","ops":[…]}` or the legacy `{"type":"op","op":"…"}`; null: neither. */
function readTextFrame(text: string): readonly string[] | null {
  const frame = parseObject(text);
  const { type, ops, op } = frame ?? {};
  if (type === 'op' && typeof op === 'string') return [op];
  if (type !== 'bulk' || !Array.isArray(ops)) return null;
  return ops.every((each) => typeof each === 'string') ? ops : null;
}

/** `{"v":1,"op":{…}}`; null: not that. The op's own text is kept if nothing stands around it. */
function readBinaryFrame(text: string): readonly string[] | null {
  const { v, op } = parseObject(text) ?? {};
  if (v !== 1 || typeof op !== 'object' || op === null) return null;
  const inner = /^\{"v":1,"op":(.*)\}$/s.exec(text)?.[1] ?? '';
  return [isDeepStrictEqual(parseObject(inner), op) ? inner : JSON.stringify(op)];
}

/** An object with the parts of a signed op; null: no such thing. */
function parseOp(text: string): { readonly [key: string]: unknown } | null {
  const op = parseObject(text);
  const isBytes = (value: unknown, length: number): boolean =>
    Array.isArray(value) && value.length === length && value.every(Number.isInteger);
  const isOp =
    op !== null &&
    isBytes(op['author'], 32) &&
    isBytes(op['signed_digest'], 64) &&
    typeof op['inner'] === 'object' &&
    Array.isArray(op['depends_on']);
  return isOp ? op : null;
}

function parseObject(text: string): { readonly [key: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as { readonly [key: string]: unknown }) : null;
  } catch {
    return null;
  }
}
