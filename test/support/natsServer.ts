import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './freePorts.ts';
import { findSystemProgram } from './systemProgram.ts';

/** NATS with JetStream as processes of their own, on free ports and temporary folders. */

/** Path of the program; null: there is none, and what needs it is skipped. */
export function findNatsServer(): string | null {
  return findSystemProgram('nats-server');
}

/** Tells once what is not tested. */
export function adviseNatsServer(): void {
  console.log(
    'The tests of many relays need nats-server and found none; install it, on Debian or Ubuntu: sudo apt-get install nats-server',
  );
}

export interface NatsServer {
  /** `nats://127.0.0.1:<port>` */
  readonly address: string;
  /** As a power cut (SIGKILL). */
  kill(): Promise<void>;
  /** Again, on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

export interface NatsOptions {
  /** Further arguments, such as `--user`. */
  readonly args?: readonly string[];
}

const patienceMs = 20_000;

/** Resolves when it takes clients. */
export async function startNatsServer(
  program: string,
  { args = [] }: NatsOptions = {},
): Promise<NatsServer> {
  const [port] = await freePorts(1);
  return start({ program, port: port!, args, readyLine: 'Server is ready' });
}

/** So many in one cluster; resolves when they have a leader. */
export async function startNatsCluster(
  program: string,
  size: number,
): Promise<readonly NatsServer[]> {
  const ports = await freePorts(2 * size);
  const routes = ports.slice(size).map((port) => `nats://127.0.0.1:${port}`);
  const starts = await Promise.allSettled(
    routes.map((route, index) => {
      const args = ['--name', `broker-${index}`, '--cluster_name', 'test', '--cluster', route];
      return start({
        program,
        port: ports[index]!,
        args: [...args, '--routes', routes.join(',')],
        // Said by each when it knows who leads.
        readyLine: 'metadata leader',
      });
    }),
  );
  const servers = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = starts.find((one) => one.status === 'rejected');
  if (failure === undefined) return servers;
  for (const { dispose } of servers) await dispose();
  throw failure.reason;
}

interface Start {
  readonly program: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly readyLine: string;
}

async function start({ program, port, args, readyLine }: Start): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nats-server-'));
  let child: ChildProcess;
  const run = async (): Promise<void> => {
    const own = ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)];
    child = spawn(program, [...own, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    await saying(child, readyLine);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  };
  // Nobody else would end it if this process ends early.
  process.once('exit', () => child.kill('SIGKILL'));
  const dispose = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  await run().catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return {
    address: `nats://127.0.0.1:${port}`,
    kill,
    restart: run,
    dispose,
  };
}

function saying(child: ChildProcess, words: string): Promise<void> {
  let written = '';
  return new Promise((done, fail) => {
    const settle = (isDone: boolean): void => {
      clearTimeout(timer);
      child.off('exit', onExit);
      if (isDone) done();
      else fail(new Error(`nats-server did not say "${words}". It wrote:\n${written}`));
    };
    const onExit = (): void => settle(false);
    const timer = setTimeout(onExit, patienceMs);
    child.once('exit', onExit);
    child.stderr?.on('data', (data: Buffer) => {
      written += data.toString();
      if (written.includes(words)) settle(true);
    });
  });
}
