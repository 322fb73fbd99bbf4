/**
 * Where the keyboard is. Cards come, go and change column while somebody stands on one of them:
 * the focus stays on the card, or passes to its neighbour when the card is gone. A card of a long
 * column may have no element: it is brought first.
 *
 * Invariant: the board never takes the focus from anything outside its cards.
 */
import { createComputed, createEffect, createSignal, on, untrack } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import type { ShownItems } from '../shownItems.ts';
import { stageOf } from '../story.ts';

export interface BoardFocus {
  /** One's own edit puts the card into `stage`: brings it into view, focuses and marks it there. */
  follow(id: ItemId, stage: string): void;
  /** The user goes on to something else: nothing is followed any more. */
  stopFollowing(): void;
  /** Card that was followed last, until another is; for the mark. */
  followed(): ItemId | null;
  /** Card that the focus comes to: has an element wherever it is. */
  brought(): ItemId | null;
  /** The focus is on a card now. */
  onFocus(id: ItemId): void;
  /** Focuses a card as it is now, without scrolling more than needed. */
  focusCard(id: ItemId): void;
  /** Element that has the focus in the board's tree. */
  active(): HTMLElement | null;
  /** Moves from the focused card by an arrow key; false: the key means nothing here. */
  step(from: Element, key: string): boolean;
}

interface Standing {
  readonly id: ItemId;
  /** Its column when that was last looked at; for who is next when it is gone. */
  readonly column: readonly ItemId[];
}

export function createBoardFocus(
  store: PipelineStore,
  shown: ShownItems,
  /** The cards of the stage are on the board. */
  isOpen: (stage: string) => boolean,
  board: () => HTMLElement | undefined,
): BoardFocus {
  const [followed, setFollowed] = createSignal<ItemId | null>(null);
  // Brought again, it has to be shown again, though nobody else was in between.
  const [brought, bring] = createSignal<ItemId | null>(null, { equals: false });
  let awaited: { readonly id: ItemId; readonly stage: string } | null = null;
  let standing: Standing | null = null;
  let heir: ItemId | null = null;

  const buttonOf = (id: ItemId): HTMLElement | null =>
    board()?.querySelector<HTMLElement>(`[data-item-id="${id}"] .card-open`) ?? null;

  const stageNow = (id: ItemId): string | null => {
    const fields = untrack(() => store.fieldsOf(id));
    return fields === undefined ? null : stageOf(fields);
  };
  const columnOf = (id: ItemId): readonly ItemId[] => {
    const stage = stageNow(id);
    return stage === null ? [] : untrack(() => shown.idsIn(stage));
  };
  const isHere = (id: ItemId): boolean => {
    const stage = stageNow(id);
    return stage !== null && shown.has(id) && untrack(() => isOpen(stage));
  };
  const stand = (id: ItemId | null): void => {
    standing = id === null ? null : { id, column: columnOf(id) };
  };
  /** The card itself, or else the next of its old column that is still there, or the one before. */
  const heirOf = ({ id, column }: Standing): ItemId | null => {
    if (isHere(id)) return id;
    const place = column.indexOf(id);
    const others = [...column.slice(place + 1), ...column.slice(0, Math.max(0, place)).reverse()];
    return others.find(isHere) ?? null;
  };

  /** Far from where the view was, its neighbours get their cards only now, and may push it away. */
  const keepInView = (id: ItemId): void => {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (activeCard(board()) === id) buttonOf(id)?.scrollIntoView(NEAREST);
      }),
    );
  };

  /** False: the edit is not on the screen yet. Its outcome and its patch may come in either order. */
  const arrive = (): boolean => {
    if (awaited === null || stageNow(awaited.id) !== awaited.stage) return false;
    bring(awaited.id);
    const button = buttonOf(awaited.id);
    if (button === null) return false;
    const { id } = awaited;
    awaited = null;
    button.scrollIntoView(NEAREST);
    if (!isElsewhere(board())) button.focus({ preventScroll: true });
    keepInView(id);
    return true;
  };

  // Computations of this kind run before the screen changes, effects after.
  createComputed(
    on(store.version, () => {
      const active = activeCard(board());
      heir = active !== null && standing?.id === active ? heirOf(standing) : null;
      const isComing =
        awaited !== null &&
        stageNow(awaited.id) === awaited.stage &&
        untrack(shown.stages).includes(awaited.stage) &&
        untrack(() => isOpen(awaited?.stage ?? ''));
      const coming = isComing && awaited !== null ? awaited.id : heir;
      if (coming !== null) bring(coming);
    }),
  );
  createEffect(
    on(store.version, () => {
      if (!arrive() && heir !== null && isLost(board())) {
        buttonOf(heir)?.focus({ preventScroll: true });
      }
      stand(activeCard(board()));
    }),
  );

  const focusCard = (id: ItemId): void => {
    bring(id);
    buttonOf(id)?.focus();
    keepInView(id);
  };

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
    brought,
    onFocus: stand,
    focusCard,
    active: () => {
      const active = activeElement(board());
      return active instanceof HTMLElement ? active : null;
    },
    step: (from, key) => {
      const card = from.closest('[data-item-id]');
      if (card === null) return false;
      const target = BESIDE[key]
        ? besideIt(card, BESIDE[key])
        : inColumn(columnOf(idOf(card)), shown.placeInStage(idOf(card)), key);
      if (target === null) return false;
      focusCard(target);
      return true;
    },
  };
}

const NEAREST: ScrollIntoViewOptions = { block: 'nearest', inline: 'nearest' };

const BESIDE: { readonly [key: string]: 1 | -1 | undefined } = { ArrowRight: 1, ArrowLeft: -1 };

/** Null: the key means nothing, or there is nobody there. */
function inColumn(column: readonly ItemId[], place: number, key: string): ItemId | null {
  switch (key) {
    case 'ArrowDown':
      return column[place + 1] ?? null;
    case 'ArrowUp':
      return column[place - 1] ?? null;
    case 'Home':
      return column[0] ?? null;
    case 'End':
      return column.at(-1) ?? null;
    default:
      return null;
  }
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

function activeCard(board: HTMLElement | undefined): ItemId | null {
  const card = activeElement(board)?.closest('[data-item-id]') ?? null;
  return card === null ? null : idOf(card);
}

function idOf(card: Element): ItemId {
  return card.getAttribute('data-item-id') ?? '';
}

/** The card at about the same height in the next column that has cards. */
function besideIt(card: Element, direction: 1 | -1): ItemId | null {
  const list = card.parentElement;
  if (list === null) return null;
  const columns: readonly Element[] = [
    ...(card.closest('.board-columns')?.querySelectorAll('.column-list') ?? []),
  ];
  const top = card.getBoundingClientRect().top;
  const distance = (other: Element) => Math.abs(other.getBoundingClientRect().top - top);
  for (
    let index = columns.indexOf(list) + direction;
    index >= 0 && index < columns.length;
    index += direction
  ) {
    const cards = [...(columns[index]?.children ?? [])];
    if (cards.length === 0) continue;
    return idOf(cards.reduce((best, next) => (distance(next) < distance(best) ? next : best)));
  }
  return null;
}
