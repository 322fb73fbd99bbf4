/**
 * A disk that keeps a journal of transactions: each is there whole or not at all, and the journal
 * has no gaps. Its machine may die before a transaction is committed, or after and before its
 * process hears of it; a power cut takes the last relaxed transactions too.
 */

import type { StoreOutcome } from '../../worker/ports.ts';
import type { Process } from './process.ts';

/** `strict`: it, and all before it, survive a power cut once committed. */
export type Strictness = 'strict' | 'relaxed';

export interface Transaction<State> {
  readonly strictness: Strictness;
  /** Looked at in the transaction: it then writes nothing. */
  isFenced?(state: State): boolean;
  apply(state: State): void;
}

export type CrashStage = 'before-commit' | 'after-commit';

export interface Disk<State> {
  /** As committed so far. */
  state(): State;
  submit(process: Process, transaction: Transaction<State>): Promise<StoreOutcome>;
  /** Transactions wait for `step` or `release`. */
  hold(): void;
  /** The next waiting transaction is committed; the next call lets its process know. */
  step(): void;
  release(): void;
  /** Every transaction fails like this; null: no longer. */
  fail(reason: 'full' | 'broken' | null): void;
  /** Kills the process that makes the transaction after the next `skip`. */
  crashAt(stage: CrashStage, skip: number): void;
  forgetCrash(): void;
  /** What waits of a process that died: committed, if `keeps`, or gone. */
  abandon(process: Process, keeps: boolean): void;
  /** A power cut: the last relaxed transactions are gone, at most `most`. */
  loseRelaxed(most: number): void;
  /** What the disk does by itself, to what is committed. */
  spoil(change: (state: State) => void): void;
  /** Nothing waits, and no transaction has failed so far. */
  isSound(): boolean;
}

interface Request<State> {
  readonly process: Process;
  readonly transaction: Transaction<State>;
  readonly resolve: (outcome: StoreOutcome) => void;
  isCommitted: boolean;
}

export function createDisk<State>(createState: () => State): Disk<State> {
  let state = createState();
  let journal: Transaction<State>[] = [];
  let requests: Request<State>[] = [];
  let isHeld = false;
  let hasFailed = false;
  let failure: 'full' | 'broken' | null = null;
  let crash: { readonly stage: CrashStage; skip: number } | null = null;

  function commit(transaction: Transaction<State>): void {
    journal.push(transaction);
    transaction.apply(state);
  }

  function strikes(stage: CrashStage): boolean {
    if (crash === null || crash.stage !== stage) return false;
    if (crash.skip > 0) {
      crash.skip -= 1;
      return false;
    }
    crash = null;
    return true;
  }

  function step(): void {
    const request = requests[0];
    if (request === undefined) return;
    const { process, transaction, resolve } = request;
    if (!request.isCommitted && transaction.isFenced?.(state) === true) {
      requests.shift();
      process.run(() => resolve({ type: 'failed', reason: 'fenced', detail: 'a later epoch' }));
      return;
    }
    if (!request.isCommitted && failure !== null) {
      const reason = failure;
      hasFailed = true;
      requests.shift();
      process.run(() => resolve({ type: 'failed', reason, detail: `the disk is ${reason}` }));
      return;
    }
    if (!request.isCommitted) {
      if (strikes('before-commit')) {
        process.kill();
        return;
      }
      commit(transaction);
      request.isCommitted = true;
      if (strikes('after-commit')) process.kill();
      if (process.state() === 'dead') return;
      if (isHeld) return;
    }
    requests.shift();
    process.run(() => resolve({ type: 'stored' }));
  }

  return {
    state: () => state,
    submit: (process, transaction) =>
      new Promise((resolve) => {
        if (process.state() === 'dead') return;
        requests.push({ process, transaction, resolve, isCommitted: false });
        if (!isHeld) queueMicrotask(step);
      }),
    hold() {
      isHeld = true;
    },
    step,
    release() {
      isHeld = false;
      while (requests.length > 0) step();
    },
    fail(reason) {
      failure = reason;
    },
    crashAt(stage, skip) {
      crash = { stage, skip };
    },
    forgetCrash() {
      crash = null;
    },
    abandon(process, keeps) {
      for (const request of requests) {
        if (request.process !== process || request.isCommitted) continue;
        const isFenced = request.transaction.isFenced?.(state) === true;
        if (keeps && failure === null && !isFenced) commit(request.transaction);
      }
      requests = requests.filter((request) => request.process !== process);
    },
    loseRelaxed(most) {
      let kept = journal.length;
      while (
        kept > 0 &&
        journal.length - kept < most &&
        journal[kept - 1]?.strictness === 'relaxed'
      )
        kept -= 1;
      if (kept === journal.length) return;
      journal = journal.slice(0, kept);
      state = createState();
      for (const transaction of journal) transaction.apply(state);
    },
    spoil(change) {
      journal.push({ strictness: 'strict', apply: change });
      change(state);
    },
    isSound: () => requests.length === 0 && !hasFailed,
  };
}
