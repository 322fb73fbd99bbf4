/** Texts of the commands of the board, of the sheet of keys and of the palette. */

/** Where a command stands in the sheet of keys and in the palette, in this order. */
export const commandGroups = {
  anywhere: 'Anywhere',
  go: 'From story to story',
  story: 'On a story',
  view: 'Go to',
} as const;

export const commandTitles = {
  add: 'Add a story',
  keys: 'Show the keys',
  undo: 'Undo what I did last',
  redo: 'Do again what I undid',
  columns: 'From column to column',
  step: 'To the next story',
  ends: 'To the first or last of the column',
  open: 'Open the story',
  move: 'Move to another stage…',
  block: 'Block, or take the block away',
  delete: 'Delete',
  export: 'Export every op of this replica',
} as const;

export const keysSheet = {
  search: 'Search the keys',
  nothing: 'No key does that.',
} as const;
