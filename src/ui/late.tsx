import { type Component, createResource, type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { useBoard } from './boardModel.ts';
import { paletteTexts } from './texts/commands.ts';

/**
 * An overlay whose code is loaded when it is first opened. One that cannot be loaded (no network,
 * and not in a cache) says so and closes, and is tried again the next time.
 */
export function late<Props extends object>(
  load: () => Promise<Component<Props>>,
): Component<Props> {
  let known: Component<Props> | null = null;
  return (props: Props): JSX.Element => {
    // At once the next time: what is drawn anew must not lose a letter in between.
    if (known !== null) return <Dynamic component={known} {...props} />;
    const model = useBoard();
    const [part] = createResource(() =>
      load().then(
        (component) => {
          known = component;
          return { component };
        },
        () => {
          model.messages.show({ tone: 'problem', text: paletteTexts.notLoaded });
          model.close();
          return null;
        },
      ),
    );
    return (
      <Show when={part()}>{(loaded) => <Dynamic component={loaded().component} {...props} />}</Show>
    );
  };
}
