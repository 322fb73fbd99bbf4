/**
 * Folds what a stream brings within one frame into one step. The first message after a quiet frame
 * goes through at once, so that a single edit waits for nothing.
 */

export interface FrameFold<Message> {
  /** In order, none lost. */
  push(message: Message): void;
  /** Forgets what was not shown yet. */
  clear(): void;
}

export interface FrameFoldDeps<Message> {
  /** Shows messages as one step. Takes them one by one: there are as many as the frame has time for. */
  show(messages: Iterable<Message>): void;
  /** Calls back once, before the next frame. Returns what prevents it. */
  onNextFrame(callback: () => void): () => void;
  /** Milliseconds, from any start. */
  nowMs(): number;
}

/** Leaves a frame of 16 ms time for layout and paint. */
const STEP_MS = 6;

export function createFrameFold<Message>(deps: FrameFoldDeps<Message>): FrameFold<Message> {
  let waiting: Message[] = [];
  let cancel: (() => void) | null = null;

  /** Takes from the queue until the time is up. */
  function* worthOfFrame(): Generator<Message> {
    const startMs = deps.nowMs();
    let taken = 0;
    try {
      while (taken < waiting.length && (taken === 0 || deps.nowMs() - startMs < STEP_MS)) {
        taken += 1;
        yield waiting[taken - 1] as Message;
      }
    } finally {
      waiting = waiting.slice(taken);
    }
  }

  const onFrame = (): void => {
    cancel = null;
    if (waiting.length === 0) return;
    cancel = deps.onNextFrame(onFrame);
    deps.show(worthOfFrame());
  };

  return {
    push: (message) => {
      waiting.push(message);
      if (cancel === null) onFrame();
    },
    clear: () => {
      waiting = [];
      cancel?.();
      cancel = null;
    },
  };
}

/** A page in the background gets no frames, and must not pile up what it would show in them. */
const WITHOUT_FRAMES_MS = 250;

/** The browser's frames, and a timer where there are none. */
export function onBrowserFrame(callback: () => void): () => void {
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const run = (): void => {
    cancel();
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, WITHOUT_FRAMES_MS);
  return cancel;
}
