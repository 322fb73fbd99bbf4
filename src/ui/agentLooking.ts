/**
 * Who works on what and what needs a person, found anew as the stories change and time passes. All
 * stories are looked through for it, in slices: a verdict depends on other stories, and one look a
 * few times a second is cheaper than to follow each change through its dependencies.
 *
 * Invariant: what is given rests on all stories as they were at one moment.
 */
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
} from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { type AgentLanes, findAgentLanes } from '../agents.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { inSlices } from './inSlices.ts';
import { createSlow } from './slow.ts';

/** Under a stream of changes all stories are looked through this often at most. */
const LOOK_EVERY_MS = 400;

export interface AgentLookingDeps {
  readonly store: PipelineStore;
  /** Unix time in ms, renewed each minute. */
  readonly minute: Accessor<number>;
  readonly staleMinutes: Accessor<number>;
}

/** Null until the first look at what was loaded is done. To be called in an owner of Solid. */
export function createAgentLanes(deps: AgentLookingDeps): Accessor<AgentLanes | null> {
  const { store, minute, staleMinutes } = deps;
  const [lanes, setLanes] = createSignal<AgentLanes | null>(null);
  let state: 'idle' | 'looking' | 'look-again' | 'over' = 'idle';

  const look = async (): Promise<void> => {
    if (state !== 'idle') {
      state = 'look-again';
      return;
    }
    do {
      state = 'looking';
      const steps = untrack(() =>
        findAgentLanes(
          store.order().flatMap((id) => {
            const fields = store.fieldsOf(id);
            return fields === undefined ? [] : [[id, fields] as const];
          }),
          { nowMs: minute(), staleMinutes: staleMinutes() },
        ),
      );
      const found = await inSlices(steps, () => state !== 'over');
      if (found === null) return;
      setLanes(found);
    } while (isAgain());
    state = 'idle';
  };
  const isAgain = (): boolean => state === 'look-again';

  // Not at the empty store: that nothing asks for a person would be said too soon.
  const isLoaded = createMemo(() => store.phase() === 'ready');
  createEffect(
    on([isLoaded, createSlow(store.version, LOOK_EVERY_MS), minute, staleMinutes], ([loaded]) => {
      if (loaded) void look();
    }),
  );
  onCleanup(() => {
    state = 'over';
  });
  return lanes;
}

/** Stories that need a person; null until that is known. */
export function createPersonIds(deps: AgentLookingDeps): Accessor<ReadonlySet<ItemId> | null> {
  const lanes = createAgentLanes(deps);
  return createMemo(
    () => {
      const found = lanes();
      return found === null ? null : new Set(found.needsPerson.map(({ id }) => id));
    },
    null,
    { equals: (one, other) => one !== null && other !== null && isSame(one, other) },
  );
}

function isSame(one: ReadonlySet<ItemId>, other: ReadonlySet<ItemId>): boolean {
  return one.size === other.size && [...one].every((id) => other.has(id));
}
