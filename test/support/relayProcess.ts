import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './sourceCode.ts';

export interface RelayOptions {
  /** TOML, given by `--config`. */
  readonly config?: string;
}

/** The built relay as a process of its own, on a port and a data folder that outlive it. */
export interface RelayProcess {
  /** `http://127.0.0.1:<port>`, where it serves the page. */
  readonly origin: string;
  /** `ws://127.0.0.1:<port>/crdt-sync` */
  readonly address: string;
  /** Where it keeps its data. */
  readonly dataFolder: string;
  /** Of the process that runs now. */
  pid(): number;
  /** What it wrote so far, on both streams. */
  output(): string;
  /** Asks it to end (SIGTERM) and waits; resolves to its exit status. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>;
  /** Runs it again, on the same port and data, after `stop` or `kill`. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

const program = join(root, 'dist/relay/main.js');
const patienceMs = 20_000;

/** Resolves when the relay has printed its address. */
export async function startRelay(options: RelayOptions = {}): Promise<RelayProcess> {
  if (!existsSync(program)) throw new Error(`There is no ${program}: run \`npm run build\` first.`);
  const folder = mkdtempSync(join(tmpdir(), 'huskies-web-relay-'));
  const dataFolder = join(folder, 'data');
  const configFile = join(folder, 'relay.toml');
  writeFileSync(configFile, options.config ?? '');
  const output: string[] = [];
  let child: ChildProcess;

  const run = async (port: number): Promise<number> => {
    const args = ['--port', String(port), '--data', dataFolder, '--config', configFile];
    child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    return waitForPort(child, output);
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    child.kill(signal);
    return ended;
  };

  // Nobody else would end it if this process ends early.
  const endChild = (): void => void child.kill('SIGKILL');
  process.once('exit', endChild);
  const port = await run(0);
  return {
    origin: `http://127.0.0.1:${port}`,
    address: `ws://127.0.0.1:${port}/crdt-sync`,
    dataFolder,
    pid: () => child.pid ?? Number.NaN,
    output: () => output.join(''),
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    restart: async () => {
      await run(port);
    },
    dispose: async () => {
      await end('SIGKILL');
      process.off('exit', endChild);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function waitForPort(child: ChildProcess, output: string[]): Promise<number> {
  let written = '';
  return new Promise((done, fail) => {
    const settle = (port: number | null): void => {
      clearTimeout(timeout);
      child.off('exit', onExit);
      if (port !== null) done(port);
      else fail(new Error(`The relay did not print its address. It wrote:\n${written}`));
    };
    const onExit = (): void => settle(null);
    const timeout = setTimeout(() => settle(null), patienceMs);
    const onData = (data: Buffer): void => {
      output.push(data.toString());
      written += data.toString();
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(written)?.[1];
      if (port !== undefined) settle(Number(port));
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('exit', onExit);
  });
}
