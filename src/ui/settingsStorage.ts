/**
 * Where a board keeps its settings: in the storage of the origin that serves it. In a page of another
 * origin they would be that page's, so there they go with the board.
 */
export function settingsStorage(place: 'page' | 'embedded'): Storage | null {
  try {
    const isOwnOrigin = place === 'page' || new URL(import.meta.url).origin === location.origin;
    return isOwnOrigin ? localStorage : null;
  } catch {
    // The browser gives none.
    return null;
  }
}
