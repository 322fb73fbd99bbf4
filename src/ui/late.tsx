import { type Component, createResource, type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { type BoardModel, useBoard } from './boardModel.ts';
import { paletteTexts } from './texts/commands.ts';

/** A component whose code comes when it is first drawn, or before: `load` brings it, if it can. */
export type LateComponent<Props extends object> = Component<Props> & {
  load(): Promise<void>;
};

/**
 * An overlay whose code is loaded late. One that cannot be loaded (no network, and not in a cache)
 * says so and closes, by `leave`, and is tried again the next time.
 */
export function late<Props extends object>(
  load: () => Promise<Component<Props>>,
  leave: (model: BoardModel) => void = (model) => model.close(),
): LateComponent<Props> {
  let known: Component<Props> | null = null;
  const loaded = async (): Promise<Component<Props> | null> => {
    try {
      known = await load();
    } catch {
      // It may be back when it is tried again.
    }
    return known;
  };
  const draw = (props: Props): JSX.Element => {
    // At once when it is here: what is drawn anew must not lose a letter in between.
    if (known !== null) return <Dynamic component={known} {...props} />;
    const model = useBoard();
    const [part] = createResource(async () => {
      const component = await loaded();
      if (component !== null) return { component };
      model.messages.show({ tone: 'problem', text: paletteTexts.notLoaded });
      model.typedAhead.take();
      leave(model);
      return null;
    });
    return (
      <Show when={part()}>{(ready) => <Dynamic component={ready().component} {...props} />}</Show>
    );
  };
  return Object.assign(draw, { load: async () => void (await loaded()) });
}
