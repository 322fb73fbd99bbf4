/** What stands in an element whose attributes cannot be followed. */
import type { EmbedFilter } from '../../embed/attributes.ts';

export function badEmbedText({ attribute, value, reason }: Extract<EmbedFilter, { type: 'bad' }>) {
  if (reason === 'too-long') {
    return `The ${attribute === 'stages' ? 'stages' : 'filter'} of this board are too long to be read: “${value}…”`;
  }
  return `“${value}” is no name of a stage: letters, digits, “_”, “-” and “.”, at most 64.`;
}
