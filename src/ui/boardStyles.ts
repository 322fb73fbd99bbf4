/** The board's styles, the same in the page and in a shadow root. */
import board from './styles/board.css?inline';
import card from './styles/card.css?inline';
import overlays from './styles/overlays.css?inline';
import sharing from './styles/sharing.css?inline';
import status from './styles/status.css?inline';
import theme from './styles/theme.css?inline';

let sheet: CSSStyleSheet | null = null;

/** Constructed sheets: one copy for all boards, and no style element for a page's policy to refuse. */
export function adoptBoardStyles(root: Document | ShadowRoot): void {
  if (!('adoptedStyleSheets' in root)) return;
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync([theme, board, card, sharing, status, overlays].join('\n'));
  }
  if (!root.adoptedStyleSheets.includes(sheet)) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}
