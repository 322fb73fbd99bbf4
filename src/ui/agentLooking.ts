/** Who works on what and what needs a person, found anew as the stories change and time passes. */
import { type Accessor, createMemo } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { type AgentLanes, findAgentLanes } from '../agents.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { createLooked } from './looked.ts';

export interface AgentLookingDeps {
  readonly store: PipelineStore;
  /** Unix time in ms, renewed each minute. */
  readonly minute: Accessor<number>;
  readonly staleMinutes: Accessor<number>;
}

/** Null until the first look at what was loaded is done. To be called in an owner of Solid. */
export function createAgentLanes(deps: AgentLookingDeps): Accessor<AgentLanes | null> {
  const time = createMemo(() => ({ nowMs: deps.minute(), staleMinutes: deps.staleMinutes() }));
  return createLooked(deps.store, time, findAgentLanes);
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
