/** What importing stories into a board comes to. Pure. */
import type { Command, ItemFields, ItemId, ItemView, NewFields } from '../../worker/api.ts';
import type { RefusedRow, StoryRow } from './storyRows.ts';

export interface StoryPlan {
  readonly added: readonly StoryRow[];
  /** Rows whose story is on the board, and differs there. */
  readonly changed: readonly KnownRow[];
  /** Rows whose story is on the board, just so. */
  readonly same: readonly StoryRow[];
  readonly refused: readonly RefusedRow[];
}

export interface KnownRow extends StoryRow {
  readonly id: ItemId;
  readonly before: ItemFields;
  /** Those that differ. */
  readonly fields: Partial<NewFields>;
}

/** A row is about the story with its id. One without an id is a new story. */
export function planStories(rows: readonly StoryRow[], board: Iterable<ItemView>): StoryPlan {
  const known = new Map<string, readonly ItemView[]>();
  for (const item of board) {
    const id = item.fields.story_id ?? '';
    if (id !== '') known.set(id, [...(known.get(id) ?? []), item]);
  }
  const added: StoryRow[] = [];
  const changed: KnownRow[] = [];
  const same: StoryRow[] = [];
  const refused: RefusedRow[] = [];
  const taken = new Set<string>();
  for (const row of rows) {
    const storyId = row.fields.story_id ?? '';
    const [item, ...others] = storyId === '' ? [] : (known.get(storyId) ?? []);
    if (taken.has(storyId)) refused.push({ place: row.place, why: 'twice', what: storyId });
    else if (others.length > 0) {
      refused.push({ place: row.place, why: 'ambiguous', what: storyId });
    } else if (item === undefined) added.push(row);
    else {
      const fields = differing(row.fields, item.fields);
      if (Object.keys(fields).length === 0) same.push(row);
      else changed.push({ place: row.place, id: item.id, before: item.fields, fields });
    }
    if (storyId !== '') taken.add(storyId);
  }
  return { added, changed, same, refused };
}

/** An empty value and none are the same in a file. */
function differing(fields: Partial<NewFields>, now: ItemFields): Partial<NewFields> {
  const entries = Object.entries(fields).filter(([name, value]) => {
    const held = now[name as keyof ItemFields];
    return held === null ? value !== '' : held !== value;
  });
  return Object.fromEntries(entries);
}

/** What becomes of stories that are on the board already. */
export type KnownStories = 'skip' | 'update';

export interface PlannedCommand {
  readonly row: StoryRow | KnownRow;
  readonly command: Command;
}

export function commandsOf(plan: StoryPlan, known: KnownStories): readonly PlannedCommand[] {
  const edits = plan.changed.map((row) => ({
    row,
    command: { type: 'edit', id: row.id, fields: row.fields } as const,
  }));
  const adds = plan.added.map((row) => ({
    row,
    command: { type: 'add', fields: row.fields } as const,
  }));
  return known === 'update' ? [...adds, ...edits] : adds;
}
