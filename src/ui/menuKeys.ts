/** Keys of a menu, as the ARIA practices have them: arrow keys go round, Home and End to its ends. */

/** The choice that a key leads to, from the one that has the focus; undefined: it leads to none. */
export function choiceByKey(choices: readonly HTMLElement[], key: string): HTMLElement | undefined {
  const at = choices.findIndex((choice) => choice.matches(':focus'));
  const targets: { readonly [key: string]: HTMLElement | undefined } = {
    ArrowDown: choices[(at + 1) % choices.length],
    ArrowUp: choices[(at + choices.length - 1) % choices.length],
    Home: choices[0],
    End: choices.at(-1),
  };
  return targets[key];
}
