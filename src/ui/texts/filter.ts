/** Texts of the filter of a board. */
import type { Facet, FilterState } from '../../filter.ts';
import { board, numbers, stageTitle } from '../texts.ts';

export const filterTexts = {
  label: 'Filter',
  field: 'Filter stories',
  // Fits a phone.
  placeholder: 'Filter by words, agent:, is:…',
  more: 'More…',
  moreLabel: 'More… by state, stage, agent and type',
  menu: 'Filter by state, stage, agent and type',
  command: 'Filter the stories',
  mineCommand: 'Show only what this device has claimed, or all again',
  blockedCommand: 'Show only what is blocked, or all again',
  clear: 'Clear',
  clearLabel: 'Clear the filter',
  /** `12 of 400`. */
  part: (shown: number, of: number) => `${numbers.format(shown)} of ${numbers.format(of)}`,
  found: (shown: number, of: number) =>
    `${numbers.format(shown)} of ${numbers.format(of)} stories match.`,
  noFilter: (of: number) => `No filter: all ${numbers.format(of)} stories.`,
  nothing: 'No story matches this filter.',
  nothingHere: 'No match',
  stray: 'no longer matches the filter',
  states: {
    blocked: 'Blocked',
    claimed: 'Claimed',
    mine: 'Mine',
    'needs-person': 'Needs a person',
  } satisfies Record<FilterState, string>,
  is: 'State',
  facets: { agent: 'Agent', type: 'Type', stage: 'Stage' } satisfies Record<Facet, string>,
  noAgent: 'No agent',
  noType: 'No type',
  moreValues: (left: number) => `and ${numbers.format(left)} more: type agent: and a name`,
  syntax:
    'Several of a kind mean any of them. A minus in front means not: -is:blocked. A star stands for the rest: agent:coder*.',
  close: 'Close',
} as const;

/** `part`: how many of them are shown. */
export function totalText(part: number | null, of: number): string {
  return part === null || part === of ? board.total(of) : `${filterTexts.part(part, of)} stories`;
}

/** `3`, or `3 of 12`. */
export function columnCount(part: number, of: number): string {
  return part === of ? String(of) : filterTexts.part(part, of);
}

/** `Backlog, 12 stories`, or `Backlog, 3 of 12 stories`. */
export function columnLabel(stage: string, part: number, of: number): string {
  const title = stageTitle(stage);
  if (part === of) return board.columnLabel(title, of);
  return `${title}, ${filterTexts.part(part, of)} stories`;
}
