/**
 * Stories in one's hand, taken up by key or by pointer, until they are dropped on a stage or left
 * where they were. The list has no move inside it, so a hand chooses a stage; the place there is the
 * one that the order of the list gives, and it is shown and said before the drop.
 *
 * Invariant: a story that somebody else moves or deletes while it is held is put down, and that is
 * said: what one sees about to move is never something else than what moves.
 */
import { type Accessor, createEffect, createMemo, createSignal, untrack } from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { stageOf } from '../story.ts';
import type { Actions, AfterMove } from './actions.ts';
import type { BulkActions } from './bulkActions.ts';
import type { Messages } from './messages.ts';
import { carryTexts, type Place } from './texts/moves.ts';

/** What is held; `id`: the one the hand is on; `stage`: the column it is over. */
export interface Drag {
  readonly id: ItemId;
  readonly ids: readonly ItemId[];
  readonly by: 'keys' | 'pointer';
  readonly stage: string | null;
}

export interface Carrying {
  readonly drag: Accessor<Drag | null>;
  isHeld(id: ItemId): boolean;
  /** `ids`: with `id` among them. */
  pickUp(id: ItemId, ids: readonly ItemId[], by: Drag['by']): void;
  /** Over another column; null: over none. */
  over(stage: string | null): void;
  /** So many columns on; says where that is. */
  shift(columns: number): void;
  drop(then: AfterMove): void;
  /** Says that all stays as it was, if it is by key. */
  cancel(): void;
}

interface Held extends Omit<Drag, 'stage'> {
  /** Fields of each when it was taken up. */
  readonly fields: ReadonlyMap<ItemId, ItemFields>;
}

export function createCarrying(deps: {
  readonly store: PipelineStore;
  /** Columns of the board. */
  readonly stages: Accessor<readonly string[]>;
  readonly readonly: Accessor<boolean>;
  readonly actions: Actions;
  readonly bulk: BulkActions;
  readonly messages: Messages;
  /** What is dragged by pointer is let go of. */
  readonly stopPointer: () => void;
}): Carrying {
  const { store, actions, bulk, messages } = deps;
  const [held, setHeld] = createSignal<Held | null>(null);
  const [stage, over] = createSignal<string | null>(null);

  const placeIn = (id: ItemId, target: string): Place => {
    const fields = store.fieldsOf(id);
    const isThere = fields !== undefined && stageOf(fields) === target;
    const of = store.idsIn(target).length + (isThere ? 0 : 1);
    return { stage: target, place: store.placeInStage(id, target) + 1, of };
  };
  const fieldsOfLead = ({ fields, id }: Held): ItemFields => fields.get(id) as ItemFields;

  const putDown = (text: string): void => {
    const now = untrack(held);
    setHeld(null);
    if (now?.by === 'pointer') deps.stopPointer();
    messages.show({ tone: 'news', text });
  };

  createEffect(() => {
    const now = held();
    if (now === null) return;
    if (deps.readonly()) {
      setHeld(null);
      return;
    }
    for (const id of now.ids) {
      const before = now.fields.get(id) as ItemFields;
      const fields = store.fieldsOf(id);
      if (fields === undefined) return putDown(carryTexts.deletedMeanwhile(before));
      if (stageOf(fields) !== stageOf(before)) {
        return putDown(carryTexts.movedMeanwhile(fields, stageOf(fields)));
      }
    }
  });

  return {
    drag: createMemo(() => {
      const now = held();
      return now === null ? null : { id: now.id, ids: now.ids, by: now.by, stage: stage() };
    }),
    isHeld: (id) => held()?.fields.has(id) === true,
    pickUp: (id, ids, by) => {
      const fields = new Map<ItemId, ItemFields>();
      for (const each of ids) {
        const its = store.fieldsOf(each);
        if (its !== undefined) fields.set(each, its);
      }
      const own = fields.get(id);
      if (own === undefined) return;
      over(by === 'keys' ? stageOf(own) : null);
      setHeld({ id, ids: [...fields.keys()], by, fields });
      if (by === 'keys') {
        messages.speak(carryTexts.pickedUp(own, fields.size, placeIn(id, stageOf(own))));
      }
    },
    over,
    shift: (columns) => {
      const now = held();
      const from = stage();
      if (now === null || from === null) return;
      const stages = deps.stages();
      const at = stages.indexOf(from);
      const target = stages[Math.min(stages.length - 1, Math.max(0, at + columns))] ?? from;
      if (target === from) {
        messages.speak(columns === 0 ? carryTexts.order : carryTexts.noMore(from));
        return;
      }
      over(target);
      const isOwn = target === stageOf(fieldsOfLead(now));
      messages.speak((isOwn ? carryTexts.overOwn : carryTexts.over)(placeIn(now.id, target)));
    },
    drop: (then) => {
      const now = held();
      const target = stage();
      setHeld(null);
      if (now === null || target === null) return;
      const own = fieldsOfLead(now);
      const text = carryTexts.dropped(own, placeIn(now.id, target));
      if (now.ids.length > 1) void bulk.move(now.ids, target, now.id);
      else if (target !== stageOf(own)) void actions.move(now.id, target, then, text);
      else if (now.by === 'keys') {
        messages.speak(carryTexts.cancelled(own, 1, placeIn(now.id, target)));
      }
    },
    cancel: () => {
      const now = held();
      setHeld(null);
      if (now === null) return;
      const own = fieldsOfLead(now);
      if (now.by === 'pointer') return deps.stopPointer();
      messages.speak(carryTexts.cancelled(own, now.ids.length, placeIn(now.id, stageOf(own))));
    },
  };
}
