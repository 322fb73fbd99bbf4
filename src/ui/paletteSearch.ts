/**
 * Finds what somebody means by a few letters: those of the text in order, not all of it. Beginnings
 * of words, letters that stand together and whole numbers count for more. Pure.
 *
 * Considered: fuzzysort 3.1 (7 KB) and uFuzzy 1.0 (4 KB) rank better in long texts; titles and names
 * are short, and a list of 28,000 must be searched in slices, which neither does.
 */

export interface Found<Entry> {
  readonly entry: Entry;
  readonly score: number;
}

const AT_START = 8;
const TOGETHER = 4;
const ANYWHERE = 1;
/** As many letters left out cost one found anywhere. */
const GAP_COST = 0.05;
const WHOLE_WORD = 40;

/**
 * Higher is better; null: not all is there. Both in lower case. Words of the query may come in any
 * order, the letters of each must not.
 */
export function scoreOf(text: string, query: string): number | null {
  let score = 0;
  for (const word of query.split(' ')) {
    const own = word === '' ? 0 : scoreOfWord(text, word);
    if (own === null) return null;
    score += own;
  }
  return score;
}

function scoreOfWord(text: string, word: string): number | null {
  // A number is meant as it stands: the letters of 12 are in 21 S21 too.
  if (/^\d+$/.test(word) && !text.includes(word)) return null;
  let score = 0;
  let at = -1;
  for (const letter of word) {
    const next = nextAt(text, letter, at);
    if (next < 0) return null;
    if (isStart(text, next)) score += AT_START;
    else score += next === at + 1 ? TOGETHER : ANYWHERE;
    score -= Math.min(ANYWHERE, (next - at - 1) * GAP_COST);
    at = next;
  }
  return ` ${text} `.includes(` ${word} `) ? score + WHOLE_WORD : score;
}

/** The letter that follows at once, else one that begins a word, else any. */
function nextAt(text: string, letter: string, at: number): number {
  if (text[at + 1] === letter) return at + 1;
  const first = text.indexOf(letter, at + 1);
  if (first < 0 || isStart(text, first)) return first;
  const word = text.indexOf(` ${letter}`, first);
  return word < 0 ? first : word + 1;
}

function isStart(text: string, index: number): boolean {
  return index === 0 || text[index - 1] === ' ';
}

/** How many entries are looked at before the next pause can be taken. */
const CHUNK = 500;

/**
 * The best `most` of the entries, best first and in their order where equal. Yields between chunks,
 * so that a caller can give the browser time.
 */
export function* search<Entry>(
  entries: Iterable<Entry>,
  textOf: (entry: Entry) => string,
  query: string,
  most: number,
): Generator<undefined, readonly Found<Entry>[]> {
  const wanted = query.trim().toLowerCase();
  let found: Found<Entry>[] = [];
  let looked = 0;
  const best = (): Found<Entry>[] =>
    found.sort((left, right) => right.score - left.score).slice(0, most);
  for (const entry of entries) {
    const score = scoreOf(textOf(entry), wanted);
    if (score !== null) found.push({ entry, score });
    looked += 1;
    if (looked % CHUNK === 0) {
      if (found.length > most * 4) found = best();
      yield;
    }
  }
  return best();
}
