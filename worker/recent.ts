/** The latest so many of a row of numbered entries. */

export interface Recent<Entry extends { readonly number: number }> {
  /** `make` is given the entry's number: 1 for the first ever, and so on. */
  add(make: (number: number) => Entry): void;
  /** Those with a higher number, oldest first. */
  after(number: number): readonly Entry[];
  /** Forgets the entries; the numbers go on. */
  clear(): void;
}

export function createRecent<Entry extends { readonly number: number }>(
  most: number,
): Recent<Entry> {
  /** Up to twice as many, so that it is cut rarely. */
  let entries: Entry[] = [];
  let made = 0;

  return {
    add(make) {
      made += 1;
      entries.push(make(made));
      if (entries.length >= 2 * most) entries = entries.slice(-most);
    },
    after: (number) => entries.slice(-most).filter((entry) => entry.number > number),
    clear() {
      entries = [];
    },
  };
}
