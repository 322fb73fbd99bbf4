/**
 * Where the keyboard is. Cards come, go and change column while somebody stands on one of them:
 * the focus stays on the card, or passes to its neighbour when the card is gone.
 *
 * Invariant: the board never takes the focus from anything outside its cards.
 */
import { createComputed, createEffect, createSignal, on } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import type { PipelineStore } from '../pipelineStore.ts';

export interface BoardFocus {
  /** One's own edit puts the card into `stage`: brings it into view, focuses and marks it there. */
  follow(id: ItemId, stage: string): void;
  /** The user goes on to something else: nothing is followed any more. */
  stopFollowing(): void;
  /** Card that was followed last, until another is; for the mark. */
  followed(): ItemId | null;
  /** Focuses a card as it is now, without scrolling more than needed. */
  focusCard(id: ItemId): void;
  /** Element that has the focus in the board's tree. */
  active(): HTMLElement | null;
  /** Moves from the focused card by an arrow key; false: the key means nothing here. */
  step(from: Element, key: string): boolean;
}

interface Standing {
  readonly id: ItemId;
  /** Cards to fall back to, nearest first. */
  readonly neighbours: readonly ItemId[];
}

export function createBoardFocus(
  store: PipelineStore,
  board: () => HTMLElement | undefined,
): BoardFocus {
  const [followed, setFollowed] = createSignal<ItemId | null>(null);
  let awaited: { readonly id: ItemId; readonly stage: string } | null = null;
  let standing: Standing | null = null;

  const buttonOf = (id: ItemId): HTMLElement | null =>
    board()?.querySelector<HTMLElement>(`[data-item-id="${id}"] .card-open`) ?? null;

  /** False: the edit is not on the screen yet. Its outcome and its patch may come in either order. */
  const arrive = (): boolean => {
    if (awaited === null) return false;
    const button = buttonOf(awaited.id);
    const stage = button?.closest('[data-stage]')?.getAttribute('data-stage');
    if (button === null || stage !== awaited.stage) return false;
    awaited = null;
    button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (!isElsewhere(board())) button.focus({ preventScroll: true });
    return true;
  };

  // Computations of this kind run before the screen changes, effects after.
  createComputed(
    on(store.version, () => {
      standing = standingOf(board());
    }),
  );
  createEffect(
    on(store.version, () => {
      if (arrive()) return;
      if (standing === null || !isLost(board())) return;
      const heir = [standing.id, ...standing.neighbours]
        .map(buttonOf)
        .find((button) => button !== null);
      heir?.focus({ preventScroll: true });
    }),
  );

  return {
    follow: (id, stage) => {
      setFollowed(id);
      awaited = { id, stage };
      arrive();
    },
    stopFollowing: () => {
      awaited = null;
    },
    followed,
    focusCard: (id) => buttonOf(id)?.focus(),
    active: () => {
      const active = activeElement(board());
      return active instanceof HTMLElement ? active : null;
    },
    step: (from, key) => {
      const target = neighbourOf(from, key);
      target?.querySelector<HTMLElement>('.card-open')?.focus();
      return target !== null;
    },
  };
}

/** Active element of the tree the board is in: a document or a shadow root. */
function activeElement(board: HTMLElement | undefined): Element | null {
  const root = board?.getRootNode();
  return root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
}

function isLost(board: HTMLElement | undefined): boolean {
  const active = activeElement(board);
  return active === null || active === board?.ownerDocument.body;
}

/** The user is in a dialog, a field, or outside the board. */
function isElsewhere(board: HTMLElement | undefined): boolean {
  const active = activeElement(board);
  if (isLost(board) || active === null) return isOutside(board);
  return active.closest('dialog, input, textarea, select') !== null || !board?.contains(active);
}

/** In a shadow root nothing is active both when the focus is lost and when it is in the host's page. */
function isOutside(board: HTMLElement | undefined): boolean {
  const active = board?.ownerDocument.activeElement ?? null;
  const root = board?.getRootNode();
  if (active === null || active === board?.ownerDocument.body) return false;
  return !(root instanceof ShadowRoot && root.host === active);
}

function standingOf(board: HTMLElement | undefined): Standing | null {
  const card = activeElement(board)?.closest<HTMLElement>('[data-item-id]') ?? null;
  if (card === null) return null;
  const neighbours: ItemId[] = [];
  for (
    let next = card.nextElementSibling;
    next !== null && neighbours.length < 2;
    next = next.nextElementSibling
  ) {
    neighbours.push(idOf(next));
  }
  for (
    let last = card.previousElementSibling;
    last !== null && neighbours.length < 4;
    last = last.previousElementSibling
  ) {
    neighbours.push(idOf(last));
  }
  return { id: idOf(card), neighbours };
}

function idOf(card: Element): ItemId {
  return card.getAttribute('data-item-id') ?? '';
}

function neighbourOf(from: Element, key: string): Element | null {
  const card = from.closest('[data-item-id]');
  const list = card?.parentElement;
  if (!card || !list) return null;
  switch (key) {
    case 'ArrowDown':
      return card.nextElementSibling;
    case 'ArrowUp':
      return card.previousElementSibling;
    case 'Home':
      return list.firstElementChild;
    case 'End':
      return list.lastElementChild;
    case 'ArrowRight':
      return besideIt(card, list, 1);
    case 'ArrowLeft':
      return besideIt(card, list, -1);
    default:
      return null;
  }
}

/** The card at about the same height in the next column that has cards. */
function besideIt(card: Element, list: Element, direction: 1 | -1): Element | null {
  const columns = [...(list.closest('.board-columns')?.querySelectorAll('.column-cards') ?? [])];
  const top = card.getBoundingClientRect().top;
  for (
    let index = columns.indexOf(list) + direction;
    index >= 0 && index < columns.length;
    index += direction
  ) {
    const cards = [...(columns[index]?.children ?? [])];
    if (cards.length === 0) continue;
    const distance = (candidate: Element) => Math.abs(candidate.getBoundingClientRect().top - top);
    return cards.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  }
  return null;
}
