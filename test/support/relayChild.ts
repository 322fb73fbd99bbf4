import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './sourceCode.ts';

/** The relay as a process of its own, on a free port, with a log that can be read. */
export interface RelayChild {
  /** `ws://127.0.0.1:<port>/crdt-sync`, once it listens; rejects if it ends before. */
  readonly address: Promise<string>;
  readonly ended: Promise<unknown>;
  readonly pid: number;
  /** What it logged so far, a JSON object a line. */
  logLines(): readonly string[];
  /** Resolves when its log holds these words so often, once if not said; rejects if it ends before. */
  logged(words: string, times?: number): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** From its sources, which need no build. */
export const RELAY_FROM_SOURCE: readonly string[] = [
  process.execPath,
  '--import',
  'tsx',
  join(root, 'worker/relay/main.ts'),
];

/** `program`: a command that takes the relay's flags. */
export function startRelayChild(program: readonly string[], dataFolder: string): RelayChild {
  const [command = '', ...args] = [...program, '--port', '0', '--data', dataFolder];
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text;
  });
  const ended = once(child, 'close');
  const failure = ended.then(() => {
    throw new Error(`the relay ended: ${log}`);
  });
  failure.catch(() => undefined);
  const printed = new Promise<string>((done) => {
    child.stdout.on('data', (text: Buffer) => {
      out += text;
      const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(out)?.[1];
      if (port !== undefined) done(`ws://127.0.0.1:${port}/crdt-sync`);
    });
  });
  const address = Promise.race([printed, failure]);
  address.catch(() => undefined);
  return {
    address,
    ended,
    pid: child.pid ?? 0,
    logLines: () => log.split('\n').filter((line) => line.startsWith('{')),
    async logged(words, times = 1) {
      while (log.split(words).length <= times)
        await Promise.race([once(child.stderr, 'data'), failure]);
    },
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
