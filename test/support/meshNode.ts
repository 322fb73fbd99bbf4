/**
 * A node of the mesh with nothing around the core: examined ops go into a document and a log in
 * memory, and from there to every peer but the one they came from. Signatures are not checked.
 */

import { toHex } from '../../worker/crdt/bytes.ts';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import type { HeldLimits } from '../../worker/crdt/held.ts';
import { examineOp } from '../../worker/crdt/op.ts';
import type { ReceivedOp } from '../../worker/crdt/packedOp.ts';
import type { ItemView } from '../../worker/crdt/view.ts';
import type { Clock, OpRecord } from '../../worker/ports.ts';
import { type Connection, createConnection } from '../../worker/sync/connection.ts';
import type { OpExchange } from '../../worker/sync/exchange.ts';
import { createKeyHistory } from '../../worker/sync/keyHistory.ts';
import type { LogPlace } from '../../worker/sync/reconcileSource.ts';
import { offerText } from './memoryExchange.ts';
import { createMemoryLogger } from './memoryLogger.ts';
import { textOf } from './opRecords.ts';
import { createSeededRandom } from './seededRandom.ts';
import { createSocketPair, type SocketPair } from './socketPair.ts';

export type NodeOutcome = 'applied' | 'duplicate' | 'held' | 'rejected';

export interface MeshNode {
  readonly name: string;
  readonly document: Document;
  /** One higher than every seq this node has seen. */
  nextSeq(): number;
  /** An op made here: applied, logged, sent. */
  publish(text: string): void;
  /** What became of each op that came from a peer. */
  readonly outcomes: readonly NodeOutcome[];
  /** The whole state, comparable: view, and texts of all applied ops sorted. */
  state(): NodeState;
  readonly exchange: OpExchange;
  readonly peers: Map<string, Connection>;
}

export interface NodeState {
  readonly view: readonly ItemView[];
  readonly texts: readonly string[];
}

export function createMeshNode(name: string, limits?: HeldLimits): MeshNode {
  const document = createDocument(limits);
  const log: OpRecord[] = [];
  const outcomes: NodeOutcome[] = [];
  const peers = new Map<string, Connection>();
  const places = new Map<string, LogPlace>();
  let highestSeq = 0;

  function take(received: ReceivedOp, from: string | null): NodeOutcome {
    const examined = examineOp(received, document.causes.hasSeen);
    if (examined.type !== 'candidate') return examined.type;
    const { outcome, applied } = document.apply(examined.op);
    for (const op of applied) {
      highestSeq = Math.max(highestSeq, op.seq);
      log.push({ key: op.key, bytes: op.bytes });
      const frame = offerText(textOf(op));
      for (const [peer, connection] of peers) {
        if (peer !== from) connection.offer(frame);
      }
    }
    return outcome;
  }

  return {
    name,
    document,
    peers,
    outcomes,
    nextSeq: () => highestSeq + 1,
    publish(text) {
      const outcome = take(text, null);
      if (outcome !== 'applied') throw new Error(`an own op was ${outcome}`);
    },
    state: () => ({
      view: document.items.view(),
      texts: log.map(textOf).sort(),
    }),
    exchange: {
      async receive(ops, { peer }) {
        outcomes.push(...ops.map((op) => take(op, peer)));
        return { stored: [] };
      },
      async *readLog(from = 0, to = log.length) {
        yield log.slice(from, to);
      },
      logLength: () => log.length,
      logEnd: () => log.length,
      acknowledged: () => {},
      reconcile: {
        freezeKeys: createKeyHistory(document.causes.seenKeys(), { yieldTurn: async () => {} })
          .freeze,
        async *readOps(keys) {
          yield log.filter(({ key }) => keys.has(key));
        },
        unacknowledged: () => [],
        namedLog: {
          id: toHex(createSeededRandom(name).bytes(16)),
          end: () => log.length,
          async *readFrom(offset) {
            yield log.slice(offset);
          },
        },
        placeIn: (peer) => places.get(peer) ?? null,
        notePlace: (peer, place) => places.set(peer, place),
      },
    },
  };
}

/** `dialler` dials `listener`, and the connection opens. Cutting the pair parts them. */
export function linkNodes(clock: Clock, dialler: MeshNode, listener: MeshNode): SocketPair {
  const pair = createSocketPair();
  const join = (node: MeshNode, other: MeshNode, end: 'dialler' | 'listener'): void => {
    const connection = createConnection({
      peer: other.name,
      end,
      connect: pair[end].connect,
      exchange: node.exchange,
      clock,
      logger: createMemoryLogger(),
      onClosed: () => {
        if (node.peers.get(other.name) === connection) node.peers.delete(other.name);
      },
    });
    node.peers.set(other.name, connection);
  };
  join(dialler, listener, 'dialler');
  join(listener, dialler, 'listener');
  pair.open();
  return pair;
}

/** Delivers on every link until nothing is under way anywhere. */
export async function flushLinks(links: readonly SocketPair[]): Promise<void> {
  const isBusy = () =>
    links.some(({ dialler, listener }) => dialler.underWay() + listener.underWay() > 0);
  do {
    for (const link of links) await link.flush();
  } while (isBusy());
}
