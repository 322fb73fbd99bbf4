/**
 * What a replica answers. Each type of query has a pure module of its own that is given what it
 * reads.
 *
 * Invariant: asked twice, a query changes no more than asked once, so one whose leader went away can
 *   be asked again. All but `import-ops`, which the leader answers, write nothing.
 */

import type { Query, QueryAnswer } from './api.ts';
import type { SeenKey } from './crdt/bytes.ts';
import { canonicalText, exportOps } from './exportOps.ts';
import { createFlow, type FlowDeps, parseFlowQuery } from './flowQuery.ts';
import { historyOf, unsettledOf } from './history.ts';
import type { CheckedOp } from './historyApi.ts';
import { checkOps, parseImport } from './importOps.ts';
import { parseBundleQuery, parseInspect, type ReplicaQuery } from './inspectQuery.ts';
import { inTurns } from './inTurns.ts';
import { takeIn } from './intake.ts';
import { createItemOps, type ItemOpsDeps } from './itemOps.ts';
import type { OpRecord, Verifier } from './ports.ts';
import type { Turns } from './turns.ts';
import { writeBundle } from './writeBundle.ts';

export interface QuerySources extends ItemOpsDeps, FlowDeps {
  readonly items: ItemOpsDeps['items'] & FlowDeps['items'];
  readonly turns: Turns;
  readonly verifier: Verifier;
  /** The key that signs here, 64 hex digits. */
  readonly signer: () => string;
  readonly isKnown: (key: SeenKey) => boolean;
}

const HISTORY_LIMIT_MAX = 100_000;

/** Reads a query from a page. null: it is none. */
export function parseQuery(query: unknown): Query | null {
  if (typeof query !== 'object' || query === null) return null;
  const { type, id, key, limit, ops }: { readonly [name: string]: unknown } = { ...query };
  switch (type) {
    case 'export-ops':
      return { type };
    case 'history':
      return isName(id) && isLimit(limit) ? { type, id, limit } : null;
    case 'op':
      return isName(key) ? { type, key } : null;
    case 'check-ops':
    case 'import-ops':
      return parseImport(type, ops);
    case 'inspect':
      return parseInspect(query);
    case 'bug-bundle':
      return parseBundleQuery(query);
    case 'flow-facts':
      return parseFlowQuery(query);
    case 'bundle-facts':
      return { type };
    default:
      return null;
  }
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && /^[0-9a-f]{64}$/.test(name);
}

function isLimit(limit: unknown): limit is number {
  return Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= HISTORY_LIMIT_MAX;
}

export function createQueries(
  sources: QuerySources,
): (query: ReplicaQuery) => Promise<QueryAnswer> {
  const { turns, store, unstored, verifier, signer, yieldTurn } = sources;
  const readItemOps = createItemOps(sources);
  const answerFlow = createFlow(sources);

  async function check({ key, bytes }: OpRecord): Promise<CheckedOp> {
    const text = canonicalText(bytes);
    // From the beginning, as if it had just come.
    const { verified } = await takeIn([bytes], () => false, verifier);
    return { text, signature: verified[0]?.key === key ? 'holds' : 'wrong' };
  }

  return async (query) => {
    switch (query.type) {
      case 'check-ops': {
        const fates = await checkOps(query.ops, sources.isKnown, verifier);
        return { type: 'check-ops', fates };
      }
      case 'bug-bundle':
        return { type: 'bug-bundle', text: await writeBundle(query.head, sources) };
      case 'bundle-facts':
        return { type: 'bundle-facts', facts: null };
      case 'flow-facts':
        return answerFlow(query);
      case 'export-ops': {
        const text = await turns(() => store.read((from) => exportOps(from.readOps())));
        return { type: 'export-ops', text };
      }
      case 'history': {
        const ops = await readItemOps(query.id);
        const history = await inTurns(historyOf(ops, signer()), yieldTurn);
        const entries = history.slice(-query.limit);
        const unsettled = unsettledOf(history);
        return { type: 'history', entries, total: history.length, unsettled };
      }
      case 'op': {
        const { key } = query;
        const record =
          (await store.read((from) => findRecord(from.readOps(), key))) ??
          unstored().find((one) => one.key === key);
        return { type: 'op', op: record === undefined ? null : await check(record) };
      }
    }
  };
}

async function findRecord(
  log: AsyncIterable<readonly OpRecord[]>,
  key: string,
): Promise<OpRecord | undefined> {
  for await (const records of log) {
    const record = records.find((one) => one.key === key);
    if (record !== undefined) return record;
  }
  return undefined;
}
