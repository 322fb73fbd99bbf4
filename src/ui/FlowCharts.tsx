/** Charts of boxes: what they draw stands beside them, or under them, as a table. */
import { createUniqueId, For, Index, type JSX, Show } from 'solid-js';
import { StageMark } from './StageMark.tsx';
import { flowTexts, numberText, shortNumber } from './texts/flow.ts';

export interface BarRow {
  readonly label: string;
  /** Shows its mark. */
  readonly stage?: string;
  readonly stories: number;
  /** `aside`: beside the scale that the others are on. */
  readonly tone?: 'aside';
}

/** A part of the page: what it is about, what it says, and what that rests on. */
export function FlowPart(props: {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly rests: string;
  readonly controls?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  const titleId = createUniqueId();
  return (
    <section class="flow-part" aria-labelledby={titleId} data-flow={props.name}>
      <header class="flow-part-head">
        <h3 id={titleId}>{props.title}</h3>
        {props.controls}
      </header>
      <p class="flow-says">{props.says}</p>
      {props.children}
      <p class="flow-rests">{props.rests}</p>
    </section>
  );
}

/** A table whose rows have a bar each. */
export function BarTable(props: {
  readonly caption: string;
  readonly head: string;
  readonly rows: readonly BarRow[];
}): JSX.Element {
  const most = () => Math.max(1, ...props.rows.map(({ stories }) => stories));
  return (
    <table class="flow-table">
      <TableHead caption={props.caption} head={props.head} />
      <tbody>
        <Index each={props.rows}>
          {(row) => (
            <tr data-tone={row().tone}>
              <th scope="row">
                <span class="flow-label">
                  <Show when={row().stage !== undefined}>
                    <StageMark stage={row().stage ?? ''} />
                  </Show>
                  <bdi>{row().label}</bdi>
                </span>
              </th>
              <td>
                <span class="flow-measure" data-none={row().stories === 0 ? '' : undefined}>
                  <span
                    class="flow-bar"
                    style={{ 'inline-size': `calc(${row().stories / most()} * (100% - 3.5rem))` }}
                  />
                  {numberText(row().stories)}
                </span>
              </td>
            </tr>
          )}
        </Index>
      </tbody>
    </table>
  );
}

export interface Column {
  readonly label: string;
  readonly ticks: readonly string[];
  readonly stories: number;
}

/** Columns side by side. Not for those who cannot see them: they have the table. */
export function ColumnChart(props: { readonly columns: readonly Column[] }): JSX.Element {
  const most = () => Math.max(1, ...props.columns.map(({ stories }) => stories));
  return (
    <div class="flow-columns" aria-hidden="true">
      <Index each={props.columns}>
        {(column) => (
          <div class="flow-column" title={`${column().label}: ${numberText(column().stories)}`}>
            <div class="flow-plot">
              <Show when={column().stories > 0}>
                <span class="flow-number">{shortNumber(column().stories)}</span>
              </Show>
              <span
                class="flow-bar"
                style={{ 'block-size': `calc(${column().stories / most()} * (100% - 1.25rem))` }}
              />
            </div>
            <For each={column().ticks}>{(tick) => <span class="flow-tick">{tick}</span>}</For>
          </div>
        )}
      </Index>
    </div>
  );
}

/** Behind a chart that is no table itself. */
export function HiddenTable(props: {
  readonly caption: string;
  readonly head: string;
  readonly rows: readonly BarRow[];
}): JSX.Element {
  return (
    <details class="flow-details">
      <summary>
        {flowTexts.asTable}
        <span class="spoken">: {props.caption}</span>
      </summary>
      <table class="flow-table is-plain">
        <TableHead caption={props.caption} head={props.head} />
        <tbody>
          <Index each={props.rows}>
            {(row) => (
              <tr>
                <th scope="row">{row().label}</th>
                <td>{numberText(row().stories)}</td>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
    </details>
  );
}

function TableHead(props: { readonly caption: string; readonly head: string }): JSX.Element {
  return (
    <>
      <caption class="spoken">{props.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{props.head}</th>
          <th scope="col">{flowTexts.stories}</th>
        </tr>
      </thead>
    </>
  );
}

export interface Share {
  readonly name: string;
  readonly label: string;
  readonly stories: number;
}

/** One bar that is divided, and a table that is its key. */
export function ShareChart(props: {
  readonly caption: string;
  readonly head: string;
  readonly shares: readonly Share[];
}): JSX.Element {
  return (
    <>
      <div class="flow-shares" aria-hidden="true">
        <Index each={props.shares}>
          {(share) => (
            <span
              class="flow-share"
              data-share={share().name}
              hidden={share().stories === 0}
              style={{ 'flex-grow': share().stories }}
            />
          )}
        </Index>
      </div>
      <table class="flow-table is-plain">
        <TableHead caption={props.caption} head={props.head} />
        <tbody>
          <Index each={props.shares}>
            {(share) => (
              <tr>
                <th scope="row">
                  <span class="flow-label">
                    <span class="flow-swatch" data-share={share().name} />
                    {share().label}
                  </span>
                </th>
                <td>{numberText(share().stories)}</td>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
    </>
  );
}
