/** What the parts of one board share: the pipeline, what is open on top of it, and its actions. */
import {
  type Accessor,
  createComputed,
  createContext,
  createSignal,
  onCleanup,
  onMount,
  untrack,
  useContext,
} from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import { createSettings, type SettingsStore } from '../settings.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import { type Actions, type AfterMove, createActions } from './actions.ts';
import { type BoardFocus, createBoardFocus } from './boardFocus.ts';
import { type BulkActions, createBulkActions } from './bulkActions.ts';
import { type Carrying, createCarrying } from './carrying.ts';
import type { CommandContext } from './commands.ts';
import type { Dragging } from './dragging.ts';
import { createInlineEditing, type InlineEditing } from './inlineEditing.ts';
import { createLooking, type Looking } from './looking.ts';
import { createMessages, type Messages } from './messages.ts';
import { createSelection, type Selection } from './selection.ts';
import { settingsStorage } from './settingsStorage.ts';
import { createTypedAhead, type TypedAhead } from './typedAhead.ts';
import { createUndoing, type Undoing } from './undoing.ts';

/** What lies over the board. */
export type Overlay =
  | { readonly name: 'none' }
  /** `stage`: where the story is to stand; absent: in the first. */
  | { readonly name: 'add'; readonly stage?: string }
  /** `ids`: all that move; `id`: the one the focus goes with. */
  | {
      readonly name: 'move';
      readonly id: ItemId;
      readonly ids: readonly ItemId[];
      readonly anchor: Element;
    }
  | { readonly name: 'keys' }
  | { readonly name: 'files'; readonly anchor: HTMLElement }
  | { readonly name: 'import' }
  | { readonly name: 'access' }
  | { readonly name: 'palette'; readonly context: CommandContext };

/** A story to show, beside the board where there is room. Each opening is another object. */
export interface StoryOpening {
  readonly name: 'story';
  readonly id: ItemId;
}

export interface BoardModel extends Looking {
  readonly pipeline: Pipeline;
  /** `page`: the board is the page; its headings are the first. */
  readonly place: 'page' | 'embedded';
  readonly readonly: Accessor<boolean>;
  readonly actions: Actions;
  readonly messages: Messages;
  readonly focus: BoardFocus;
  readonly undoing: Undoing;
  /** What the user of this browser chose. */
  readonly settings: SettingsStore;
  /** Undefined until it is made. */
  element(): HTMLElement | undefined;
  /** The tree the board is in, for the styles of what is loaded late. */
  root(): Document | ShadowRoot;
  readonly overlay: Accessor<Overlay>;
  open(what: Overlay | StoryOpening): void;
  /** Closes what is open; the focus goes to `card`, or to where it was before. */
  close(card?: ItemId): void;
  /** For what is open and not yet here. */
  readonly typedAhead: TypedAhead;
  /** The story that is open, whatever else is; null: none. */
  readonly story: Accessor<StoryOpening | null>;
  /** As `close`. */
  closeStory(card?: ItemId): void;
  /** Stories of a stage that the board shows, in order. */
  shownIn(stage: string): readonly ItemId[];
  readonly bulk: BulkActions;
  readonly selection: Selection;
  readonly carrying: Carrying;
  readonly inline: InlineEditing;
  /** Null until the library is loaded, and where nothing may be changed. */
  readonly dragging: Accessor<Dragging | null>;
  /** What becomes of the view when a card is moved by pointer. */
  afterPointerMove(): AfterMove;
  /** Unix time in ms, renewed each minute; for how long a claim lasts. */
  readonly minute: Accessor<number>;
}

const MINUTE_MS = 60_000;

/** Fields of an item that is no longer there, for the moment until its card is gone too. */
export const BLANK_FIELDS: ItemFields = {
  story_id: null,
  stage: null,
  name: null,
  agent: null,
  depends_on: null,
  claimed_by: null,
  retry_count: null,
  claimed_at: null,
  blocked: null,
};

export const BoardContext = createContext<BoardModel>();

/** Throws outside a board, which is a bug. */
export function useBoard(): BoardModel {
  const model = useContext(BoardContext);
  if (model === undefined) throw new Error('Used outside a board.');
  return model;
}

export function createBoardModel(deps: {
  readonly pipeline: Pipeline;
  readonly place: 'page' | 'embedded';
  readonly readonly: Accessor<boolean>;
  readonly dragging: Accessor<Dragging | null>;
  readonly element: () => HTMLElement | undefined;
  /** What whoever embeds the board wants shown, as a filter's text. */
  readonly within: Accessor<string>;
}): BoardModel {
  const { store } = deps.pipeline;
  const messages = createMessages();
  const settings = createSettings({
    pipeline: deps.pipeline.options.pipeline,
    storage: settingsStorage(deps.place),
  });
  const minute = createNow(MINUTE_MS);
  const looking = createLooking({
    place: deps.place,
    store,
    messages,
    within: deps.within,
    minute,
    staleMinutes: () => settings.settings().staleClaimMinutes,
  });
  const isOpen = (stage: string): boolean => !settings.settings().collapsedStages.has(stage);
  const focus = createBoardFocus(store, looking.shown, isOpen, deps.element);
  createComputed(() => looking.keep(focus.brought()));
  const undoing = createUndoing({ pipeline: deps.pipeline, messages, focus });
  const actions = createActions({ pipeline: deps.pipeline, messages, focus, undoing });
  const bulk = createBulkActions({ pipeline: deps.pipeline, messages, focus, undoing });
  const selection = createSelection(store, looking.shown);
  const carrying = createCarrying({
    store,
    stages: looking.shown.stages,
    readonly: deps.readonly,
    actions,
    bulk,
    messages,
    stopPointer: () => untrack(deps.dragging)?.cancel(),
  });
  const [overlay, setOverlay] = createSignal<Overlay>({ name: 'none' });
  const [story, setStory] = createSignal<StoryOpening | null>(null);
  const openedFrom: { overlay: HTMLElement | null; story: HTMLElement | null } = {
    overlay: null,
    story: null,
  };
  const focusBack = (from: HTMLElement | null, card: ItemId | undefined): void => {
    // The card may be another element by now; a view in the place of the columns has none.
    if (card === undefined || untrack(looking.view) !== 'board') from?.focus();
    else focus.focusCard(card);
  };
  return {
    ...looking,
    pipeline: deps.pipeline,
    place: deps.place,
    readonly: deps.readonly,
    actions,
    messages,
    focus,
    undoing,
    settings,
    element: deps.element,
    root: () => {
      const root = deps.element()?.getRootNode();
      return root instanceof ShadowRoot ? root : document;
    },
    overlay,
    open: (next) => {
      const from = focus.active();
      if (next.name === 'story') {
        // From one story to another, the way back stays the first one's.
        if (untrack(story) === null) openedFrom.story = from;
        setStory({ name: 'story', id: next.id });
        return;
      }
      openedFrom.overlay = from;
      setOverlay(next);
    },
    close: (card) => {
      setOverlay({ name: 'none' });
      focusBack(openedFrom.overlay, card);
    },
    typedAhead: createTypedAhead(),
    story,
    closeStory: (card) => {
      setStory(null);
      focusBack(openedFrom.story, card);
    },
    shownIn: looking.shown.idsIn,
    bulk,
    selection,
    carrying,
    inline: createInlineEditing({ store: deps.pipeline.store, actions, messages, focus }),
    dragging: deps.dragging,
    // The switcher is on the screen only where one column fills the board.
    afterPointerMove: () => {
      const switcher = deps.element()?.querySelector('.switcher');
      return switcher?.getClientRects().length ? 'stay' : 'follow';
    },
    minute,
  };
}

/** Unix time in ms, renewed every `stepMs` while its owner lives. */
export function createNow(stepMs: number): Accessor<number> {
  const [nowMs, setNowMs] = createSignal(Date.now());
  onMount(() => {
    const timer = setInterval(() => setNowMs(Date.now()), stepMs);
    onCleanup(() => clearInterval(timer));
  });
  return nowMs;
}
