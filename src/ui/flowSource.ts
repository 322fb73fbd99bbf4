/** The figures of the flow page: asked for again when something may have come, and as time goes on. */
import { type Accessor, createEffect, createSignal, on, onMount, untrack } from 'solid-js';
import type { FlowFacts } from '../../worker/api.ts';
import { periodStarts, type Span } from '../flowPeriods.ts';
import { createAsking } from './asking.ts';
import type { BoardModel } from './boardModel.ts';

/** Under a stream of changes it is asked for this often at most. */
const ASK_EVERY_MS = 2000;

/** What was asked, with what was answered: both are shown together. */
export interface KnownFlow {
  readonly facts: FlowFacts;
  readonly span: Span;
  readonly starts: readonly Date[];
}

export type ShownFlow =
  | { readonly name: 'reading'; readonly readOps: number; readonly totalOps: number }
  /** `known`: the figures of before; null: there were none. */
  | { readonly name: 'failed'; readonly known: KnownFlow | null }
  | { readonly name: 'known'; readonly known: KnownFlow };

export interface FlowSource {
  readonly shown: Accessor<ShownFlow>;
  readonly span: Accessor<Span>;
  setSpan(span: Span): void;
  retry(): void;
}

/** Belongs to the reactive owner it is created in. */
export function createFlow({ pipeline, minute }: BoardModel): FlowSource {
  const { client, store } = pipeline;
  const [shown, setShown] = createSignal<ShownFlow>({ name: 'reading', readOps: 0, totalOps: 0 });
  const [span, setSpan] = createSignal<Span>('days');

  async function ask(): Promise<'answered' | 'more'> {
    const [nowMs, asked] = [Date.now(), untrack(span)];
    const starts = periodStarts(asked, nowMs);
    const periodStartsS = starts.map((start) => start.getTime() / 1000);
    const answer = await client.query({ type: 'flow-facts', nowS: nowMs / 1000, periodStartsS });
    const before = untrack(shown);
    const known = before.name === 'reading' ? null : before.known;
    if (answer.type !== 'flow-facts') {
      setShown({ name: 'failed', known });
      return 'answered';
    }
    if (answer.state.name === 'reading') {
      if (known === null) setShown(answer.state);
      return 'more';
    }
    setShown({ name: 'known', known: { facts: answer.state.facts, span: asked, starts } });
    return 'answered';
  }

  const asking = createAsking(ask, ASK_EVERY_MS);
  onMount(asking.now);
  // A value that loses changes no field; each batch of ops changes the status.
  createEffect(on([store.version, store.status, minute], asking.note, { defer: true }));

  return {
    shown,
    span,
    setSpan(next) {
      setSpan(next);
      asking.now();
    },
    retry: asking.now,
  };
}
