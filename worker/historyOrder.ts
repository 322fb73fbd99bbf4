/**
 * One order for the changes of an item: each comes after what its op is known to have seen. As far
 * as that allows, those of a register are in the order of their stamps, and registers take turns as
 * the ops came here. Pure.
 */
import type { SetOp } from './crdt/op.ts';
import type { HistoryEntry } from './historyApi.ts';

export interface OrderedChange {
  readonly op: SetOp;
  readonly entry: HistoryEntry;
  /** Among all ops of the item, as they came here. */
  readonly place: number;
  /** Changes of its register that its op is known to have seen, beside what those had seen. */
  readonly after: readonly OrderedChange[];
}

/** Changes between two pauses. */
const STEP_OPS = 128;

/** `registers`: each from the lowest stamp to the highest. Yields now and then. */
export function* orderChanges(
  registers: readonly (readonly OrderedChange[])[],
): Generator<undefined, readonly HistoryEntry[]> {
  const bySignature = new Map<string, OrderedChange>();
  for (const changes of registers) {
    yield;
    for (const change of changes) bySignature.set(change.op.signature, change);
  }
  const placed = new Set<OrderedChange>();
  const next = registers.map(() => 0);
  const causesOf = ({ op, after }: OrderedChange): readonly OrderedChange[] => [
    ...after,
    ...op.dependsOn.flatMap((signature) => bySignature.get(signature) ?? []),
  ];
  const isReady = (change: OrderedChange): boolean =>
    causesOf(change).every((cause) => placed.has(cause));
  let steps = 0;
  for (;;) {
    let first: OrderedChange | null = null;
    let isFirstReady = false;
    for (const [at, changes] of registers.entries()) {
      let head = changes[next[at] ?? 0];
      while (head !== undefined && placed.has(head)) {
        next[at] = (next[at] ?? 0) + 1;
        head = changes[next[at] ?? 0];
      }
      if (head === undefined) continue;
      const ready = isReady(head);
      const isBetter =
        first === null ||
        (ready === isFirstReady ? head.place < first.place : ready && !isFirstReady);
      if (isBetter) [first, isFirstReady] = [head, ready];
    }
    if (first === null) return [...placed].map(({ entry }) => entry);
    // Two registers may wait for each other, as stamps order what nobody has seen, too: then what
    // the first one waits for goes first. Ops that lie may wait for themselves: `begun` ends that.
    const begun = new Set([first]);
    const stack = [{ change: first, causes: causesOf(first).values() }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (steps % STEP_OPS === 0) yield;
      steps += 1;
      const { done, value: cause } = top.causes.next();
      if (done === true) {
        placed.add(top.change);
        stack.pop();
      } else if (!placed.has(cause) && !begun.has(cause)) {
        begun.add(cause);
        stack.push({ change: cause, causes: causesOf(cause).values() });
      }
    }
  }
}
