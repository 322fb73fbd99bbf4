/**
 * What the query of `embed.html` asks for. Whoever frames the page wrote it, or whoever sent a link,
 * so it is read strictly. It can only make the board show less, but for `edit`. Pure.
 */

export interface FrameQuery {
  /** For the element. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Origin that hears the board's height; null: nobody. */
  readonly heightsFor: string | null;
}

/** Given on as they are: the element reads them strictly. */
const PASSED: readonly string[] = ['relay', 'pipeline', 'stages', 'filter', 'theme'];

/** `page`: `location.href`. */
export function parseFrameQuery(page: string): FrameQuery {
  const query = new URL(page).searchParams;
  const attributes = new Map<string, string>();
  for (const name of PASSED) {
    const values = query.getAll(name);
    // Two of them are no choice of ours: the element says that it cannot be followed.
    if (values.length > 0) attributes.set(name, values.join(' '));
  }
  if (query.has('compact')) attributes.set('compact', '');
  if (query.get('edit') !== 'yes') attributes.set('readonly', '');
  return { attributes, heightsFor: parseOrigin(query.get('heights')) };
}

/** Of http or https, written as browsers write it: `https://dashboard.example`. */
function parseOrigin(text: string | null): string | null {
  if (text === null || !/^https?:/.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin === text ? text : null;
}
