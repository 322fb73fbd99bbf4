/** What a replica gives to reconcile with a peer: its keys, its ops by key, its place in the peer's log. */

import type { SeenKey } from './crdt/bytes.ts';
import type { Causes } from './crdt/causes.ts';
import type { OpRecord, PeerPlace } from './ports.ts';
import { createKeyHistory } from './sync/keyHistory.ts';
import type { LogPlace, ReconcileSource } from './sync/reconcileSource.ts';

export interface ReplicaSets extends ReconcileSource {
  /** The store that the places belonged to is gone. */
  forgetPlaces(): void;
}

export interface ReplicaSetsDeps {
  readonly causes: Pick<Causes, 'seenKeys'>;
  readonly yieldTurn: () => Promise<void>;
  readonly readLog: () => AsyncIterable<readonly OpRecord[]>;
  /** Applied ops that are not in the log, each behind what it needs. */
  readonly unstored: () => readonly OpRecord[];
  readonly unacknowledged: () => readonly OpRecord[];
  readonly places: readonly PeerPlace[];
  readonly savePlaces: (places: readonly PeerPlace[]) => void;
}

/** Addresses whose places are kept; of a page it is one. */
const PLACES_MAX = 16;

export function createReplicaSets(deps: ReplicaSetsDeps): ReplicaSets {
  const history = createKeyHistory(deps.causes.seenKeys(), deps);
  const places = new Map(deps.places.map(({ peer, log, offset }) => [peer, { log, offset }]));

  /** The newest last, the oldest forgotten. */
  function keepPlace(peer: string, place: LogPlace): void {
    places.delete(peer);
    places.set(peer, place);
    for (const oldest of places.keys()) {
      if (places.size <= PLACES_MAX) break;
      places.delete(oldest);
    }
  }

  return {
    freezeKeys: history.freeze,
    async *readOps(keys) {
      const wanted = new Set(keys as ReadonlySet<SeenKey>);
      const pick = (records: readonly OpRecord[]): readonly OpRecord[] =>
        records.filter(({ key }) => wanted.delete(key as SeenKey));
      for await (const slice of deps.readLog()) {
        yield pick(slice);
        if (wanted.size === 0) return;
      }
      yield pick(deps.unstored());
    },
    unacknowledged: deps.unacknowledged,
    // What listens is a relay; nobody remembers a place in the log of a page.
    namedLog: null,
    placeIn: (peer) => places.get(peer) ?? null,
    notePlace(peer, place) {
      const known = places.get(peer);
      if (known?.log === place.log && known.offset === place.offset) return;
      // What came before it may have been refused by a full disk, and be gone after a restart.
      if (deps.unstored().length > 0) return;
      keepPlace(peer, place);
      deps.savePlaces(
        Array.from(places, ([name, { log, offset }]) => ({ peer: name, log, offset })),
      );
    },
    forgetPlaces: () => places.clear(),
  };
}
