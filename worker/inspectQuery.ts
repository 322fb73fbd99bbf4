/** Queries about the sync: the tab that leads answers them itself, not its replica. */

import type { InspectedSoFar, Query } from './api.ts';

export type InspectQuery = Extract<Query, { readonly type: 'inspect' }>;

/** What a replica answers. */
export type ReplicaQuery = Exclude<Query, InspectQuery>;

/** `query`: of this type, and not looked at further. null: it is none. */
export function parseInspect(query: object): InspectQuery | null {
  const since: unknown = 'since' in query ? query.since : undefined;
  if (since === null) return { type: 'inspect', since };
  if (typeof since !== 'object') return null;
  const { recorder, frame, op }: { readonly [Name in keyof InspectedSoFar]?: unknown } = since;
  if (typeof recorder !== 'string' || typeof frame !== 'number' || typeof op !== 'number') {
    return null;
  }
  return { type: 'inspect', since: { recorder, frame, op } };
}
