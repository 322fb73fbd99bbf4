import { createSignal, For, type JSX, Show } from 'solid-js';
import type { CheckedOp, FieldName, HistoryEntry, ItemId } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { entryLabel, fateText, historyTexts, keyName, valueText } from './texts/story.ts';
import { fieldLabels, shortKey } from './texts.ts';

type Check = 'checking' | 'gone' | CheckedOp['signature'];

/** One op of a story: who did what, what became of it, and what it is made of. */
export function HistoryItem(props: {
  readonly id: ItemId;
  readonly entry: HistoryEntry;
  readonly isUnsettled: boolean;
  /** The one that Tab comes to. */
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
}): JSX.Element {
  const model = useBoard();
  const { client, store } = model.pipeline;
  let item!: HTMLLIElement;
  const [check, setCheck] = createSignal<Check | null>(null);
  const [text, setText] = createSignal<string | null>(null);
  const tabIndex = (): 0 | -1 => (props.isCurrent ? 0 : -1);
  const own = () => store.status()?.signer ?? '';
  const whoOf = (key: string): string => keyName(key, own(), model.settings.nameOf);

  const readOp = async (): Promise<CheckedOp | null> => {
    const answer = await client.query({ type: 'op', key: props.entry.key });
    return answer.type === 'op' ? answer.op : null;
  };
  const verify = async (): Promise<void> => {
    setCheck('checking');
    setCheck((await readOp())?.signature ?? 'gone');
  };
  const copy = async (): Promise<void> => {
    const op = await readOp();
    if (op === null) {
      setCheck('gone');
      return;
    }
    try {
      await navigator.clipboard.writeText(op.text);
      setText(null);
      model.messages.show({ tone: 'news', text: historyTexts.copied });
    } catch {
      // Not allowed, or no clipboard where the page came without https.
      setText(op.text);
    }
  };
  const lost = () => {
    const { change, fate } = props.entry;
    const isUnseen = fate.type === 'lost' || fate.type === 'overtaken';
    if (change.type !== 'set' || !isUnseen || change.value === null) return null;
    const now = store.fieldsOf(props.id);
    if (now === undefined || Object.is(now[change.field], change.value)) return null;
    return { field: change.field, value: change.value };
  };
  const restore = async (field: FieldName, value: string | number | boolean): Promise<void> => {
    // The button goes with the value's being lost.
    item.focus();
    const done = historyTexts.restored(field, valueText(field, value, whoOf));
    const refused = await model.actions.edit(props.id, { [field]: value }, done);
    if (refused !== null) model.messages.show({ tone: 'problem', text: refused });
  };

  return (
    <li
      ref={item}
      class="history-entry"
      classList={{ 'is-unsettled': props.isUnsettled }}
      data-op={props.entry.key}
      data-fate={props.entry.fate.type}
      tabindex={tabIndex()}
      aria-label={entryLabel(props.entry, whoOf)}
      on:focusin={props.onFocus}
    >
      <p class="history-what">
        <Change entry={props.entry} whoOf={whoOf} />
      </p>
      <p class="history-who">
        <span
          class="history-signer"
          classList={{ 'is-key': whoOf(props.entry.signer) === shortKey(props.entry.signer) }}
          title={props.entry.signer}
        >
          {whoOf(props.entry.signer)}
        </span>
        <Show when={fateText(props.entry, whoOf)}>
          {(fate) => <span class="history-fate">{fate()}</span>}
        </Show>
      </p>
      <div class="history-deeds">
        <Show when={!model.readonly() && lost()}>
          {(value) => (
            <button
              type="button"
              class="button is-small"
              tabindex={tabIndex()}
              aria-label={historyTexts.restoreThis(
                value().field,
                valueText(value().field, value().value, whoOf),
              )}
              on:click={() => void restore(value().field, value().value)}
            >
              {historyTexts.restore}
            </button>
          )}
        </Show>
        <button
          type="button"
          class="history-deed"
          tabindex={tabIndex()}
          on:click={() => void verify()}
        >
          {historyTexts.verify}
        </button>
        <button
          type="button"
          class="history-deed"
          tabindex={tabIndex()}
          on:click={() => void copy()}
        >
          {historyTexts.copy}
        </button>
        <span role="status">
          <Show when={check()}>
            {(result) => (
              <span class="history-check" data-check={result()}>
                {checkTexts[result()]}
              </span>
            )}
          </Show>
        </span>
      </div>
      <Show when={text()}>
        {(op) => (
          <label class="history-text">
            {historyTexts.notCopied}
            <textarea
              readonly
              rows="4"
              aria-label={historyTexts.opText}
              value={op()}
              on:focus={(event) => event.currentTarget.select()}
            />
          </label>
        )}
      </Show>
    </li>
  );
}

function Change(props: {
  readonly entry: HistoryEntry;
  readonly whoOf: (key: string) => string;
}): JSX.Element {
  const set = () => (props.entry.change.type === 'set' ? props.entry.change : null);
  const created = () => (props.entry.change.type === 'created' ? props.entry.change.fields : null);
  return (
    <Show
      when={set()}
      fallback={
        <>
          <b>
            {props.entry.change.type === 'deleted' ? historyTexts.deleted : historyTexts.created}
          </b>
          <Show when={created()}>
            {(fields) => (
              <For each={FIRST_VALUES.filter((name) => fields()[name])}>
                {(name) => (
                  <span class="history-value">{valueText(name, fields()[name], props.whoOf)}</span>
                )}
              </For>
            )}
          </Show>
        </>
      }
    >
      {(change) => (
        <>
          <b>{fieldLabels[change().field]}</b>
          <span class="history-before">
            {valueText(change().field, change().before, props.whoOf)}
          </span>
          <span aria-hidden="true">→</span>
          <span class="history-value">
            {valueText(change().field, change().value, props.whoOf)}
          </span>
        </>
      )}
    </Show>
  );
}

/** What a story was made with, as far as it tells it from others. */
const FIRST_VALUES: readonly FieldName[] = ['name', 'stage', 'agent', 'depends_on'];

const checkTexts: { readonly [Result in Check]: string } = {
  checking: historyTexts.checking,
  gone: historyTexts.gone,
  holds: historyTexts.holds,
  wrong: historyTexts.wrong,
};
