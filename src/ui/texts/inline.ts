/** Texts of a field edited in its card. */
import type { ItemFields } from '../../../worker/api.ts';
import { fieldLabels, storyNumber } from '../texts.ts';

export const inlineTexts = {
  label: (field: 'name' | 'agent', fields: ItemFields) =>
    `${fieldLabels[field]} of ${storyNumber(fields)}`,
  hint: 'Enter saves, Escape leaves it as it was',
  elsewhere: (value: string) => `Changed elsewhere to ${value === '' ? 'nothing' : `“${value}”`}`,
  deleted: (typed: string) => `The story was deleted elsewhere. You had typed: “${typed}”`,
  nameMissing: 'A story needs a name.',
  cancelled: 'Nothing is changed.',
} as const;
