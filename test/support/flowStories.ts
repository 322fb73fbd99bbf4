/** Stories by their ops, and the figures of their flow: as the product counts, and naively. */

import type { FlowFacts, FlowQuery, ItemView } from '../../worker/api.ts';
import { createDocument } from '../../worker/crdt/document.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { Value } from '../../worker/crdt/value.ts';
import { fieldValue } from '../../worker/crdt/view.ts';
import { createFlowCount } from '../../worker/flowFacts.ts';
import { createStoryTraces, wayOf } from '../../worker/storyTraces.ts';
import {
  createFakeSigner,
  idOf,
  insertOp,
  itemContent,
  number,
  readable,
  setOp,
  type TestSigner,
  text,
} from './opFactory.ts';

export const [ann, bob] = [1, 2].map(createFakeSigner) as [TestSigner, TestSigner];
export const DAY_S = 86_400;
export const NOW_S = 1_800_000_000;
export const QUERY: FlowQuery = {
  type: 'flow-facts',
  nowS: NOW_S,
  periodStartsS: [NOW_S - 2 * DAY_S, NOW_S - DAY_S, NOW_S - 3600],
};

/** Figures, and of each story that counts the stages it went through, by their first digit. */
export interface Flow {
  readonly facts: FlowFacts;
  readonly ways: { readonly [id: string]: readonly number[] };
}

/** From the ops as they come: fields by the document, traces beside it. */
export function flowOf(ops: readonly Op[], query: FlowQuery = QUERY): Flow {
  const document = createDocument();
  const traces = createStoryTraces();
  const count = createFlowCount(query);
  for (const op of ops) {
    document.apply(op);
    traces.add(op);
  }
  const ways: Record<string, readonly number[]> = {};
  for (const [id, trace] of traces.all) {
    const fields = document.items.fields(id);
    if (fields === undefined) continue;
    count.add(fields, trace);
    ways[id] = wayOf(trace).map((place) => place + 1);
  }
  return { facts: count.facts(), ways };
}

export const factsOf = (ops: readonly Op[]): FlowFacts => flowOf(ops).facts;

export type Fields = { readonly [field: string]: Value };

export const insert = (signer: TestSigner, seq: number, fields: Fields) =>
  insertOp({ signer, seq, content: itemContent(fields) });

/** A story that was added with `fields`, and after that each `change` in turn. */
export function storyOps(
  seq: number,
  fields: Fields,
  ...changes: readonly Fields[]
): readonly Op[] {
  const added = insert(ann, seq, fields);
  const sets = changes.flatMap((change, place) =>
    Object.entries(change).map(([field, content]) =>
      setOp(idOf(added), field, { signer: ann, seq: 2 + place, content }),
    ),
  );
  return [added, ...sets].map(readable);
}

export const claimed = (atS: number): Fields => ({
  claimed_by: text('ann'),
  claimed_at: number(atS),
});
export const stage = (name: string): Fields => ({ stage: text(name) });
export const stages = (...names: readonly string[]) => names.map(stage);

/** In the dumbest way: each figure by a walk of its own through all ops. */
export function naiveFlow(ops: readonly Op[], view: readonly ItemView[]): Flow {
  const ages = [0, 3600, 4 * 3600, DAY_S, 3 * DAY_S, 7 * DAY_S, 28 * DAY_S];
  const isTime = (time: number | null): time is number =>
    time !== null && time > 0 && time <= NOW_S + DAY_S;
  const writesOf = (id: string, field: 'stage' | 'claimed_at' | 'retry_count') =>
    ops
      .flatMap((op) => {
        if (op.type === 'delete') return [];
        const own = op.type === 'insert';
        if ((own ? op.id : op.target) !== id || (!own && op.field !== field)) return [];
        const content =
          own && op.content.type === 'object'
            ? op.content.entries.get(field)
            : op.type === 'set' && op.content;
        const seq = own ? 1 : op.seq;
        const rank = [own ? op.id : op.innerAuthor, op.signer, op.id].join();
        return [{ seq, rank, value: fieldValue(field, content || null) }];
      })
      // The winner of a seq comes last.
      .sort((a, b) => a.seq - b.seq || (a.rank < b.rank ? 1 : -1));
  const wayOfId = (id: string): readonly number[] => {
    const writes = writesOf(id, 'stage');
    const way: number[] = [];
    for (const [at, { seq, value }] of writes.entries()) {
      const place = Number(String(value).match(/^([1-6])_/)?.[1] ?? 0);
      if (writes[at + 1]?.seq !== seq && place > 0 && way.at(-1) !== place) way.push(place);
    }
    return way;
  };
  const isDone = ({ fields }: ItemView) => /^[56]_/.test(fields.stage ?? '');
  const [doneOnes, openOnes] = [view.filter(isDone), view.filter((one) => !isDone(one))];
  const lastClaims = doneOnes.map(({ id }) => {
    const claims = writesOf(id, 'claimed_at').filter(({ value }) => Number(value) > 0);
    const last = (claims.at(-1)?.value ?? null) as number | null;
    return isTime(last) ? Math.min(last, NOW_S) : null;
  });
  const known = lastClaims.filter((time) => time !== null);
  const claims = openOnes.filter(({ fields }) => fields.claimed_by);
  const agesNow = claims
    .flatMap(({ fields: { claimed_at } }) => (isTime(claimed_at) ? [claimed_at] : []))
    .map((time) => Math.max(0, NOW_S - time))
    .sort((a, b) => a - b);
  const retries = view.map(({ id }) =>
    writesOf(id, 'retry_count').flatMap(({ value }) =>
      typeof value === 'number' && value >= 0 ? [Math.floor(value)] : [],
    ),
  );
  const highest = retries.map((counts) => (counts.length > 0 ? Math.max(...counts) : null));
  const ways = view.map(({ id }) => wayOfId(id)).filter((way) => way.includes(3));
  const wentOn = ways.filter((way) => /3,[456]/.test(way.join()));
  const wentBack = (way: readonly number[]) => /3.*[123]/.test(way.join());
  const names = [...new Set(view.map(({ fields }) => fields.stage ?? ''))];
  const inStage = (name: string) => view.filter(({ fields }) => (fields.stage ?? '') === name);
  const starts = [...QUERY.periodStartsS, Number.POSITIVE_INFINITY];
  const facts = {
    stories: view.length,
    stages: {
      counts: names
        .map((name) => ({ stage: name, stories: inStage(name).length }))
        .sort((a, b) => b.stories - a.stories || (a.stage < b.stage ? -1 : 1)),
      others: { stages: 0, stories: 0 },
    },
    done: {
      stories: doneOnes.length,
      perPeriod: QUERY.periodStartsS.map(
        (start, at) => known.filter((time) => time >= start && time < starts[at + 1]!).length,
      ),
      earlier: known.filter((time) => time < starts[0]!).length,
      unknown: lastClaims.length - known.length,
    },
    open: {
      stories: openOnes.length,
      ages: ages.map((fromS, at) => ({
        fromS,
        stories: agesNow.filter((age) => age >= fromS && age < (ages[at + 1] ?? Infinity)).length,
      })),
      medianS: agesNow[Math.ceil(agesNow.length / 2) - 1] ?? null,
      oldestS: agesNow.at(-1) ?? null,
      notClaimed: openOnes.length - claims.length,
      unknown: claims.length - agesNow.length,
    },
    retries: {
      counts: [0, 1, 2, 3, 4]
        .map((n) => highest.filter((one) => one === n).length)
        .concat(highest.filter((one) => one !== null && one >= 5).length),
      highest: highest.reduce((a, b) => (b === null ? a : Math.max(a ?? 0, b)), null),
      unknown: highest.filter((one) => one === null).length,
    },
    qa: {
      first: wentOn.filter((way) => !wentBack(way)).length,
      later: wentOn.filter(wentBack).length,
      back: ways.filter((way) => !wentOn.includes(way) && wentBack(way)).length,
    },
  };
  return { facts, ways: Object.fromEntries(view.map(({ id }) => [id, wayOfId(id)])) };
}
