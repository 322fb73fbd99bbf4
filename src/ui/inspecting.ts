/** What the inspector shows: asked of the worker each second while it is open, kept within bounds. */
import { type Accessor, batch, createSignal, onCleanup, onMount } from 'solid-js';
import type { FrameEntry, InspectedSoFar, Inspection, OpEntry } from '../../worker/api.ts';
import type { ReplicaClient } from '../replicaClient.ts';

/** Rows of frames and of ops that are kept; the newest stand first. */
export const ROWS_MAX = 200;

const ASK_EVERY_MS = 1000;

export interface Inspected {
  readonly frames: readonly FrameEntry[];
  readonly ops: readonly OpEntry[];
  /** The rest; null: nothing has been answered yet. */
  readonly now: Inspection | null;
}

export interface Inspecting {
  readonly shown: Accessor<Inspected>;
  readonly paused: Accessor<boolean>;
  /** While paused what comes is kept, and shown when it ends. */
  setPaused(paused: boolean): void;
  /** The worker did not answer the last time. */
  readonly failed: Accessor<boolean>;
}

export const NOTHING: Inspected = { frames: [], ops: [], now: null };

/** Asks while its owner lives. */
export function createInspecting(client: Pick<ReplicaClient, 'query'>): Inspecting {
  const [shown, setShown] = createSignal(NOTHING);
  const [paused, setPaused] = createSignal(false);
  const [failed, setFailed] = createSignal(false);
  let latest = NOTHING;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;

  const ask = async (): Promise<void> => {
    const answer = await client.query({ type: 'inspect', since: readSoFar(latest) });
    if (over) return;
    const answered = answer.type === 'inspect';
    if (answered) latest = fold(latest, answer.inspection);
    batch(() => {
      setFailed(!answered);
      if (!paused()) setShown(latest);
    });
    timer = setTimeout(() => void ask(), ASK_EVERY_MS);
  };

  onMount(() => void ask());
  onCleanup(() => {
    over = true;
    clearTimeout(timer);
  });
  return {
    shown,
    paused,
    failed,
    setPaused: (next) =>
      batch(() => {
        setPaused(next);
        if (!next) setShown(latest);
      }),
  };
}

function readSoFar({ now, frames, ops }: Inspected): InspectedSoFar | null {
  if (now === null) return null;
  return { recorder: now.recorder, frame: frames[0]?.number ?? 0, op: ops[0]?.number ?? 0 };
}

/** Of another recorder nothing is kept: its numbers and its connection are others. */
export function fold(before: Inspected, now: Inspection): Inspected {
  const kept = before.now?.recorder === now.recorder ? before : NOTHING;
  return {
    frames: [...now.frames.toReversed(), ...kept.frames].slice(0, ROWS_MAX),
    ops: [...now.ops.toReversed(), ...kept.ops].slice(0, ROWS_MAX),
    now: {
      ...now,
      held: keepRows(kept.now?.held, now.held, ({ key }) => key),
      refusals: keepRows(kept.now?.refusals, now.refusals, ({ number }) => number),
    },
  };
}

/** Rows that are as they were stay the same objects, so that their elements stay too. */
function keepRows<Row>(
  before: readonly Row[] = [],
  after: readonly Row[],
  idOf: (row: Row) => unknown,
): readonly Row[] {
  const known = new Map(before.map((row) => [idOf(row), row]));
  return after.map((row) => known.get(idOf(row)) ?? row);
}
