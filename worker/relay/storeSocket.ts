import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../ports.ts';
import { causeOf } from './levelDatabase.ts';
import type { StoreEntry } from './opLog.ts';
import { decodeStore, encodeStore } from './storeStream.ts';

/**
 * Where a running relay gives copies of its store: a socket in its data folder, which has no name on
 * any network. Who may write to that file is a matter of its rights: the relay's user. The relay
 * only reads, and whoever asks writes the copy. A second process cannot read it by itself, as LevelDB
 * locks its folder. A page of `/backup` was rejected: what is asked for over loopback may come from
 * any user, any web page, or a proxy.
 */

export interface StoreSocket {
  /** Copies that are under way are cut. */
  close(): Promise<void>;
}

export interface StoreSocketOptions {
  readonly data: string;
  /** The store as it is when this is called. */
  readonly entries: () => AsyncIterable<readonly StoreEntry[]>;
  readonly logger: Logger;
}

export type RunningStore =
  | { readonly type: 'found'; readonly entries: AsyncIterable<readonly StoreEntry[]> }
  /** No relay has the folder, as far as one can see. */
  | { readonly type: 'nobody' }
  | { readonly type: 'failed'; readonly detail: string };

/** The kernel takes 107 bytes, 103 on macOS; Node cuts longer ones. */
const PATH_BYTES_MAX = 103;

/** Whoever does not read what is given is cut: an open copy keeps what the store would delete. */
const STALL_MS = 30_000;
const COPIES_MAX = 4;

/** Where the relay cannot have the socket, it says so and goes on without. The folder is its own. */
export async function openStoreSocket(options: StoreSocketOptions): Promise<StoreSocket> {
  const { entries, logger } = options;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.once('close', () => open.delete(socket)));
    socket.setTimeout(STALL_MS, () => socket.destroy());
    pipeline(encodeStore(entries()), socket).then(
      () => logger.info('gave a copy of the store'),
      (error: unknown) => {
        logger.warn('a copy of the store was cut short', { detail: causeOf(error).message });
      },
    );
  });
  server.maxConnections = COPIES_MAX;
  try {
    await listenAt(server, pathOf(options.data));
  } catch (error) {
    const { message: detail } = causeOf(error);
    logger.warn('no copy of the store can be had while this relay runs', { detail });
  }
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** The entries throw where the relay ends before they do. */
export function findRunningStore(data: string): Promise<RunningStore> {
  return new Promise((done) => {
    const socket = connect(pathOf(data));
    socket.once('connect', () => done({ type: 'found', entries: decodeStore(socket) }));
    socket.on('error', (error) => {
      const { code, message } = causeOf(error);
      const isNobody = code === 'ENOENT' || code === 'ECONNREFUSED';
      done(isNobody ? { type: 'nobody' } : { type: 'failed', detail: message });
    });
  });
}

async function listenAt(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) throw new Error(`${path} is too long for a socket`);
  // Of a relay that was killed: no other one has the folder.
  await rm(path, { force: true });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, done);
  });
  await chmod(path, 0o600);
}

function pathOf(data: string): string {
  const whole = resolve(data, 'relay.sock');
  const fromHere = relative(process.cwd(), whole);
  return fromHere.length < whole.length ? fromHere : whole;
}
