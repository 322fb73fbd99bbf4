/**
 * What can be killed and frozen: a tab, a relay, a Rust node. Everything that happens to it from
 * outside (frames, messages, timers, answers of the disk) goes through `run`.
 */

export type ProcessState = 'running' | 'frozen' | 'dead';

export interface Process {
  /** Unlike every other's, also after a restart. */
  readonly name: string;
  /** The machine: what a partition parts. */
  readonly host: string;
  state(): ProcessState;
  /** Runs `task` now; when it thaws, if it is frozen; never, if it is dead. */
  run(task: () => void): void;
  freeze(): void;
  thaw(): void;
  kill(): void;
}

export interface ProcessOptions {
  readonly name: string;
  readonly host: string;
  /** A task threw: nothing that comes from outside may do that. */
  readonly onThrow: (error: unknown) => void;
  /** Once, when it is killed. */
  readonly onDeath?: () => void;
}

export function createProcess({ name, host, onThrow, onDeath }: ProcessOptions): Process {
  let state: ProcessState = 'running';
  let deferred: (() => void)[] = [];

  function run(task: () => void): void {
    if (state === 'dead') return;
    if (state === 'frozen') {
      deferred.push(task);
      return;
    }
    try {
      task();
    } catch (error) {
      onThrow(error);
    }
  }

  return {
    name,
    host,
    state: () => state,
    run,
    freeze() {
      if (state === 'running') state = 'frozen';
    },
    thaw() {
      if (state !== 'frozen') return;
      state = 'running';
      const tasks = deferred;
      deferred = [];
      for (const task of tasks) run(task);
    },
    kill() {
      if (state === 'dead') return;
      state = 'dead';
      deferred = [];
      onDeath?.();
    },
  };
}
