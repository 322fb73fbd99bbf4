import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, isIPv6, Server as NetServer, type Socket as Stream } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock, Socket, SocketHandlers, Valve } from '../ports.ts';
import { withRetryHint } from '../sync/retryHint.ts';
import { plainAddress } from './access/accessList.ts';
import type { Caller } from './access/door.ts';
import { faultOfHandshake } from './handshake.ts';
import type { PageClaim } from './origin.ts';
import type { PageResponder } from './pageFiles.ts';
import type { Seats } from './seats.ts';
import { createUpgraders } from './upgraders.ts';
import {
  boundBytes,
  CLOSE_TIMEOUT_MS,
  createSocket,
  createValve,
  keepAlive,
  listen,
} from './webSocketPort.ts';
import { createWriteTurns } from './writeTurns.ts';

/** HTTP and WebSocket on one port: the sync paths upgrade, everything else is the page. */

export const SYNC_PATH = '/crdt-sync';
export const DEFAULT_PIPELINE = 'default';

/** How long the head of a request may take, and how long all of it. Nobody sends us a body. */
export const HEAD_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
/** How often Node looks. */
const LOOK_INTERVAL_MS = 5000;

/** What Node would answer to each. */
const CLIENT_FAULTS: { readonly [code: string]: string } = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

const TRY_LATER = 1013;
const FULL_RETRY_SECONDS = 30;
const FULL: Extract<Admission, { type: 'refused' }> = {
  type: 'refused',
  code: TRY_LATER,
  reason: withRetryHint('this relay takes no further connection now', FULL_RETRY_SECONDS),
};

/** Takes a peer. `connect` gives its socket, already open, the handlers; it is called at once. */
export type Acceptor = (connect: (handlers: SocketHandlers) => Socket, valve: Valve) => void;

/** Somebody wants to sync. */
export interface PeerRequest extends PageClaim, Caller {
  /** Address and port of the other end. */
  readonly remote: string;
}

export type Admission =
  | {
      readonly type: 'admitted';
      readonly accept: Acceptor;
      /** A longer frame ends the connection with code 1009. Absent: `maxFrameBytes`. */
      readonly frameBytes?: number;
      /** Asked with each byte that comes; above it the connection is cut. Absent: no bound. */
      readonly bytesMax?: () => number;
    }
  /** Closed with this code. `reason`: a sentence, at most 123 bytes. */
  | { readonly type: 'refused'; readonly code: number; readonly reason: string }
  /** It cannot be had now: 503. */
  | { readonly type: 'unavailable' };

export interface WebSocketServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A longer frame of anybody ends its connection with code 1009. */
  readonly maxFrameBytes: number;
  readonly respond: PageResponder;
  readonly clock: Clock;
  /** Absent: there is always room. */
  readonly seats?: Seats;
  readonly onLimit?: (limit: 'frame-bytes' | 'unauthenticated-bytes' | 'request-head') => void;
  /** Absent: `PING_INTERVAL_MS`. */
  readonly pingIntervalMs?: number;
  /** Absent: `HEAD_TIMEOUT_MS`. */
  readonly headTimeoutMs?: number;
  /** Never rejects. */
  admit(request: PeerRequest): Promise<Admission>;
}

export type Listening =
  | {
      readonly type: 'listening';
      readonly port: number;
      /** Takes no further connection; those that are open stay. */
      shut(): void;
      stop(reasonOf?: (peers: number) => string): Promise<void>;
    }
  | { readonly type: 'refused'; readonly detail: string };

/** The pipeline that a request path names; undefined if it is no sync path. */
export function parseSyncPath(url: string): string | undefined {
  const path = url.replace(/[?#].*$/, '');
  if (path === SYNC_PATH) return DEFAULT_PIPELINE;
  return /^\/crdt-sync\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
}

/** Resolves when it listens or cannot. `stop`: every peer is told 1001 with a reason, and all connections end. */
export function listenForPeers(options: WebSocketServerOptions): Promise<Listening> {
  const { host, port } = options;
  const upgraders = createUpgraders();
  const writeTurns = createWriteTurns(options.clock);
  const { headTimeoutMs = HEAD_TIMEOUT_MS } = options;
  const http = createServer(
    {
      headersTimeout: headTimeoutMs,
      requestTimeout: Math.max(headTimeoutMs, REQUEST_TIMEOUT_MS),
      connectionsCheckingInterval: Math.min(headTimeoutMs, LOOK_INTERVAL_MS),
    },
    options.respond,
  );
  let stopping = false;

  // Whoever listens for this has to answer.
  http.on('clientError', (fault: NodeJS.ErrnoException, stream: Duplex) => {
    if (fault.code === 'ERR_HTTP_REQUEST_TIMEOUT') options.onLimit?.('request-head');
    const isUnanswered = stream.writable && (stream as Stream).bytesWritten === 0;
    if (isUnanswered) refuse(stream, CLIENT_FAULTS[fault.code ?? ''] ?? '400 Bad Request');
    else stream.destroy();
  });

  http.on('upgrade', async (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Until `ws` has it, nobody else listens for a reset.
    const ignore = (): void => undefined;
    stream.on('error', ignore);
    const pipeline = parseSyncPath(request.url ?? '');
    if (pipeline === undefined) return refuse(stream, '404 Not Found');
    const fault = faultOfHandshake(request);
    if (fault !== null) return refuse(stream, fault.status, fault.headers);
    const { remoteAddress: address = '', remotePort } = request.socket;
    const { origin, host, authorization } = request.headers;
    const remote = `${address}:${remotePort}`;
    const seat = options.seats?.take(address);
    if (seat?.type === 'taken') stream.once('close', seat.free);
    const reached = reachedName(request.socket);
    const claim = { pipeline, remote, address, reached, origin, host, authorization };
    const admission = seat?.type === 'full' ? FULL : await options.admit(claim);
    if (stopping || admission.type === 'unavailable') {
      return refuse(stream, '503 Service Unavailable');
    }
    stream.off('error', ignore);
    const { frameBytes = options.maxFrameBytes } = admission.type === 'admitted' ? admission : {};
    upgraders.of(frameBytes).handleUpgrade(request, stream, head, (webSocket) => {
      // A browser shows the status of a failed upgrade to nobody, but a close code to the page.
      if (admission.type === 'refused') return sendAway(webSocket, admission);
      const { clock, pingIntervalMs } = options;
      keepAlive(webSocket, request.socket, clock, pingIntervalMs);
      webSocket.on('error', (fault: NodeJS.ErrnoException) => {
        if (fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') options.onLimit?.('frame-bytes');
      });
      const { bytesMax } = admission;
      if (bytesMax !== undefined) {
        const onTooMany = (): void => options.onLimit?.('unauthenticated-bytes');
        boundBytes(webSocket, request.socket, bytesMax, onTooMany);
      }
      admission.accept((handlers) => {
        listen(webSocket, handlers);
        handlers.onOpen();
        return createSocket(webSocket, () => writeTurns.note(stream));
      }, createValve(webSocket));
    });
  });

  let ended: Promise<void> | undefined;
  const shut = (): Promise<void> => {
    stopping = true;
    // Not `http.close`: it would cut idle connections, and whoever asks on one whether we are ready
    // would get no answer.
    ended ??= new Promise((done) => NetServer.prototype.close.call(http, () => done()));
    return ended;
  };
  const stop = async (reasonOf = (_peers: number) => 'the relay stops'): Promise<void> => {
    const allEnded = shut();
    const peers = upgraders.clients();
    const told = Promise.all(peers.map((peer) => new Promise((done) => peer.once('close', done))));
    for (const webSocket of peers) webSocket.close(1001, reasonOf(peers.length));
    const cut = setTimeout(() => {
      for (const webSocket of upgraders.clients()) webSocket.terminate();
      http.closeAllConnections();
    }, CLOSE_TIMEOUT_MS);
    await told;
    // Idle connections, and the timer that looks for slow ones.
    http.close();
    await allEnded;
    clearTimeout(cut);
  };

  return new Promise((done) => {
    http.on('error', (error) => done({ type: 'refused', detail: explain(error, host, port) }));
    http.listen(port, host, () => {
      done({ type: 'listening', port: (http.address() as AddressInfo).port, shut, stop });
    });
  });
}

function refuse(stream: Duplex, status: string, headers = ''): void {
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}

function sendAway(
  webSocket: WebSocket,
  { code, reason }: { readonly code: number; readonly reason: string },
): void {
  webSocket.on('error', () => undefined);
  webSocket.close(code, reason);
}

/** As `URL.host` has it. The end that was reached, not what the other end says that it wanted. */
function reachedName({ localAddress = '', localPort }: Stream): string {
  const address = plainAddress(localAddress);
  const host = isIPv6(address) ? `[${address}]` : address;
  return localPort === 80 ? host : `${host}:${localPort}`;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use`;
    case 'EACCES':
      return `port ${port} on ${host} needs more rights than this process has`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine`;
    default:
      return `cannot listen on ${host}, port ${port}: ${error.message}`;
  }
}
