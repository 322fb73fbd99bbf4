/** What undo, redo and commands to many stories say. */
import type { CommandRefusal, FieldName } from '../../../worker/api.ts';
import { count, fieldLabels } from '../texts.ts';
import { commandRefusals } from './refusals.ts';

const list = new Intl.ListFormat('en');

export const undoTexts = {
  undone: (what: string) => `Undone: ${what}`,
  redone: (what: string) => `Done again: ${what}`,
  notUndoneField: 'That was not undone',
  notRedoneField: 'That was not done again',
  nothingToUndo: 'There is nothing to undo.',
  nothingToRedo: 'There is nothing to do again.',
  undoing: (stories: number) => `Undoing, ${count(stories, 'story', 'stories')}`,
  redoing: (stories: number) => `Doing again, ${count(stories, 'story', 'stories')}`,
  /** All of it was changed by others since, or is so already. */
  notUndone: (what: string) => `Not undone: ${what}`,
  notRedone: (what: string) => `Not done again: ${what}`,
  gone: 'The story is gone.',
  already: 'It is so already.',
  keptFields: (names: readonly FieldName[]) =>
    `Somebody changed ${list.format(names.map((name) => fieldLabels[name].toLowerCase()))} since, and that was left as it is.`,
  keptStories: (stories: number) =>
    `${count(stories, 'story was', 'stories were')} changed by somebody since, and left alone.`,
} as const;

export type RefusalReason = CommandRefusal | 'worker-gone';

/** `3 stories were refused: the story was deleted meanwhile. 1 story was refused: …` */
export function refusalCounts(reasons: readonly RefusalReason[]): string {
  const counts = new Map<RefusalReason, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(
      ([reason, number]) =>
        `${count(number, 'story was', 'stories were')} refused: ${commandRefusals[reason]}.`,
    )
    .join(' ');
}
