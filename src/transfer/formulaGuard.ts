/**
 * A CSV cell that starts like a formula is run by a spreadsheet. Such a text gets an apostrophe in
 * front, which spreadsheets take for "this is text"; reading takes one away again.
 *
 * Invariant: `unguarded(guarded(text)) === text`, so texts that start with apostrophes before such a
 *   sign get one more too. A file from elsewhere that means `'=` literally loses its apostrophe.
 */

// Full-width signs are read like the plain ones by some.
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/u;

export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

export function unguarded(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
