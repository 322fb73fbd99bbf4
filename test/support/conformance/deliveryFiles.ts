/** The files that deliver ops to a fresh replica and look at outcomes and view. */

import { toHex } from '../../../worker/crdt/bytes.ts';
import { computeOpId } from '../../../worker/crdt/identity.ts';
import { parseSignedOp } from '../../../worker/crdt/signedOp.ts';
import type { ItemFields } from '../../../worker/crdt/view.ts';
import { createPlainReplica, type PlainReplica } from '../plainReplica.ts';
import { type Check, difference, type FileReport, firstDifference, report } from './report.ts';

type View = readonly ItemFields[];

interface HistoriesFile {
  readonly cases: readonly {
    readonly name: string;
    readonly ops: readonly string[];
    readonly orders: readonly {
      readonly deliver: readonly number[];
      readonly outcomes?: readonly string[];
    }[];
    readonly ids: readonly string[];
    readonly view: View;
  }[];
}

export function checkHistories(file: HistoriesFile): FileReport {
  const checks = file.cases.flatMap((entry) =>
    entry.orders.map((order, index): Check => {
      const replica = createPlainReplica();
      const outcomes = order.deliver.map((at) => replica.receive(entry.ops[at] ?? ''));
      return {
        case: `${entry.name} order ${index}`,
        difference: firstDifference(
          order.outcomes && differentOutcome(outcomes, order.outcomes),
          differentView(replica, entry),
        ),
      };
    }),
  );
  return report(checks);
}

function differentOutcome(
  actual: readonly string[],
  expected: readonly string[],
): string | undefined {
  for (const [index, allowed] of expected.entries()) {
    const outcome = actual[index] ?? 'none';
    if (!allowed.split('-or-').includes(outcome)) {
      return `outcome ${index}: got ${outcome}, expected ${allowed}`;
    }
  }
  return undefined;
}

function differentView(
  replica: PlainReplica,
  expected: { readonly view?: View; readonly ids?: readonly string[] },
): string | undefined {
  const view = replica.document.items.view();
  return firstDifference(
    expected.ids &&
      difference(
        'ids',
        view.map((item) => item.id),
        expected.ids,
      ),
    expected.view &&
      difference(
        'view',
        view.map((item) => item.fields),
        expected.view,
      ),
  );
}

interface ExoticFile {
  readonly cases: readonly {
    readonly name: string;
    readonly op: string;
    readonly id: string;
    readonly outcome: string;
    readonly view: View;
  }[];
}

export function checkExoticOps(file: ExoticFile): FileReport {
  const checks = file.cases.map((entry): Check => {
    const replica = createPlainReplica();
    const outcome = replica.receive(entry.op);
    const parsed = parseSignedOp(entry.op);
    const id = parsed.type === 'read' ? toHex(computeOpId(parsed.value.inner)) : '';
    return {
      case: entry.name,
      difference: firstDifference(
        differentOutcome([outcome], [entry.outcome]),
        difference('id', id, entry.id),
        differentView(replica, entry),
      ),
    };
  });
  return report(checks);
}

interface DeliveriesFile {
  readonly cases: readonly {
    readonly name: string;
    readonly ops: readonly string[];
    readonly outcomes: readonly string[];
    readonly view: View;
  }[];
}

export function checkDeliveries(file: DeliveriesFile): FileReport {
  const checks = file.cases.map((entry): Check => {
    const replica = createPlainReplica();
    const outcomes = entry.ops.map((text) => replica.receive(text));
    return {
      case: entry.name,
      difference: firstDifference(
        differentOutcome(outcomes, entry.outcomes),
        differentView(replica, entry),
      ),
    };
  });
  return report(checks);
}

interface TiesFile {
  readonly cases: readonly {
    readonly name: string;
    readonly setup: readonly string[];
    readonly any_order: readonly string[];
    readonly expect: { readonly stage?: string; readonly ids?: readonly string[] };
  }[];
}

/** Permutations tried for each tie; all of them where there are no more. */
const MOST_PERMUTATIONS = 120;

export function checkTies(file: TiesFile): FileReport {
  const checks = file.cases.map((entry): Check => {
    for (const order of permutations(entry.any_order, MOST_PERMUTATIONS)) {
      const replica = createPlainReplica();
      for (const text of [...entry.setup, ...order, ...order.slice(0, 2)]) replica.receive(text);
      const view = replica.document.items.view();
      const { stage, ids } = entry.expect;
      const found = firstDifference(
        stage === undefined ? undefined : difference('stage', view[0]?.fields.stage, stage),
        ids &&
          difference(
            'ids',
            view.map((item) => item.id),
            ids,
          ),
      );
      if (found !== undefined) return { case: entry.name, difference: found };
    }
    return { case: entry.name, difference: undefined };
  });
  return report(checks);
}

/** Up to `most` permutations, spread evenly over all of them. */
function* permutations<T>(items: readonly T[], most: number): Generator<T[]> {
  const count = items.reduce((product, _, index) => product * (index + 1), 1);
  const stride = Math.max(1, Math.floor(count / most));
  for (let rank = 0; rank < count; rank += stride) yield permutation(items, rank);
}

function permutation<T>(items: readonly T[], rank: number): T[] {
  const rest = [...items];
  const picked: T[] = [];
  for (let left = rank; rest.length > 0; left = Math.floor(left / (rest.length + 1))) {
    picked.push(...rest.splice(left % rest.length, 1));
  }
  return picked;
}

interface PipelineDumpFile {
  readonly frame: string;
  readonly view: View;
  readonly ids: readonly string[];
}

export function checkPipelineDump(file: PipelineDumpFile): FileReport {
  const { ops } = JSON.parse(file.frame) as { ops: string[] };
  const replica = createPlainReplica();
  const checks = ops.map((text, index): Check => {
    return {
      case: `op ${index}`,
      difference: differentOutcome([replica.receive(text)], ['applied']),
    };
  });
  return report([...checks, { case: 'view', difference: differentView(replica, file) }]);
}
