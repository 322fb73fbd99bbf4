/** Where in the access file an entry stands, which the TOML parser does not tell. */

export function isEntryTable(name: string): name is 'token' | 'key' | 'address' {
  return name === 'token' || name === 'key' || name === 'address';
}

/** Line, from 1, of the entry `index` of `table`, or of what else has that name. */
export function lineOfEntry(text: string, table: string, index: number): number {
  const lines = text.split('\n');
  const heads = lines.flatMap((line, at) => (isHead(line, table) ? [at + 1] : []));
  const named = lines.findIndex((line) =>
    line
      .trim()
      .replace(/^\[+\s*/, '')
      .startsWith(table),
  );
  return heads[index] ?? heads[0] ?? named + 1;
}

function isHead(line: string, table: string): boolean {
  const [, name] = /^\s*\[\[\s*"?([^\]"\s]+)"?\s*\]\]/.exec(line) ?? [];
  return name === table;
}
