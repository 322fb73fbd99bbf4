/**
 * What the registers of stories say about the work of agents. A claim says that somebody took a
 * story, not that anything happens: so each verdict comes with the registers it rests on, and with
 * the only time there is, `claimed_at`. Pure.
 */
import type { ItemFields, ItemId } from '../worker/api.ts';
import {
  type Dependency,
  findCycles,
  findDependencies,
  findDone,
  type Items,
  STEP,
  type Steps,
  withoutDone,
} from './dependencies.ts';

/** One thing that the registers say. */
export type Evidence =
  | { readonly type: 'blocked' }
  /** It waits, through others or at once, for itself. */
  | { readonly type: 'cycle' }
  /** No story here has that number. */
  | { readonly type: 'unknown'; readonly texts: readonly string[] }
  | { readonly type: 'retries'; readonly count: number }
  | { readonly type: 'waits'; readonly ids: readonly ItemId[] }
  /** `claimedAtS`: Unix time in seconds; null: the claim does not say. */
  | {
      readonly type: 'stale' | 'claim';
      readonly signer: string;
      readonly claimedAtS: number | null;
    }
  | { readonly type: 'unclaimed' };

export interface Work {
  readonly id: ItemId;
  /** All that holds; first what a person would ask about first. */
  readonly evidence: readonly Evidence[];
  /** Nothing in the registers lets it go on by itself, or they say that it does not. */
  readonly needsPerson: boolean;
}

export interface AgentLane {
  /** Register `agent`; empty: stories that are claimed and name no agent. */
  readonly agent: string;
  /** In list order. */
  readonly work: readonly Work[];
}

export interface AgentLanes {
  /** By name, the one without a name last. */
  readonly lanes: readonly AgentLane[];
  /** In list order, with an agent or without. */
  readonly needsPerson: readonly Work[];
}

/** `staleMinutes`: a claim older than that is stale. */
export interface AgentTime {
  readonly nowMs: number;
  readonly staleMinutes: number;
}

/** From so many retries on it is a loop: one may be chance. */
export const RETRY_LOOP_MIN = 2;

const MINUTE_MS = 60_000;

/**
 * `items`: all visible ones, in list order. What is done or archived is nobody's work. Yields now
 * and then, so that a caller can give the browser time.
 */
export function* findAgentLanes(items: Items, time: AgentTime): Steps<AgentLanes> {
  const done = yield* findDone(items);
  const unmet = withoutDone(yield* findDependencies(items), done);
  const cycles = yield* findCycles(unmet);
  const lanes = new Map<string, Work[]>();
  const needsPerson: Work[] = [];
  for (const [index, [id, fields]] of items.entries()) {
    if (index % STEP === 0) yield;
    if (done.has(id)) continue;
    const evidence = [
      ...standing(fields, unmet.get(id) ?? [], cycles.has(id)),
      claimEvidence(fields, time),
    ];
    const work: Work = { id, evidence, needsPerson: evidence.some(asksForPerson) };
    if (work.needsPerson) needsPerson.push(work);
    if (!fields.agent && !fields.claimed_by) continue;
    const lane = lanes.get(fields.agent ?? '') ?? [];
    lane.push(work);
    lanes.set(fields.agent ?? '', lane);
  }
  const named = [...lanes].map(([agent, work]) => ({ agent, work })).sort(byName);
  return { lanes: named, needsPerson };
}

/** A stale claim counts: nobody but a person can tell whether its agent still lives. */
function asksForPerson({ type }: Evidence): boolean {
  return ['blocked', 'cycle', 'unknown', 'retries', 'stale'].includes(type);
}

function standing(
  { blocked, retry_count }: ItemFields,
  unmet: readonly Dependency[],
  isInCycle: boolean,
): readonly Evidence[] {
  const found: Evidence[] = [];
  const texts = unmet.filter(({ id }) => id === null).map(({ text }) => text);
  const ids = unmet.flatMap(({ id }) => (id === null ? [] : [id]));
  const count = retry_count ?? 0;
  if (blocked === true) found.push({ type: 'blocked' });
  if (isInCycle) found.push({ type: 'cycle' });
  if (texts.length > 0) found.push({ type: 'unknown', texts });
  if (count >= RETRY_LOOP_MIN) found.push({ type: 'retries', count });
  if (ids.length > 0) found.push({ type: 'waits', ids });
  return found;
}

function claimEvidence({ claimed_by, claimed_at }: ItemFields, time: AgentTime): Evidence {
  if (!claimed_by) return { type: 'unclaimed' };
  const claimedAtS = claimed_at !== null && claimed_at > 0 ? claimed_at : null;
  const isStale =
    claimedAtS !== null && time.nowMs - claimedAtS * 1000 > time.staleMinutes * MINUTE_MS;
  return { type: isStale ? 'stale' : 'claim', signer: claimed_by, claimedAtS };
}

function byName(one: AgentLane, other: AgentLane): number {
  if (one.agent === '' || other.agent === '') return one.agent === '' ? 1 : -1;
  return one.agent < other.agent ? -1 : 1;
}
