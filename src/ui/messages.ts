/**
 * What the board tells its user: a message that stays a while on the screen, maybe with a button,
 * and sentences for screen readers alone.
 */
import { type Accessor, createSignal, onCleanup } from 'solid-js';

export interface Message {
  /** `problem` stays until it is dismissed. */
  readonly tone: 'news' | 'problem';
  readonly text: string;
  readonly undo?: () => void;
}

export interface Messages {
  readonly shown: Accessor<Message | null>;
  /** Last sentence to speak. */
  readonly spoken: Accessor<string>;
  show(message: Message): void;
  /** Takes the offer to undo, if one is on the screen. */
  undo(): void;
  dismiss(): void;
  /** While the pointer or the focus is on the message it does not go away. */
  hold(): void;
  letGo(): void;
  speak(sentence: string): void;
}

/** Long enough to read, reach and decide: undo is the only way back. */
const NEWS_STAYS_MS = 20_000;

export function createMessages(): Messages {
  const [shown, setShown] = createSignal<Message | null>(null);
  const [spoken, setSpoken] = createSignal('');
  let timer: ReturnType<typeof setTimeout> | undefined;

  const speak = (sentence: string): void => {
    // The same words twice in a row are a change only if the text differs.
    setSpoken((before) => (before === sentence ? `${sentence}\u00a0` : sentence));
  };
  const dismiss = (): void => {
    clearTimeout(timer);
    setShown(null);
  };
  const letGo = (): void => {
    clearTimeout(timer);
    if (shown()?.tone === 'news') timer = setTimeout(dismiss, NEWS_STAYS_MS);
  };

  onCleanup(() => clearTimeout(timer));
  return {
    shown,
    spoken,
    show: (message) => {
      setShown(message);
      letGo();
    },
    undo: () => {
      const undo = shown()?.undo;
      if (undo === undefined) return;
      dismiss();
      undo();
    },
    dismiss,
    hold: () => clearTimeout(timer),
    letGo,
    speak,
  };
}
