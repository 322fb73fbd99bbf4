/** What is said of stories that are carried, chosen and changed together. */
import type { ItemFields } from '../../../worker/api.ts';
import { count, stageTitle, storyName, storyNumber } from '../texts.ts';

/** Where a story stands, or would: its stage, and the place that the order of the list gives it. */
export interface Place {
  readonly stage: string;
  /** 1: the first. */
  readonly place: number;
  readonly of: number;
}

function at({ stage, place, of }: Place): string {
  return `${stageTitle(stage)}, place ${place} of ${of}`;
}

const several = (number: number): string => count(number, 'story', 'stories');
const what = (fields: ItemFields, number: number): string =>
  number === 1 ? storyNumber(fields) : several(number);

export const carryTexts = {
  pickedUp: (fields: ItemFields, number: number, from: Place) =>
    `Picked up ${number === 1 ? `${storyNumber(fields)} ${storyName(fields)}` : several(number)}. ${at(from)}. Arrow keys choose a stage, Enter drops, Escape leaves it where it was.`,
  over: (place: Place) => `${at(place)}.`,
  overOwn: (place: Place) => `${at(place)}, where it was.`,
  noMore: (stage: string) => `There is no stage beyond ${stageTitle(stage)}.`,
  order: 'Within a stage stories keep the order of the list, the same for everyone.',
  dropped: (fields: ItemFields, to: Place) => `${storyNumber(fields)} moved to ${at(to)}.`,
  cancelled: (fields: ItemFields, number: number, from: Place) =>
    number === 1
      ? `${storyNumber(fields)} stays in ${at(from)}.`
      : `${several(number)} stay where they were.`,
  movedMeanwhile: (fields: ItemFields, stage: string) =>
    `${storyNumber(fields)} was put down: somebody moved it to ${stageTitle(stage)} meanwhile.`,
  deletedMeanwhile: (fields: ItemFields) =>
    `${storyNumber(fields)} was put down: somebody deleted it meanwhile.`,
  landing: (fields: ItemFields, number: number) => `${what(fields, number)} lands here`,
  dropHint: 'Enter drops, Escape cancels',
  several,
} as const;

export const selectionTexts = {
  label: 'Selection',
  selected: (number: number) => `${count(number, 'story', 'stories')} selected`,
  cardSelected: 'selected',
  cleared: 'Nothing is selected.',
  added: (fields: ItemFields, number: number) =>
    `${storyNumber(fields)} selected, ${number} in all.`,
  removed: (fields: ItemFields, number: number) =>
    `${storyNumber(fields)} no longer selected, ${number} in all.`,
  move: 'Move to…',
  moveMenu: (number: number) => `Move ${several(number)} to`,
  block: 'Block',
  unblock: 'Unblock',
  claim: 'Claim',
  release: 'Release',
  delete: 'Delete',
  clear: 'Clear',
  select: 'Select',
  deselect: 'Take out of the selection',
} as const;

function othersHave(number: number): string {
  return `${count(number, 'story is', 'stories are')} claimed by somebody else, and left alone.`;
}

/** A change to many: what is said while it lasts, and after. */
export interface BulkTexts {
  readonly doing: string;
  done(number: number): string;
  /** There was nothing to change. */
  readonly nothing?: string;
}

export const bulkTexts = {
  move: (stage: string): BulkTexts => ({
    doing: `Moving to ${stageTitle(stage)}`,
    done: (number) => `${several(number)} moved to ${stageTitle(stage)}.`,
  }),
  block: {
    doing: 'Blocking',
    done: (number: number) => `${several(number)} blocked.`,
  },
  unblock: {
    doing: 'Taking blocks away',
    done: (number: number) => `${several(number)} no longer blocked.`,
  },
  claim: { doing: 'Claiming', done: (number: number) => `${several(number)} claimed.` },
  /** `left`: stories that others have claimed. */
  claimSome: (left: number): BulkTexts => ({
    doing: 'Claiming',
    done: (number) => `${several(number)} claimed. ${othersHave(left)}`,
    nothing: othersHave(left),
  }),
  release: { doing: 'Releasing', done: (number: number) => `${several(number)} released.` },
  remove: { doing: 'Deleting', done: (number: number) => `${several(number)} deleted.` },
  nothing: 'There was nothing to change.',
} as const;
