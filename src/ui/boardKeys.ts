/** Keys pressed on a board, to its commands. */
import type { BoardModel } from './boardModel.ts';
import { type CommandContext, commandOf } from './commands.ts';

/** Where keys are typed, or mean something of their own. */
const OWN_KEYS = 'input, textarea, select, dialog, [role="menu"], [contenteditable="true"]';

/** Where keys are about the selection. */
const STORIES = '.board-columns, .selection';

/**
 * Does what the key means where the focus is. A board that is the whole page hears keys also while
 * nothing has the focus; one in somebody's page only its own.
 */
export function onBoardKey(event: KeyboardEvent, model: BoardModel): void {
  // In a shadow root that is the element inside, seen from within.
  const target = event.target;
  if (!(target instanceof Element) || event.defaultPrevented || event.isComposing) return;
  if (target.closest(OWN_KEYS) !== null) return;
  const leave = onItsWay(model);
  if (leave !== null) {
    if (event.key === 'Escape') leave();
    else if (model.typedAhead.add(event)) event.preventDefault();
    return;
  }
  model.typedAhead.take();
  const context = contextAt(target, model, event.key);
  const command = commandOf(event, context);
  if (command !== null && command.run(context) !== false) event.preventDefault();
}

/**
 * Calls off what was opened and is not here yet: what is here has the focus, and hears its keys
 * itself. Null: nothing is on its way.
 */
function onItsWay(model: BoardModel): (() => void) | null {
  if (model.overlay().name !== 'none') return () => model.close();
  return model.inline.editing() === null ? null : () => model.inline.cancel();
}

/** What a command given at this element is about. */
export function contextAt(
  target: Element | null,
  model: BoardModel,
  key: string | null = null,
): CommandContext {
  const element = target?.closest<HTMLElement>('[data-item-id]') ?? null;
  const card = element?.dataset['itemId'] ?? null;
  const selected = isAmongStories(target, model) ? model.selection.ids() : [];
  const targets = selected.length > 0 || card === null ? selected : [card];
  return { model, card, targets, element, key };
}

/** Elsewhere, and in another view, nobody thinks of what is selected. */
function isAmongStories(target: Element | null, model: BoardModel): boolean {
  if (model.view() !== 'board') return false;
  return target === null || target.matches('body, .huskies') || target.closest(STORIES) !== null;
}

/** The focus goes elsewhere while a story is held by key: it is left where it was. */
export function onCarryLeft({ target, relatedTarget }: FocusEvent, model: BoardModel): void {
  const drag = model.carrying.drag();
  if (drag?.by !== 'keys' || !(target instanceof Element)) return;
  const isSame = (element: Element): boolean =>
    element.closest<HTMLElement>('[data-item-id]')?.dataset['itemId'] === drag.id;
  // To another window and back is nothing; a card that is redrawn is focused again.
  if (isSame(target) && relatedTarget instanceof Element && !isSame(relatedTarget)) {
    model.carrying.cancel();
  }
}

/** Firefox clicks a button at the end of the key, whatever became of its beginning. */
export function stopSpaceClick(event: KeyboardEvent): void {
  if (event.key !== ' ' || !(event.target instanceof Element)) return;
  if (event.target.closest('.card-open') !== null) event.preventDefault();
}
