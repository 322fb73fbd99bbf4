/** Letters typed while the code of what was opened is on its way: they are meant for its field. */
export interface TypedAhead {
  /** False: the key types nothing. */
  add(event: KeyboardEvent): boolean;
  /** What was typed since it was last taken. */
  take(): string;
}

const TEXT_MAX = 200;

export function createTypedAhead(): TypedAhead {
  let text = '';
  return {
    add({ key, ctrlKey, metaKey, altKey }) {
      const isLetter = [...key].length === 1 && !ctrlKey && !metaKey && !altKey;
      if (key === 'Backspace') text = [...text].slice(0, -1).join('');
      else if (isLetter && text.length < TEXT_MAX) text += key;
      else return false;
      return true;
    },
    take() {
      const taken = text;
      text = '';
      return taken;
    },
  };
}

/** As if it were typed there now, over what is selected. Nothing where the focus is in no field for text. */
export function typeInto(element: Element | null, text: string): void {
  const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  if (!isField || text === '') return;
  const { selectionStart: from, selectionEnd: to, value } = element;
  element.setRangeText(text, from ?? value.length, to ?? value.length, 'end');
  element.dispatchEvent(new InputEvent('input', { bubbles: true, data: text }));
}
