/** Texts of the forms of stories, and of sheets. */
import type { ItemFields } from '../../../worker/api.ts';
import { count, storyNumber } from '../texts.ts';
import { inlineTexts } from './inline.ts';

export const dialog = {
  addTitle: 'Add a story',
  add: 'Add',
  type: 'Type',
  otherType: 'Other',
  editTitle: (fields: ItemFields) => `Story ${storyNumber(fields)}`,
  save: 'Save',
  close: 'Close',
  cancel: 'Cancel',
  delete: 'Delete',
  saveAsNew: 'Save as a new story',
  nothingToSave: 'Nothing is changed',
  changed: (number: number) => `${count(number, 'field', 'fields')} changed`,
  deletedElsewhere: 'This story was deleted elsewhere. What you typed is still here.',
  changedElsewhere: inlineTexts.elsewhere,
  wrongType: 'This field holds a value of the wrong type.',
  notANumber: 'This is not a number.',
  notADate: 'This is not a date and time.',
  nameMissing: inlineTexts.nameMissing,
  numberTaken: (number: number) => `The number ${number} is in use already.`,
  idForm: 'The nodes expect <number>_<type>_<words>, as in 401_story_keep_merge_gate.',
  dependsHint: 'Story numbers, with commas between',
  claimedAtHint: 'Empty: not claimed',
  agentHint: 'Empty: nobody',
  leaveQuestion: 'What you typed is not saved.',
  stay: 'Go on editing',
  discard: 'Discard it',
} as const;
