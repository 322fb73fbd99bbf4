/** Keys pressed on a board, to its commands. */
import type { BoardModel } from './boardModel.ts';
import { type CommandContext, commandOf } from './commands.ts';

/** Where keys are typed, or mean something of their own. */
const OWN_KEYS = 'input, textarea, select, dialog, [role="menu"], [contenteditable="true"]';

/**
 * Does what the key means where the focus is. A board that is the whole page hears keys also while
 * nothing has the focus; one in somebody's page only its own.
 */
export function onBoardKey(event: KeyboardEvent, model: BoardModel): void {
  // In a shadow root that is the element inside, seen from within.
  const target = event.target;
  if (!(target instanceof Element) || event.defaultPrevented || event.isComposing) return;
  if (target.closest(OWN_KEYS) !== null) return;
  const context = contextAt(target, model, event.key);
  const command = commandOf(event, context);
  if (command !== null && command.run(context) !== false) event.preventDefault();
}

/** What a command given at this element is about. */
export function contextAt(
  target: Element | null,
  model: BoardModel,
  key: string | null = null,
): CommandContext {
  const element = target?.closest<HTMLElement>('[data-item-id]') ?? null;
  return { model, card: element?.dataset['itemId'] ?? null, element, key };
}
