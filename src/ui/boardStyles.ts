/** The board's styles, the same in the page and in a shadow root. */
import board from './styles/board.css?inline';
import card from './styles/card.css?inline';
import filter from './styles/filter.css?inline';
import overlays from './styles/overlays.css?inline';
import settled from './styles/settled.css?inline';
import sharing from './styles/sharing.css?inline';
import status from './styles/status.css?inline';
import theme from './styles/theme.css?inline';
import views from './styles/views.css?inline';

const sheets = new Map<string, CSSStyleSheet>();

/** What every board needs from its first paint on. */
export function adoptBoardStyles(root: Document | ShadowRoot): void {
  adoptStyles(root, BOARD_CSS);
}

/**
 * Styles of a part that is loaded late; once for each tree and text.
 *
 * Constructed sheets: one copy for all boards, and no style element for a page's policy to refuse.
 */
export function adoptStyles(root: Document | ShadowRoot, css: string): void {
  if (!('adoptedStyleSheets' in root)) return;
  const sheet = sheets.get(css) ?? new CSSStyleSheet();
  if (!sheets.has(css)) sheet.replaceSync(css);
  sheets.set(css, sheet);
  if (!root.adoptedStyleSheets.includes(sheet)) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}

const BOARD_CSS = [theme, board, card, filter, settled, sharing, status, overlays, views].join(
  '\n',
);
