/** Texts of a field edited in its card. */
import type { ItemFields } from '../../../worker/api.ts';
import { dialog, fieldLabels, storyNumber } from '../texts.ts';

export const inlineTexts = {
  label: (field: 'name' | 'agent', fields: ItemFields) =>
    `${fieldLabels[field]} of ${storyNumber(fields)}`,
  hint: 'Enter saves, Escape leaves it as it was',
  elsewhere: dialog.changedElsewhere,
  deleted: (typed: string) => `The story was deleted elsewhere. You had typed: “${typed}”`,
  nameMissing: dialog.nameMissing,
  cancelled: 'Nothing is changed.',
} as const;
