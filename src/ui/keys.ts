/**
 * Keys as a table of commands names them: `c`, `?`, `ArrowDown`, `Space`, `Shift+ArrowDown`,
 * `Mod+Shift+Z`. `Mod` is Command on a Mac and Ctrl elsewhere; either is taken. A letter is what the
 * layout types, so `?` needs no `Shift+`. Pure.
 */

/** What of a KeyboardEvent counts. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function isKey(press: KeyPress, keys: string): boolean {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  if (press.altKey || (press.ctrlKey || press.metaKey) !== parts.includes('Mod')) return false;
  const pressed = press.key === ' ' ? 'Space' : press.key;
  // With Ctrl or Command a letter comes in either case; alone, Shift has made it another sign.
  const isSign = key.length === 1;
  if (isSign && !parts.includes('Mod')) return pressed === key;
  if (press.shiftKey !== parts.includes('Shift')) return false;
  return isSign ? pressed.toLowerCase() === key.toLowerCase() : pressed === key;
}

const CAPS: { readonly [part: string]: string } = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** What stands on the keys: `Mod+Shift+Z` → `Ctrl`, `Shift`, `Z`. */
export function keyCaps(keys: string, mac: boolean): readonly string[] {
  return keys.split('+').map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
    return CAPS[part] ?? part;
  });
}

/** As `aria-keyshortcuts` takes them: `Mod+K` → `Control+K Meta+K`. */
export function ariaShortcuts(keys: readonly string[]): string {
  return keys
    .flatMap((key) =>
      key.startsWith('Mod+')
        ? [key.replace('Mod+', 'Control+'), key.replace('Mod+', 'Meta+')]
        : [key],
    )
    .join(' ');
}

/** The keyboard has a Command key. */
export function isMac(): boolean {
  return /^(Mac|iP)/.test(navigator.platform);
}
