/**
 * What of a pipeline is looked at on a board: which view, and of its stories those that a filter
 * wants. For a board that is the page, both stand in its address.
 */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import {
  type Filter,
  type FilterState,
  matches,
  parseFilter,
  toggleTerm,
  wantsStage,
} from '../filter.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { createShownItems, type ItemFilter, type ShownItems } from '../shownItems.ts';
import type { createPersonIds } from './agentLooking.ts';
import { type BoardQuery, createBoardQuery } from './boardQuery.ts';
import type { Messages } from './messages.ts';
import { paletteTexts } from './texts/commands.ts';
import { filterTexts } from './texts/filter.ts';
import { parseView, type View } from './views.ts';

export interface Looking {
  /** What of the board is looked at; for a board that is the page, in its address. */
  readonly query: BoardQuery;
  /** A board in somebody's page shows itself alone. */
  readonly view: Accessor<View>;
  show(view: View): void;
  /** For a link. */
  viewHref(view: View): string;
  /** Stories and stages that the board shows. */
  readonly shown: ShownItems;
  readonly filter: BoardFilter;
  /** A story that the user stands on stays shown, though the filter wants it no more; null: none. */
  keep(id: ItemId | null): void;
}

export interface BoardFilter {
  /** As typed. */
  readonly text: Accessor<string>;
  /** What the text means. */
  readonly terms: Accessor<Filter>;
  setText(text: string): void;
  /** Puts a term into the text, or takes it out. */
  toggle(type: 'agent' | 'type' | 'stage' | 'is', value: string): void;
}

const PAIR = 'filter';
/** The browser refuses an address that changes with each key. */
const ADDRESS_AFTER_MS = 300;
/** Nobody wants to hear each number on the way. */
const SPEAK_AFTER_MS = 800;

export function createLooking(deps: {
  readonly place: 'page' | 'embedded';
  readonly store: PipelineStore;
  readonly messages: Messages;
  /** What whoever embeds the board wants; the user's filter applies within. */
  readonly within: Accessor<string>;
  readonly minute: Accessor<number>;
  readonly staleMinutes: Accessor<number>;
}): Looking {
  const { place, store, messages } = deps;
  const query = createBoardQuery(place);
  const viewPair = (view: View) => ({ view: view === 'board' ? null : view });
  const [kept, setKept] = createSignal<readonly ItemId[]>([]);
  const [text, setText] = createSignal(query.get(PAIR) ?? '');
  const terms = createMemo(() => parseFilter(text()), undefined, { equals: isSame });
  const ownKey = createMemo(() => store.status()?.signer ?? '');
  const filters = createMemo(() =>
    [parseFilter(deps.within()), terms()].filter(({ length }) => length > 0),
  );
  const asks = (state: FilterState): boolean =>
    filters().some((filter) => filter.some(({ type, value }) => type === 'is' && value === state));
  const asksPerson = createMemo(() => asks('needs-person'));
  const [personIdsOf, setPersonIdsOf] = createSignal<typeof createPersonIds | null>(null);
  createEffect(() => {
    if (!asksPerson()) return;
    import('./agentLooking.ts').then(
      (loaded) => setPersonIdsOf(() => loaded.createPersonIds),
      () => messages.show({ tone: 'problem', text: paletteTexts.notLoaded }),
    );
  });
  const personIds = createMemo(() => (asksPerson() ? personIdsOf()?.(deps) : undefined));

  const itemFilter = createMemo<ItemFilter | null>((before) => {
    const all = filters();
    if (all.length === 0) return null;
    const signer = asks('mine') ? ownKey() : '';
    const ids = personIds()?.() ?? null;
    // At first nobody is known to need a person; later the board stays as it was meanwhile.
    if (asksPerson() && ids === null && before !== undefined) return before;
    return {
      wants: (fields, id) => {
        const known = { signer, needsPerson: ids?.has(id) === true };
        return all.every((filter) => matches(fields, filter, known));
      },
      wantsStage: (stage) => all.every((filter) => wantsStage(filter, stage)),
    };
  });
  const shown = createShownItems({
    store,
    filter: itemFilter,
    kept,
    nowMs: () => performance.now(),
    later: (run) => {
      const timer = setTimeout(run);
      return () => clearTimeout(timer);
    },
  });

  let addressTimer: ReturnType<typeof setTimeout> | undefined;
  let speakTimer: ReturnType<typeof setTimeout> | undefined;
  const change = (next: string): void => {
    setText(next);
    clearTimeout(addressTimer);
    clearTimeout(speakTimer);
    addressTimer = setTimeout(
      () => query.set({ [PAIR]: next || null }, 'replace'),
      ADDRESS_AFTER_MS,
    );
    speakTimer = setTimeout(() => {
      const count = shown.count();
      const of = store.order().length;
      messages.speak(count === null ? filterTexts.noFilter(of) : filterTexts.found(count, of));
    }, SPEAK_AFTER_MS);
  };
  onCleanup(() => {
    clearTimeout(addressTimer);
    clearTimeout(speakTimer);
  });
  // The browser went back or forth.
  createEffect(
    on(
      () => query.get(PAIR) ?? '',
      (value) => {
        clearTimeout(addressTimer);
        setText(value);
      },
      { defer: true },
    ),
  );

  return {
    query,
    view: createMemo(() => (place === 'page' ? parseView(query.get('view')) : 'board')),
    show: (view) => query.set(viewPair(view), 'push'),
    viewHref: (view) => query.href(viewPair(view)),
    shown,
    filter: {
      text,
      terms,
      setText: change,
      toggle: (type, value) => change(toggleTerm(text(), type, value)),
    },
    keep: (id) => setKept((now) => (now[0] === id ? now : id === null ? [] : [id])),
  };
}

function isSame(left: Filter, right: Filter): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
