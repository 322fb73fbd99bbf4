import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly isOver: boolean;
  readonly command: string;
}

/**
 * SIGKILL to every process of the browser that runs on this profile, found by the folder's name on
 * its command line, and to their children. Resolves when all are gone. Linux only.
 */
export async function killBrowser(profileFolder: string): Promise<number> {
  const doomed = new Set<number>();
  const running = listProcesses();
  for (const { pid, command } of running) if (command.includes(profileFolder)) doomed.add(pid);
  for (let size = -1; size !== doomed.size; ) {
    size = doomed.size;
    for (const { pid, parent } of running) if (doomed.has(parent)) doomed.add(pid);
  }
  doomed.delete(process.pid);
  for (const pid of doomed) kill(pid);
  await until('the browser is gone', () =>
    listProcesses().every(({ pid, isOver }) => isOver || !doomed.has(pid)),
  );
  return doomed.size;
}

function listProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

/** null: it ended while it was looked at. */
function readProcess(pid: number): Process | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    // After the program's name, which may hold anything, in brackets: state and parent.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(parent), isOver: state === 'Z', command };
  } catch {
    return null;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with its parent.
  }
}
