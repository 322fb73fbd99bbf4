/** Texts of the views beside the board, and of going from one to another. */

export const viewTitles = {
  board: 'Board',
  agents: 'Agents',
  flow: 'Flow',
  graph: 'Graph',
  inspector: 'Sync',
  settings: 'Settings',
} as const;

export const viewTexts = {
  label: 'Views',
  goTo: (title: string) => `Go to ${title}`,
  loading: (title: string) => `Loading ${title}…`,
  failed: (title: string) => `${title} could not be shown`,
  failedText:
    'Its code did not load, or had an error. The board and your edits are not affected by that.',
  again: 'Try again',
  toBoard: 'Back to the board',
} as const;

export const storyAddressTexts = {
  notHere: (name: string) => `There is no story “${name}” in this pipeline.`,
} as const;
