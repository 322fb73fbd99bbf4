import type { JSX } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { isPlainClick } from './ViewNav.tsx';

/** To the board with this filter in place of its own; Back goes back. */
export function FilteredLink(props: {
  readonly filter: string;
  readonly title: string;
  readonly children: JSX.Element;
}): JSX.Element {
  const model = useBoard();
  const pairs = () => ({ view: null, filter: props.filter });
  return (
    <a
      href={model.query.href(pairs())}
      title={props.title}
      on:click={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        model.query.set(pairs(), 'push');
        // Says how many there are.
        model.filter.setText(props.filter);
        // The link went with its view.
        model.element()?.focus();
      }}
    >
      {props.children}
    </a>
  );
}
