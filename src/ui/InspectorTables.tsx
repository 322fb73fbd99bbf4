import { createUniqueId, For, Index, type JSX, Show } from 'solid-js';
import type { ItemFields, ItemId, Status } from '../../worker/api.ts';
import type { Inspected } from './inspecting.ts';
import {
  bytesText,
  causeText,
  columns,
  directionText,
  editsText,
  factNames,
  kindText,
  outcomeText,
  peerText,
  refusedText,
  rejectedText,
  roles,
  roundTripText,
  type Space,
  spaceText,
  storyText,
  inspector as texts,
  timeText,
  trafficText,
  whatText,
  whyText,
} from './texts/inspector.ts';
import { lagText } from './texts/lag.ts';
import { durabilities, socketText } from './texts/status.ts';
import { count, shortKey } from './texts.ts';

const numberColumns: ReadonlySet<string> = new Set([columns.ops, columns.size]);

/** Rows that are shown: more is for the bug bundle. */
const ROWS_SHOWN = 100;

export interface InspectorTablesProps {
  readonly inspected: Inspected;
  readonly status: Status | null;
  /** null: the browser does not tell; absent: it is of no interest. */
  readonly space?: Space | null;
  fieldsOf(id: ItemId): ItemFields | undefined;
  /** Own name for a key; empty: none. */
  nameOf(signer: string): string;
}

/** What was inspected, live or of a bug bundle. */
export function InspectorTables(props: InspectorTablesProps): JSX.Element {
  const now = () => props.inspected.now;
  const story = (op: Parameters<typeof storyText>[0]): string =>
    storyText(op, op === null ? undefined : props.fieldsOf(op.item));
  const signer = (key: string | undefined): string =>
    key === undefined
      ? ''
      : key === props.status?.signer
        ? texts.you
        : props.nameOf(key) || shortKey(key);

  return (
    <>
      <Facts {...props} />
      <div class="inspector-tables">
        <LogTable
          title={texts.frames}
          empty={texts.noFrames}
          head={[
            columns.time,
            columns.direction,
            columns.kind,
            columns.ops,
            columns.size,
            columns.detail,
          ]}
          rows={props.inspected.frames}
          note={texts.latestOf}
        >
          {(frame) => (
            <tr data-direction={frame.direction} data-kind={frame.kind}>
              <td class="is-time">{timeText(frame.atMs)}</td>
              <td class="is-way">{directionText(frame)}</td>
              <td>{kindText(frame)}</td>
              <td class="is-number">{editsText(frame.ops)}</td>
              <td class="is-number">{bytesText(frame.bytes)}</td>
              <td class="is-detail">{frame.detail}</td>
            </tr>
          )}
        </LogTable>
        <LogTable
          title={texts.ops}
          empty={texts.noOps}
          head={[
            columns.time,
            columns.outcome,
            columns.what,
            columns.story,
            columns.signer,
            columns.why,
          ]}
          rows={props.inspected.ops}
          note={texts.latestOf}
        >
          {(entry) => (
            <tr data-outcome={entry.outcome}>
              <td class="is-time">{timeText(entry.atMs)}</td>
              <td class="is-outcome">{outcomeText(entry)}</td>
              <td>{whatText(entry.op)}</td>
              <td class="is-story">{story(entry.op)}</td>
              <td class="is-key">{signer(entry.op?.signer)}</td>
              <td class="is-detail">{whyText(entry)}</td>
            </tr>
          )}
        </LogTable>
        <LogTable
          title={texts.held}
          empty={texts.noHeld}
          head={[columns.what, columns.story, columns.signer, columns.cause]}
          rows={now()?.held ?? []}
          all={props.status?.held.ops}
          note={texts.firstOf}
        >
          {(held) => (
            <tr>
              <td>{whatText(held.op)}</td>
              <td class="is-story">{story(held.op)}</td>
              <td class="is-key">{signer(held.op.signer)}</td>
              <td class="is-detail">{causeText(held.cause)}</td>
            </tr>
          )}
        </LogTable>
        <LogTable
          title={texts.refusals}
          empty={texts.noRefusals}
          head={[columns.time, columns.what, columns.reason, columns.detail]}
          rows={(now()?.refusals ?? []).toReversed()}
          note={texts.latestOf}
        >
          {(refusal) => (
            <tr>
              <td class="is-time">{timeText(refusal.atMs)}</td>
              <td>{refusedText(refusal)}</td>
              <td class="is-outcome">{refusal.reason}</td>
              <td class="is-detail">{refusal.detail}</td>
            </tr>
          )}
        </LogTable>
      </div>
    </>
  );
}

function LogTable<Row>(props: {
  readonly title: string;
  readonly empty: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** How many there are; absent: the rows are all. */
  readonly all?: number | undefined;
  note(shown: number, all: number): string;
  readonly children: (row: Row) => JSX.Element;
}): JSX.Element {
  const titleId = createUniqueId();
  const all = () => Math.max(props.rows.length, props.all ?? 0);
  const shown = () => Math.min(props.rows.length, ROWS_SHOWN);
  return (
    <section class="inspector-log">
      <h3 id={titleId}>
        {props.title}
        <Show when={all() > shown()}>
          <span class="inspector-count">{props.note(shown(), all())}</span>
        </Show>
      </h3>
      <Show when={props.rows.length > 0} fallback={<p class="inspector-empty">{props.empty}</p>}>
        {/* Reachable by keyboard, as it scrolls. */}
        <section class="inspector-scroll" aria-labelledby={titleId} tabindex="0">
          <table aria-labelledby={titleId}>
            <thead>
              <tr>
                <For each={props.head}>
                  {(name) => (
                    <th scope="col" classList={{ 'is-number': numberColumns.has(name) }}>
                      {name}
                    </th>
                  )}
                </For>
              </tr>
            </thead>
            <tbody>
              <For each={props.rows.slice(0, ROWS_SHOWN)}>{props.children}</For>
            </tbody>
          </table>
        </section>
      </Show>
    </section>
  );
}

function Facts(props: InspectorTablesProps): JSX.Element {
  const facts = (): readonly (readonly [string, string])[] => {
    const { status } = props;
    const { now } = props.inspected;
    if (status === null) return [];
    const peer = now?.peer ?? null;
    return [
      [factNames.role, roles[status.role]],
      [factNames.connection, socketText(status.socket, status.address, Date.now())],
      ...(status.addedLagMs ? [[factNames.lag, lagText(status.addedLagMs)] as const] : []),
      ...(now === null ? [] : [[factNames.peer, peerText(peer)] as const]),
      ...(peer === null
        ? []
        : [
            [factNames.received, trafficText(peer.received)] as const,
            [factNames.sent, trafficText(peer.sent)] as const,
          ]),
      [factNames.roundTrip, roundTripText(now?.roundTripsMs ?? [])],
      [factNames.unshared, count(status.unacknowledgedOps, 'edit', 'edits')],
      [factNames.held, count(status.held.ops, 'edit', 'edits')],
      [factNames.rejected, rejectedText(status.rejected)],
      [factNames.storage, durabilities[status.durability]],
      ...(props.space === undefined ? [] : [[factNames.space, spaceText(props.space)] as const]),
      [factNames.signer, texts.signs(shortKey(status.signer), status.ownOps)],
    ];
  };
  return (
    <dl class="inspector-facts" aria-label={texts.facts}>
      <Index each={facts()}>
        {(fact) => (
          <div>
            <dt>{fact()[0]}</dt>
            <dd>{fact()[1]}</dd>
          </div>
        )}
      </Index>
    </dl>
  );
}
