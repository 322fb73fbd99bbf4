import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Clock, Logger, Timer } from '../../ports.ts';
import { type AccessList, type AccessReading, parseAccessList } from './accessList.ts';

/**
 * The access file, read anew when it changes. It is asked for its times and not waited for by events:
 * those do not tell of a file that is replaced, mounted or on a network.
 *
 * Invariant: a file that is broken, or gone, changes nothing: the last good one stays in force.
 */

/** How often it is looked at, and how long what is new must stay as it is. Together below a second. */
const POLL_MS = 400;
const SETTLE_MS = 100;

export interface TextFile {
  readonly path: string;
  /** Throws when it cannot be read. */
  read(): string;
  /** Calls when it may have changed, until the answer is called. */
  watch(onChange: () => void): () => void;
}

export function createTextFile(path: string): TextFile {
  return {
    path,
    read: () => readFileSync(path, 'utf8'),
    watch(onChange) {
      watchFile(path, { interval: POLL_MS, persistent: false }, onChange);
      return () => unwatchFile(path, onChange);
    },
  };
}

export interface AccessFile {
  list(): AccessList;
  /** Calls after each change, until `close`. */
  onChange(run: () => void): void;
  close(): void;
}

export type AccessFileOpening =
  | { readonly type: 'opened'; readonly file: AccessFile }
  | { readonly type: 'refused'; readonly detail: string };

export interface AccessFileDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

export function openAccessFile(
  file: TextFile,
  { clock, logger }: AccessFileDeps,
): AccessFileOpening {
  const first = read(file);
  if ('fault' in first) return { type: 'refused', detail: first.fault };
  let { text, list } = first;
  const listeners: (() => void)[] = [];
  let settling: Timer | null = null;

  /** Whoever writes in place may be half done: what is read must be the same twice. */
  function look(before: string | null): void {
    settling?.cancel();
    settling = null;
    const now = read(file);
    const content = 'text' in now ? now.text : now.fault;
    if (content === text) return;
    if (content !== before) {
      settling = clock.startTimer(SETTLE_MS, () => look(content));
      return;
    }
    take(now);
  }

  function take(now: Reading): void {
    if ('fault' in now) {
      logger.error('the access file is not taken: the one before stays in force', {
        detail: now.fault,
      });
      return;
    }
    ({ text, list } = now);
    logger.info('the access file has changed', { file: file.path });
    for (const run of listeners) run();
  }

  const stop = file.watch(() => look(null));
  return {
    type: 'opened',
    file: {
      list: () => list,
      onChange: (run) => listeners.push(run),
      close() {
        settling?.cancel();
        stop();
      },
    },
  };
}

type Reading = { readonly text: string; readonly list: AccessList } | { readonly fault: string };

function read(file: TextFile): Reading {
  let text: string;
  try {
    text = file.read();
  } catch (error) {
    return { fault: `cannot read ${file.path}: ${(error as Error).message}` };
  }
  const reading: AccessReading = parseAccessList(file.path, text);
  return 'fault' in reading ? reading : { text, list: reading.list };
}
