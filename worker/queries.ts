/**
 * What a replica answers without changing anything. Each type of query has a pure module of its own
 * that is given what it reads.
 *
 * Invariant: a query writes nothing, so one whose leader went away can be asked again.
 */

import type { Query, QueryAnswer } from './api.ts';
import { exportOps } from './exportOps.ts';
import { parseInspect, type ReplicaQuery } from './inspectQuery.ts';
import type { ReplicaStore } from './replicaStore.ts';

export interface QuerySources {
  /** As of the replica: nothing is applied or stored while a turn lasts. */
  readonly turns: <T>(work: () => Promise<T>) => Promise<T>;
  readonly store: Pick<ReplicaStore, 'read'>;
}

/** Reads a query from a page. null: it is none. */
export function parseQuery(query: unknown): Query | null {
  if (typeof query !== 'object' || query === null || !('type' in query)) return null;
  switch (query.type) {
    case 'export-ops':
      return { type: query.type };
    case 'inspect':
      return parseInspect(query);
    default:
      return null;
  }
}

export async function answerQuery(
  query: ReplicaQuery,
  { turns, store }: QuerySources,
): Promise<QueryAnswer> {
  switch (query.type) {
    case 'export-ops': {
      const text = await turns(() => store.read((from) => exportOps(from.readOps())));
      return { type: 'export-ops', text };
    }
  }
}
