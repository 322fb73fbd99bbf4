const GAP_PX = 6;

/** Below the anchor, right edges together; above it or shifted where that leaves the window. */
export function placeMenu(menu: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const { clientWidth, clientHeight } = menu.ownerDocument.documentElement;
  const below = at.bottom + GAP_PX;
  const top = below + height <= clientHeight ? below : at.top - GAP_PX - height;
  const left = Math.min(at.right - width, clientWidth - width - GAP_PX);
  menu.style.setProperty('--menu-top', `${Math.max(GAP_PX, top)}px`);
  menu.style.setProperty('--menu-left', `${Math.max(GAP_PX, left)}px`);
}
