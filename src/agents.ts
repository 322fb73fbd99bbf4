/**
 * What the registers of stories say about the work of agents. A claim says that somebody took a
 * story, not that anything happens: so each verdict comes with the registers it rests on, and with
 * the only time there is, `claimed_at`. Pure.
 */
import type { ItemFields, ItemId } from '../worker/api.ts';
import type { Dependency } from './neighbours.ts';
import { parseDependencies, parseStoryId, stageOf } from './story.ts';

/** One thing that the registers say. */
export type Evidence =
  | { readonly type: 'blocked' }
  /** It waits, through others, for itself; or stands between two such cycles. */
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

/** Nobody works on what is in these. */
export const DONE_STAGES: readonly string[] = ['5_done', '6_archived'];
const MINUTE_MS = 60_000;

/** Stories between two pauses that a caller can take: less than a millisecond of work. */
const STEP = 256;

type Items = readonly (readonly [ItemId, ItemFields])[];

/**
 * `items`: all visible ones, in list order. What is done or archived is nobody's work. Yields now
 * and then, so that a caller can give the browser time.
 */
export function* findAgentLanes(items: Items, time: AgentTime): Generator<undefined, AgentLanes> {
  const unmet = yield* unmetDependencies(items);
  const inCycle = yield* cycleMembers(unmet);
  const lanes = new Map<string, Work[]>();
  const needsPerson: Work[] = [];
  for (const [index, [id, fields]] of items.entries()) {
    if (index % STEP === 0) yield;
    if (isDone(fields)) continue;
    const evidence = [
      ...standing(fields, unmet.get(id) ?? [], inCycle.has(id)),
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

/** Of stories that are not done, by story: what they depend on that is not done, or not here. */
function* unmetDependencies(
  items: Items,
): Generator<undefined, ReadonlyMap<ItemId, readonly Dependency[]>> {
  const named = new Map<string, { readonly id: ItemId; readonly isDone: boolean }>();
  for (const [index, [id, fields]] of items.entries()) {
    if (index % STEP === 0) yield;
    if (!fields.story_id) continue;
    const number = parseStoryId(fields.story_id)?.number ?? fields.story_id;
    // Where two have one number, the first in the list is meant.
    for (const name of [fields.story_id, String(number)]) {
      if (!named.has(name)) named.set(name, { id, isDone: isDone(fields) });
    }
  }
  const unmet = new Map<ItemId, readonly Dependency[]>();
  for (const [index, [id, fields]] of items.entries()) {
    if (index % STEP === 0) yield;
    const texts = isDone(fields) ? [] : parseDependencies(fields.depends_on);
    const open = texts.filter((text) => named.get(text)?.isDone !== true);
    if (open.length > 0) {
      unmet.set(
        id,
        open.map((text) => ({ text, id: named.get(text)?.id ?? null })),
      );
    }
  }
  return unmet;
}

/** What is left when whoever waits for nothing, and then whoever nothing waits for, is taken away. */
function* cycleMembers(
  unmet: ReadonlyMap<ItemId, readonly Dependency[]>,
): Generator<undefined, ReadonlySet<ItemId>> {
  const forth = [...unmet].map(
    ([id, its]) => [id, its.flatMap((one) => (one.id === null ? [] : [one.id]))] as const,
  );
  const waiting = yield* withoutLeaves(new Map(forth));
  const back = new Map<ItemId, ItemId[]>([...waiting.keys()].map((id) => [id, []]));
  for (const [id, targets] of waiting) for (const target of targets) back.get(target)?.push(id);
  return new Set((yield* withoutLeaves(back)).keys());
}

/** Takes nodes away that lead nowhere, until each leads to another. */
function* withoutLeaves(
  graph: ReadonlyMap<ItemId, readonly ItemId[]>,
): Generator<undefined, ReadonlyMap<ItemId, readonly ItemId[]>> {
  const left = new Map(graph);
  const ways = new Map<ItemId, number>();
  const into = new Map<ItemId, ItemId[]>();
  yield;
  for (const [id, targets] of graph) {
    if (ways.size % STEP === 0) yield;
    const known = targets.filter((target) => graph.has(target));
    ways.set(id, known.length);
    for (const target of known) {
      const from = into.get(target) ?? [];
      from.push(id);
      into.set(target, from);
    }
  }
  const leaves = [...graph.keys()].filter((id) => ways.get(id) === 0);
  // An array that grows while it is walked is the queue.
  for (const leaf of leaves) {
    if (left.size % STEP === 0) yield;
    left.delete(leaf);
    for (const id of into.get(leaf) ?? []) {
      const others = (ways.get(id) ?? 0) - 1;
      ways.set(id, others);
      if (others === 0) leaves.push(id);
    }
  }
  return left;
}

function isDone(fields: ItemFields): boolean {
  return DONE_STAGES.includes(stageOf(fields));
}

function byName(one: AgentLane, other: AgentLane): number {
  if (one.agent === '' || other.agent === '') return one.agent === '' ? 1 : -1;
  return one.agent < other.agent ? -1 : 1;
}
