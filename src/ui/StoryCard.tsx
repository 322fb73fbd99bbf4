import { createUniqueId, type JSX, Show } from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import { parseDependencies } from '../story.ts';
import { BLANK_FIELDS, type BoardModel, useBoard } from './boardModel.ts';
import { late } from './late.tsx';
import { SharingMark } from './SharingMark.tsx';
import { filterTexts } from './texts/filter.ts';
import { selectionTexts } from './texts/moves.ts';
import { board, card, cardLabel, elapsed, storyName, storyNumber, storyType } from './texts.ts';
import type { Row } from './virtualColumn.ts';

const InlineField = late(
  () => import('./InlineField.tsx').then((loaded) => loaded.InlineField),
  (model) => model.inline.cancel(),
);

/** One story in a column. The whole card is a button that opens it; a second one moves it. */
export function StoryCard(props: {
  readonly id: ItemId;
  readonly row: Row;
  /** Stories in its column. */
  readonly siblings: number;
  readonly tabStop: boolean;
  readonly onFocus: () => void;
  /** What would land before it, or after it at the end of the column; empty: nothing. */
  readonly landing: string;
  readonly landingAt: 'before' | 'after';
  /** Its element is made, and not in the document yet. */
  readonly onMade: (element: Element) => void;
}): JSX.Element {
  const model = useBoard();
  const markId = createUniqueId();
  const isHeld = () => model.carrying.isHeld(props.id);
  const isEdited = () => model.inline.editing()?.id === props.id;
  const label = () => {
    const stray = model.shown.isStray(props.id) ? `, ${filterTexts.stray}` : '';
    const text = `${cardLabel(fields(), model.settings.nameOf)}${stray}`;
    return model.selection.has(props.id) ? `${text}, ${selectionTexts.cardSelected}` : text;
  };
  const fields = (): ItemFields => model.pipeline.store.fieldsOf(props.id) ?? BLANK_FIELDS;

  return (
    <li
      ref={props.onMade}
      class="card"
      part="card"
      classList={{
        'is-blocked': fields().blocked === true,
        'is-claimed': Boolean(fields().agent || fields().claimed_by),
        'is-dragged': isHeld(),
        'is-carried': isHeld() && model.carrying.drag()?.by === 'keys',
        'is-open': model.story()?.id === props.id,
        'is-selected': model.selection.has(props.id),
        'is-stray': model.shown.isStray(props.id),
        'is-landed': model.focus.followed() === props.id,
      }}
      data-item-id={props.id}
      data-landing={props.landing || undefined}
      data-landing-at={props.landing ? props.landingAt : undefined}
      data-story-id={fields().story_id ?? ''}
      style={{ 'margin-top': props.row.gapPx > 0 ? `${props.row.gapPx}px` : undefined }}
      aria-setsize={props.siblings}
      aria-posinset={props.row.index + 1}
      on:focusin={props.onFocus}
      on:pointerover={(event) => model.dragging()?.armCard(event.currentTarget, props.id)}
    >
      <Show when={!isEdited()} fallback={<InlineField id={props.id} />}>
        <button
          type="button"
          class="card-open"
          tabindex={props.tabStop ? 0 : -1}
          aria-label={label()}
          aria-describedby={model.pipeline.store.isUnacknowledged(props.id) ? markId : undefined}
          aria-keyshortcuts={model.readonly() ? 'Enter' : 'Enter Space m b x e a Delete'}
          on:click={(event) => onCardClick(event, props.id, model)}
        >
          <CardFace fields={fields()} />
        </button>
      </Show>
      <SharingMark id={props.id} markId={markId} />
      <Show when={!model.readonly() && !isEdited()}>
        <button
          type="button"
          class="card-move"
          tabindex={-1}
          aria-label={board.move(fields())}
          title={board.move(fields())}
          on:click={(event) =>
            model.open({
              name: 'move',
              id: props.id,
              ids: [props.id],
              anchor: event.currentTarget,
            })
          }
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2.5 8h10M9 4.5 12.5 8 9 11.5" />
          </svg>
        </button>
      </Show>
    </li>
  );
}

/** Opens the story; with Ctrl or Command it is selected, with Shift all up to it. */
function onCardClick(event: MouseEvent, id: ItemId, model: BoardModel): void {
  const { selection } = model;
  if (!model.readonly() && (event.ctrlKey || event.metaKey)) selection.toggle(id);
  else if (!model.readonly() && event.shiftKey) selection.extend(id, id);
  else model.open({ name: 'story', id });
}

/** What a card shows; the dragged picture shows it too. */
export function CardFace(props: { readonly fields: ItemFields }): JSX.Element {
  const model = useBoard();
  const waitsFor = () => parseDependencies(props.fields.depends_on);
  const claimedBy = () => {
    const key = props.fields.claimed_by ?? '';
    return model.settings.nameOf(key) || card.claimedBy(key);
  };
  const claimedFor = () =>
    props.fields.claimed_at ? elapsed(props.fields.claimed_at, model.minute()) : '';
  const hasFoot = () =>
    Boolean(props.fields.agent || props.fields.claimed_by || props.fields.retry_count) ||
    waitsFor().length > 0;
  return (
    <>
      <span class="card-head">
        <span class="card-number">{storyNumber(props.fields)}</span>
        <Show when={storyType(props.fields)}>
          {(type) => (
            <span class="card-type" data-type={type()}>
              {type()}
            </span>
          )}
        </Show>
        <Show when={props.fields.blocked === true}>
          <span class="card-blocked">{card.blocked}</span>
        </Show>
      </span>
      <span class="card-name">{storyName(props.fields)}</span>
      <Show when={hasFoot()}>
        <span class="card-foot">
          <Show when={props.fields.agent || props.fields.claimed_by}>
            <span class="card-agent">
              {props.fields.agent || claimedBy()}
              <Show when={claimedFor()}>{(time) => <span class="card-time">{time()}</span>}</Show>
            </span>
          </Show>
          <Show when={props.fields.retry_count}>
            {(retries) => <span class="card-retries">{card.retries(retries())}</span>}
          </Show>
          <Show when={waitsFor().length > 0}>
            <span class="card-after">{card.after(waitsFor())}</span>
          </Show>
        </span>
      </Show>
    </>
  );
}
