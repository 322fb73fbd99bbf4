/** Queries about the sync: the tab that leads answers them itself, not its replica. */

import type { InspectedSoFar, Query } from './api.ts';
import { type BundleHead, isBundlePage } from './bugBundle.ts';

export type InspectQuery = Extract<Query, { readonly type: 'inspect' }>;
export type BundleQuery = Extract<Query, { readonly type: 'bug-bundle' }>;

/** What a replica answers. */
export type ReplicaQuery =
  | Exclude<Query, InspectQuery | BundleQuery | { readonly type: 'import-ops' }>
  | { readonly type: 'bug-bundle'; readonly head: BundleHead };

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

/** As `parseInspect`. */
export function parseBundleQuery(query: object): BundleQuery | null {
  const page: unknown = 'page' in query ? query.page : undefined;
  return isBundlePage(page) ? { type: 'bug-bundle', page } : null;
}
