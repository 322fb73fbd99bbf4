/** Texts of the commands of the board, of the sheet of keys and of the palette. */

/** Where a command stands in the sheet of keys and in the palette, in this order. */
export const commandGroups = {
  anywhere: 'Anywhere',
  go: 'From story to story',
  story: 'On a story, or on those selected',
  carry: 'While a story is picked up',
  selection: 'Several stories',
  view: 'Go to',
} as const;

export const commandTitles = {
  add: 'Add a story',
  keys: 'Show the keys',
  access: 'Show or change the access to the relay',
  palette: 'Find a command or a story',
  undo: 'Undo what I did last',
  redo: 'Do again what I undid',
  columns: 'From column to column',
  step: 'To the next story',
  ends: 'To the first or last of the column',
  open: 'Open the story',
  closeStory: 'Close the story beside the board',
  move: 'Move to another stage…',
  edit: 'Change the name here',
  agent: 'Change the agent here',
  carry: 'Pick up, to move by arrow keys',
  carryOver: 'To the stage beside, or the first or last',
  carryDrop: 'Drop',
  carryCancel: 'Leave it where it was',
  toggleBlock: 'Block, or take the block away',
  block: 'Block those selected',
  unblock: 'Take the block away from those selected',
  claim: 'Claim for this device',
  release: 'Release the claim',
  select: 'Select, or take out of the selection',
  extend: 'Select the next one too',
  selectColumn: 'Select all of the column',
  clear: 'Select nothing',
  delete: 'Delete',
} as const;

export const paletteTexts = {
  label: 'Commands and stories',
  field: 'Command, story or number',
  stories: 'Stories',
  moveTo: (title: string) => `Move to ${title}`,
  nothing: 'Nothing fits.',
  notLoaded: 'That part of the page could not be loaded. Try again when you are online.',
} as const;

export const keysSheet = {
  search: 'Search the keys',
  nothing: 'No key does that.',
} as const;
