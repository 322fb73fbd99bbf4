/**
 * One's own commands and what takes them back. Nothing is taken back in the log: each undo is new
 * ops, and what they did can be undone in turn, which is redo. Pure.
 *
 * Invariant 1: a field that holds anything but what one's own command put there is left alone.
 * Invariant 2: a story that came back is another item; steps that named the old one name the new.
 */
import type { Command, FieldName, ItemFields, ItemId, NewFields } from '../../worker/api.ts';

/** What one command did to one item. */
export type Deed =
  | {
      readonly type: 'edit';
      readonly id: ItemId;
      /** Null: there was no value of the field's type, so there is nothing to go back to. */
      readonly before: Partial<ItemFields>;
      readonly after: Partial<NewFields>;
    }
  | { readonly type: 'add'; readonly id: ItemId; readonly fields: ItemFields }
  | { readonly type: 'delete'; readonly id: ItemId; readonly fields: ItemFields };

/** What is undone at once: one command, or those of a bulk. */
export interface Step {
  /** As a sentence about what was done: `12 moved to QA`. */
  readonly text: string;
  readonly deeds: readonly Deed[];
}

/** Oldest first. */
export interface Steps {
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

export const NO_STEPS: Steps = { done: [], undone: [] };

/** Beyond that, the oldest is forgotten. */
const STEPS_MAX = 200;

/** What has to be commanded to take a deed back. */
export type Reversal =
  | {
      readonly type: 'command';
      readonly command: Command;
      /** What the command will have done; an `add` learns its id from the outcome. */
      readonly deed: Deed;
      /** Fields left alone, since somebody else changed them. */
      readonly kept: readonly FieldName[];
    }
  /** It is so already, or the story is gone. */
  | { readonly type: 'nothing' }
  /** Somebody else changed all that it would take back. */
  | { readonly type: 'kept'; readonly kept: readonly FieldName[] };

const EMPTY: ItemFields = {
  story_id: '',
  stage: '',
  name: '',
  agent: '',
  depends_on: '',
  claimed_by: '',
  retry_count: 0,
  claimed_at: 0,
  blocked: false,
};

/** Fields an item has when it was added with these. */
export function addedFields(fields: Partial<NewFields>): ItemFields {
  return { ...EMPTY, ...fields };
}

/** What an edit changes of an item; null: nothing. */
export function editDeed(
  id: ItemId,
  before: ItemFields,
  fields: Partial<NewFields>,
): Extract<Deed, { type: 'edit' }> | null {
  const names = namesOf(fields).filter((name) => before[name] !== fields[name]);
  if (names.length === 0) return null;
  return { type: 'edit', id, before: pick(before, names), after: pick(fields, names) };
}

/** `now`: the item's fields; undefined: it is gone. */
export function reversalOf(deed: Deed, now: ItemFields | undefined): Reversal {
  if (deed.type === 'delete') {
    const fields = writable(deed.fields);
    return {
      type: 'command',
      command: { type: 'add', fields, after: deed.id },
      deed: { type: 'add', id: deed.id, fields: addedFields(fields) },
      kept: [],
    };
  }
  if (now === undefined) return { type: 'nothing' };
  if (deed.type === 'add') {
    const kept = namesOf(deed.fields).filter((name) => now[name] !== deed.fields[name]);
    if (kept.length > 0) return { type: 'kept', kept };
    const { id } = deed;
    return {
      type: 'command',
      command: { type: 'delete', id },
      deed: { type: 'delete', id, fields: now },
      kept,
    };
  }
  const { id, before, after } = deed;
  const differing = namesOf(after).filter((name) => now[name] !== before[name]);
  const kept = differing.filter((name) => now[name] !== after[name] || before[name] === null);
  const names = differing.filter((name) => !kept.includes(name));
  if (names.length === 0) return kept.length > 0 ? { type: 'kept', kept } : { type: 'nothing' };
  const fields = pick(before, names) as Partial<NewFields>;
  return {
    type: 'command',
    command: { type: 'edit', id, fields },
    deed: { type: 'edit', id, before: pick(now, names), after: fields },
    kept,
  };
}

/** After something new was done, what was undone before cannot come back. */
export function recorded(steps: Steps, step: Step): Steps {
  return { done: [...steps.done, step].slice(-STEPS_MAX), undone: [] };
}

/** The step is being taken back, or done again. */
export function without(steps: Steps, step: Step): Steps {
  const others = (list: readonly Step[]) => list.filter((other) => other !== step);
  return { done: others(steps.done), undone: others(steps.undone) };
}

/** Puts `step` on top of a stack, as an undo or redo leaves it. */
export function onTop(steps: Steps, stack: keyof Steps, step: Step): Steps {
  return { ...steps, [stack]: [...steps[stack], step].slice(-STEPS_MAX) };
}

/** The story that was `from` came back as `to`. */
export function renamed(steps: Steps, from: ItemId, to: ItemId): Steps {
  const rename = (step: Step): Step =>
    step.deeds.some(({ id }) => id === from)
      ? {
          ...step,
          deeds: step.deeds.map((deed) => (deed.id === from ? { ...deed, id: to } : deed)),
        }
      : step;
  return { done: steps.done.map(rename), undone: steps.undone.map(rename) };
}

/** Registers without a value of their type are left out, and get the empty one. */
export function writable(fields: ItemFields): Partial<NewFields> {
  const names = namesOf(fields).filter((name) => fields[name] !== null);
  return pick(fields, names) as Partial<NewFields>;
}

function namesOf(fields: Partial<ItemFields>): readonly FieldName[] {
  return Object.keys(fields) as FieldName[];
}

function pick<Fields extends Partial<ItemFields>>(
  fields: Fields,
  names: readonly FieldName[],
): Partial<Fields> {
  return Object.fromEntries(names.map((name) => [name, fields[name]])) as Partial<Fields>;
}
