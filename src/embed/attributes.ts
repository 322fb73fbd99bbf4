/**
 * What the attributes of `<huskies-pipeline>`, or the query of `embed.html`, ask for. They may come
 * from anybody who writes a page or a link, so they are read strictly. Pure.
 */
import { FILTER_MAX_LENGTH, type FilterTerm, formatFilter } from '../filter.ts';
import { type PageAddress, parsePipelineAddress } from '../pageAddress.ts';

/** As written; null: not given. */
export interface WrittenAttributes {
  readonly relay: string | null;
  readonly pipeline: string | null;
  /** Names of stages, with spaces or commas between. */
  readonly stages: string | null;
  /** As typed into the board's filter. */
  readonly filter: string | null;
  /** Of the page that embeds. */
  readonly origin: string;
}

export type EmbedAddress = PageAddress;

export type EmbedFilter =
  /** `text`: a filter that wants what `stages` and `filter` both want; empty: everything. */
  | { readonly type: 'ok'; readonly text: string }
  | {
      readonly type: 'bad';
      readonly attribute: 'stages' | 'filter';
      readonly value: string;
      readonly reason: 'bad-name' | 'too-long';
    };

const STAGE_NAME = /^[\w.-]{1,64}$/;

export function parseEmbedAddress(written: WrittenAttributes): EmbedAddress {
  return parsePipelineAddress(written);
}

export function parseEmbedFilter({
  stages,
  filter,
}: Pick<WrittenAttributes, 'stages' | 'filter'>): EmbedFilter {
  const names = (stages ?? '').split(/[\s,]+/).filter((name) => name !== '');
  const wrong = names.find((name) => !STAGE_NAME.test(name));
  if (wrong !== undefined) {
    return { type: 'bad', attribute: 'stages', value: wrong, reason: 'bad-name' };
  }
  const terms = names.map((value): FilterTerm => ({ type: 'stage', value, isNot: false }));
  const text = [formatFilter(terms), filter?.trim() ?? ''].filter((part) => part !== '').join(' ');
  // The rest would not be read, and the board would show more than was asked for.
  if (text.length > FILTER_MAX_LENGTH) {
    const attribute = filter === null ? 'stages' : 'filter';
    return {
      type: 'bad',
      attribute,
      value: (filter ?? stages ?? '').slice(0, 40),
      reason: 'too-long',
    };
  }
  return { type: 'ok', text };
}

export type EmbedTheme = 'auto' | 'light' | 'dark';

export function parseEmbedTheme(theme: string | null): EmbedTheme {
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}
