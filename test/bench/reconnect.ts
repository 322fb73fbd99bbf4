/**
 * A replica that holds 100,000 ops dials a relay that holds the same, and then one where 50 ops are
 * new on either side: from the dial until it is live and all is acknowledged. Both ends run in Node;
 * bytes are those of all frames in both directions, without the framing of WebSocket. A round trip is
 * something that the dialler says and waits for an answer to.
 */

import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { SyncStatus } from '../../worker/api.ts';
import type { Dialler } from '../../worker/ports.ts';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { createWebSocketDialler } from '../../worker/relay/webSocketDialler.ts';
import { openReplica, type Replica } from '../../worker/replica.ts';
import { createRendezvous } from '../../worker/sync/rendezvous.ts';
import { MAX_FRAME_BYTES } from '../../worker/wire/limits.ts';
import { decodeReconcile, RECONCILE_KIND } from '../../worker/wire/reconcileFrames.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { sendBulk } from './bulkClient.ts';
import { type Figure, figure } from './figure.ts';
import { MANY_OPS, type Setting } from './setting.ts';

const NEW_ON_EITHER_SIDE = 50;

/** Told whenever the replica's status may have changed. */
interface Watcher {
  look(): void;
}

interface Reconnection {
  readonly elapsedMs: number;
  readonly bytes: number;
  readonly roundTrips: number;
}

export async function* measureReconnect(setting: Setting): AsyncGenerator<Figure> {
  const { ops, name, visibleItems } = setting.synthetic(MANY_OPS + 2 * NEW_ON_EITHER_SIDE);
  const shared = ops.slice(0, MANY_OPS);
  const { relay } = await setting.loadRelay({ name, visibleItems, ops: shared });
  const store = createMemoryOpStore();
  const records = shared.map(({ key, bytes }) => ({ key, bytes }));
  await store.appendRemote({ applied: records, held: [], released: [] });
  const watcher: Watcher = { look: () => undefined };
  const replica = await openReplica({
    store,
    createMemoryStore: createMemoryOpStore,
    createKey: () => nodeRandom.bytes(32),
    createSigner: async (secretKey) => createNobleSigner(secretKey),
    canary: null,
    verifier: createNodeVerifier(nodeClock.yieldTurn),
    yieldTurn: nodeClock.yieldTurn,
    logger: createMemoryLogger(),
    onChanges: () => undefined,
    onApplied: () => undefined,
    onStatus: () => watcher.look(),
    onFenced: () => undefined,
    onDamaged: () => undefined,
  });

  // Both ends sort and digest all their keys, once.
  yield* figures('first', await reconnect(replica, relay.address, watcher));
  yield* figures('equal', await reconnect(replica, relay.address, watcher));
  await sendBulk(relay.address, ops.slice(MANY_OPS, MANY_OPS + NEW_ON_EITHER_SIDE));
  await edit(replica);
  yield* figures('100-differ', await reconnect(replica, relay.address, watcher));
  await sendBulk(relay.address, ops.slice(MANY_OPS + NEW_ON_EITHER_SIDE));
  await edit(replica);
  // As if it knew nothing of the relay's log.
  replica.reconcile?.notePlace(relay.address, { log: '', offset: 1 });
  yield* figures('100-differ-without-place', await reconnect(replica, relay.address, watcher));
  await replica.close();
}

function* figures(what: string, found: Reconnection): Generator<Figure> {
  yield figure(`reconnect.bytes.${what}`, 'B', found.bytes);
  yield figure(`reconnect.time.${what}`, 'ms', found.elapsedMs);
  yield figure(`reconnect.round-trips.${what}`, 'trips', found.roundTrips);
}

async function edit(replica: Replica): Promise<void> {
  for (let made = 0; made < NEW_ON_EITHER_SIDE; made += 1) {
    await replica.command({ type: 'add', fields: { name: `made apart ${made}` } });
  }
}

function reconnect(replica: Replica, address: string, watcher: Watcher): Promise<Reconnection> {
  let bytes = 0;
  let roundTrips = 0;
  let sync: SyncStatus['name'] = 'catching-up';
  const startMs = performance.now();
  return new Promise((resolve) => {
    const note = (frame: string | Uint8Array): void => {
      bytes += Buffer.byteLength(frame);
    };
    watcher.look = () => {
      if (sync !== 'live' || replica.status().unacknowledgedOps > 0) return;
      watcher.look = () => undefined;
      rendezvous.stop();
      resolve({ elapsedMs: performance.now() - startMs, bytes, roundTrips });
    };
    const rendezvous = createRendezvous({
      address,
      dialler: watch(note, (frame) => {
        if (asksForMore(frame)) roundTrips += 1;
      }),
      exchange: replica,
      clock: nodeClock,
      random: nodeRandom,
      logger: createMemoryLogger(),
      onSync(next) {
        sync = next.name;
        watcher.look();
      },
    });
    rendezvous.start();
  });
}

/** `onSent` hears what the dialler sends, `onFrame` all frames of both. */
function watch(
  onFrame: (frame: string | Uint8Array) => void,
  onSent: (frame: string | Uint8Array) => void,
): Dialler {
  const dialler = createWebSocketDialler(MAX_FRAME_BYTES, nodeClock);
  return {
    dial(address, handlers) {
      const socket = dialler.dial(address, {
        ...handlers,
        onText(text) {
          onFrame(text);
          handlers.onText(text);
        },
        onBinary(bytes) {
          onFrame(bytes);
          handlers.onBinary(bytes);
        },
      });
      return {
        ...socket,
        send(frame) {
          onSent(frame);
          onFrame(frame);
          socket.send(frame);
        },
      };
    },
  };
}

/** The first frame, and each message of reconciling that is answered. */
function asksForMore(frame: string | Uint8Array): boolean {
  if (typeof frame === 'string') return frame.includes('"caps"');
  if (frame[0] !== RECONCILE_KIND) return false;
  const type = decodeReconcile(frame)?.type;
  return type === 'open' || type === 'query' || type === 'done';
}
