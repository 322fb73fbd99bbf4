import { parse } from 'smol-toml';

/**
 * The line, from 1, on which each top-level key of a TOML document first stands, as a key or in the
 * head of a table. The parser tells no places, but it does tell where a statement ends: at the first
 * line up to which it can be read alone. `text` must be a document that can be read.
 */
export function linesOfKeys(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').map((line) => `${line}\n`);
  const found = new Map<string, number>();
  let begin = 0;
  let isTop = true;
  for (let end = 1; end <= lines.length; end += 1) {
    const statement = lines.slice(begin, end).join('');
    const keys = keysOf(statement);
    if (keys === null) continue;
    const isHead = statement.trimStart().startsWith('[');
    isTop &&= !isHead;
    for (const key of keys) {
      if ((isTop || isHead) && !found.has(key)) found.set(key, begin + 1);
    }
    begin = end;
  }
  return found;
}

/** null: the statement goes on. */
function keysOf(statement: string): readonly string[] | null {
  try {
    return Object.keys(parse(statement));
  } catch {
    return null;
  }
}
