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
  /** Dismisses a message that offers to undo: it is undone by other means. */
  dismissUndo(): void;
  /** What is under way and shown; null: nothing that lasts. */
  readonly work: Accessor<Work | null>;
  /** Shows how far `run` is, if it lasts. `of`: how many it will have done. */
  during<Result>(
    text: string,
    of: number,
    run: (onDone: (count: number) => void) => Promise<Result>,
  ): Promise<Result>;
  /** While the pointer or the focus is on the message it does not go away. */
  hold(): void;
  letGo(): void;
  speak(sentence: string): void;
}

/** Something that takes a while. */
export interface Work {
  readonly text: string;
  readonly done: number;
  readonly of: number;
}

/** Long enough to read, reach and decide: undo is the only way back. */
const NEWS_STAYS_MS = 20_000;

/** What is done sooner needs no bar. */
const WORK_SHOWS_AFTER_MS = 400;

export function createMessages(): Messages {
  const [shown, setShown] = createSignal<Message | null>(null);
  const [spoken, setSpoken] = createSignal('');
  const [work, setWork] = createSignal<Work | null>(null);
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
    dismissUndo: () => {
      if (shown()?.undo !== undefined) dismiss();
    },
    work,
    during: async (text, of, run) => {
      const startMs = performance.now();
      let isSaid = false;
      const result = await run((done) => {
        if (of < 2 || performance.now() - startMs < WORK_SHOWS_AFTER_MS) return;
        if (!isSaid) speak(`${text}…`);
        isSaid = true;
        setWork({ text, done, of });
      });
      setWork(null);
      return result;
    },
    hold: () => clearTimeout(timer),
    letGo,
    speak,
  };
}
