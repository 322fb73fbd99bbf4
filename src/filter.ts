/**
 * Which stories somebody wants to see, as a line of text that can be typed, linked and embedded:
 *
 *     lock type:bug agent:coder* -stage:archived is:blocked is:mine
 *
 * Words are looked for in number, name, id and agent. `agent:`, `type:` and `stage:` take a value
 * (`"two words"`, `"a ""b"""`, `coder*`, `none`); several of one kind mean any of them. `is:` takes `blocked`,
 * `claimed`, `mine` and `needs-person`. A `-` in front means: not that. Any text is a filter; what is no term of
 * these is a word. Pure.
 */
import type { ItemFields } from '../worker/api.ts';
import { parseStoryId } from './story.ts';

export type FilterTerm =
  | { readonly type: 'word'; readonly value: string; readonly isNot: boolean }
  | { readonly type: Facet; readonly value: string; readonly isNot: boolean }
  | { readonly type: 'is'; readonly value: FilterState; readonly isNot: boolean };

export type Facet = 'agent' | 'type' | 'stage';
export type FilterState = 'blocked' | 'claimed' | 'mine' | 'needs-person';
/** In no particular order; empty: everything is wanted. */
export type Filter = readonly FilterTerm[];

/** Of a text that is longer, the rest is not read. */
export const FILTER_MAX_LENGTH = 500;
/** As a value: the register is empty. */
export const NO_VALUE = 'none';

const FACETS: readonly string[] = ['agent', 'type', 'stage'] satisfies Facet[];
const STATES: readonly string[] = [
  'blocked',
  'claimed',
  'mine',
  'needs-person',
] satisfies FilterState[];
/** In quotes, a quote stands twice, as in CSV. */
const TOKEN = /(-?)(?:([a-z]+):(?:"((?:[^"]|"")*)"?|(\S*))|"((?:[^"]|"")*)"?|(\S+))/giu;

export function parseFilter(text: string): Filter {
  return [...text.slice(0, FILTER_MAX_LENGTH).matchAll(TOKEN)].flatMap(parseToken);
}

function parseToken([token, not, name, ...values]: RegExpMatchArray): readonly FilterTerm[] {
  const isNot = not === '-';
  const type = name?.toLowerCase() ?? '';
  const [ofName, bareOfName, quoted, bare] = values;
  const value = fold((ofName ?? quoted)?.replaceAll('""', '"') ?? bareOfName ?? bare ?? '');
  if (isFacet(type)) return value === '' ? [] : [{ type, value, isNot }];
  if (type === 'is' && isState(value)) return [{ type, value, isNot }];
  if (type === 'is' && value === '') return [];
  // `feat:` or `is:late`: somebody looks for these letters.
  const word = name === undefined ? value : fold(token.replace(/^-/, '').replaceAll('"', ''));
  return word === '' ? [] : [{ type: 'word', value: word, isNot }];
}

/** `parseFilter` of it gives the same terms. */
export function formatFilter(filter: Filter): string {
  return filter
    .map(
      ({ type, value, isNot }) =>
        `${isNot ? '-' : ''}${type === 'word' ? '' : `${type}:`}${writeValue(value)}`,
    )
    .join(' ');
}

function writeValue(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export function hasTerm(filter: Filter, type: FilterTerm['type'], value: string): boolean {
  return filter.some((term) => isTerm(term, type, value));
}

/** The text with this term put at its end, or taken out. What else was typed stays as it was typed. */
export function toggleTerm(
  text: string,
  type: Exclude<FilterTerm['type'], 'word'>,
  value: string,
): string {
  const wanted = fold(value);
  const tokens = [...text.matchAll(TOKEN)];
  const others = tokens.filter(
    (token) => !parseToken(token).some((its) => isTerm(its, type, wanted)),
  );
  const texts = others.map(([token]) => token);
  if (others.length === tokens.length) {
    texts.push(`${type}:${writeValue(wanted)}`);
  }
  return texts.join(' ');
}

function isTerm(term: FilterTerm, type: FilterTerm['type'], value: string): boolean {
  return term.type === type && term.value === fold(value) && !term.isNot;
}

/** What a story's own fields do not say. */
export interface KnownOfStory {
  /** Own key, for `is:mine`; empty: not known yet, and nothing is. */
  readonly signer: string;
  /** As `agents.ts` finds it, which looks at other stories and at the time. */
  readonly needsPerson: boolean;
}

export function matches(fields: ItemFields, filter: Filter, known: KnownOfStory): boolean {
  for (const term of filter) {
    if (term.isNot || !isFacet(term.type)) {
      if (holds(fields, term, known) === term.isNot) return false;
    }
  }
  for (const facet of FACETS) {
    const any = filter.filter((term) => term.type === facet && !term.isNot);
    if (any.length > 0 && !any.some((term) => holds(fields, term, known))) return false;
  }
  return true;
}

/** Whether the filter leaves the column of a stage on the board at all. */
export function wantsStage(filter: Filter, stage: string): boolean {
  const terms = filter.filter(({ type }) => type === 'stage');
  const wanted = terms.filter(({ isNot }) => !isNot);
  return (
    !terms.some((term) => term.isNot && isStage(stage, term.value)) &&
    (wanted.length === 0 || wanted.some(({ value }) => isStage(stage, value)))
  );
}

function holds(fields: ItemFields, term: FilterTerm, known: KnownOfStory): boolean {
  switch (term.type) {
    case 'word':
      return searchText(fields).includes(term.value);
    case 'agent':
      return isValue(fold(fields.agent ?? ''), term.value);
    case 'type':
      return isValue(fold(parseStoryId(fields.story_id)?.type ?? ''), term.value);
    case 'stage':
      return isStage(fields.stage ?? '', term.value);
    case 'is':
      if (term.value === 'blocked') return fields.blocked === true;
      if (term.value === 'claimed') return Boolean(fields.claimed_by);
      if (term.value === 'needs-person') return known.needsPerson;
      return known.signer !== '' && fields.claimed_by === known.signer;
  }
}

/** `current` means `2_current` too. */
function isStage(stage: string, value: string): boolean {
  const folded = fold(stage);
  return isValue(folded, value) || isValue(folded.replace(/^\d+_/, ''), value);
}

function isValue(folded: string, value: string): boolean {
  if (value === NO_VALUE && folded === '') return true;
  return value.endsWith('*') ? folded.startsWith(value.slice(0, -1)) : folded === value;
}

function isFacet(type: string): type is Facet {
  return FACETS.includes(type);
}

function isState(value: string): value is FilterState {
  return STATES.includes(value);
}

/** Fields are made anew when they change, so what is known of them goes with them. */
const searchTexts = new WeakMap<ItemFields, string>();

function searchText(fields: ItemFields): string {
  const known = searchTexts.get(fields);
  if (known !== undefined) return known;
  const text = fold(`${fields.story_id ?? ''}\n${fields.name ?? ''}\n${fields.agent ?? ''}`);
  searchTexts.set(fields, text);
  return text;
}

/** Without case and accents. */
function fold(text: string): string {
  if (/^[\x20-\x7e\n]*$/.test(text)) return text.toLowerCase();
  // Some signs fall apart into capitals.
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
