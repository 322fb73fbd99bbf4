/** Texts of the graph of dependencies. */
import type { ItemFields } from '../../../worker/api.ts';
import { stageOf } from '../../story.ts';
import { count, stageTitle, storyName, storyNumber } from '../texts.ts';

export const graphTexts = {
  title: 'Dependencies',
  hint: 'An arrow leads from a story to what waits for it. Arrow keys walk along them.',
  drawing: 'Graph of dependencies',
  keys: 'Right goes to what waits for a story, left to what it waits for, up and down through the rank. Enter opens it.',
  form: 'Shown as',
  asDrawing: 'Graph',
  asList: 'List',
  done: 'Done stories',
  doneChoices: { needed: 'Where needed', none: 'Hidden', all: 'All' },
  near: (number: string) => `Only near ${number}`,
  steps: 'Steps each way',
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
  laying: 'Laying out…',
  failed: 'The graph could not be laid out. The list has the same.',
  none: 'No story depends on another.',
  noneText: 'What a story waits for stands in its field “Depends on”.',
  noneFound: 'Nothing that the filter wants depends on another story.',
  alone: (number: number) => `${count(number, 'story stands', 'stories stand')} alone`,
  leftOut: (number: number) =>
    `${count(number, 'story', 'stories')} left out, as what joins ${number === 1 ? 'it' : 'them'} to others is done`,
  farther: (number: number) => `${count(number, 'story', 'stories')} farther away`,
  large: (number: number) =>
    `A group of ${count(number, 'story', 'stories')} that hang together is too large to draw at once. Start near one of those with the most dependencies:`,
  unknown: 'not here',
  unknownSaid: (text: string) => `${text} is not in this pipeline.`,
  blocked: 'Blocked',
  cycle: 'Cycle',
  table: 'Stories with dependencies',
  columns: ['Story', 'Stage', 'Waits for', 'Needed by', 'Remarks'],
  doneNumber: (number: string) => `${number} (done)`,
  more: (number: number) => `Show ${count(number, 'more', 'more')}`,
  beside: 'beside the filter',
  inCycle: (others: readonly string[]) =>
    others.length === 0 ? 'waits for itself' : `in a cycle with ${list(others)}`,
} as const;

const lists = new Intl.ListFormat('en', { type: 'conjunction' });

export function list(texts: readonly string[]): string {
  return lists.format(texts);
}

/** What is around a node, as numbers. */
export interface NodeFacts {
  /** Not done, or not here. */
  readonly waitsFor: readonly string[];
  readonly after: readonly string[];
  readonly neededBy: readonly string[];
  /** The others of its cycle; null: it is in none. */
  readonly cycle: readonly string[] | null;
  readonly isBeside: boolean;
}

/** All that a node shows, and where its lines lead, as one sentence. */
export function storyNodeLabel(fields: ItemFields, facts: NodeFacts): string {
  return [
    `${storyNumber(fields)} ${storyName(fields)}`,
    stageTitle(stageOf(fields)),
    ...remarks(fields, facts),
    facts.waitsFor.length > 0 ? `waits for ${list(facts.waitsFor)}` : null,
    facts.after.length > 0 ? `after ${list(facts.after)}, done` : null,
    facts.neededBy.length > 0 ? `needed by ${list(facts.neededBy)}` : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

export function unknownNodeLabel(text: string, { neededBy }: NodeFacts): string {
  return `${text}, not in this pipeline, needed by ${list(neededBy)}`;
}

export function remarks(fields: ItemFields, facts: NodeFacts): readonly string[] {
  return [
    ...(fields.blocked === true ? ['blocked'] : []),
    ...(facts.cycle === null ? [] : [graphTexts.inCycle(facts.cycle)]),
    ...(facts.isBeside ? [graphTexts.beside] : []),
  ];
}
