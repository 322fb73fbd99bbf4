/**
 * Which part of a board is looked at, as pairs of name and value: the view, the filter, the open
 * story. A board that is the page keeps them in the page's address, so that they can be linked and
 * the browser goes back through them; one in somebody's page keeps them to itself.
 *
 * Invariant: of the address, only the pairs that were set are ever changed.
 */
import { createSignal, onCleanup } from 'solid-js';

/** Null: without this pair. */
export type QueryChanges = { readonly [name: string]: string | null };

export interface BoardQuery {
  /** Null: not there, or more than once. Tracks the query. */
  get(name: string): string | null;
  /** `push`: the browser's Back undoes it. */
  set(changes: QueryChanges, how: 'push' | 'replace'): void;
  /** Address of the page after such changes, for a link. Tracks the query. */
  href(changes: QueryChanges): string;
}

export function createBoardQuery(place: 'page' | 'embedded'): BoardQuery {
  const isPage = place === 'page';
  const [search, setSearch] = createSignal(isPage ? location.search : '');
  if (isPage) {
    const follow = (): void => void setSearch(location.search);
    window.addEventListener('popstate', follow);
    onCleanup(() => window.removeEventListener('popstate', follow));
  }
  return {
    get: (name) => valueIn(search(), name),
    set: (changes, how) => {
      const next = searchWith(search(), changes);
      if (next === search()) return;
      if (isPage) {
        const address = `${location.pathname}${next}${location.hash}`;
        if (how === 'push') history.pushState(null, '', address);
        else history.replaceState(history.state, '', address);
      }
      setSearch(next);
    },
    href: (changes) => (isPage ? `${location.pathname}${searchWith(search(), changes)}` : ''),
  };
}

function valueIn(search: string, name: string): string | null {
  const values = new URLSearchParams(search).getAll(name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

function searchWith(search: string, changes: QueryChanges): string {
  const pairs = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) pairs.delete(name);
    else pairs.set(name, value);
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}
