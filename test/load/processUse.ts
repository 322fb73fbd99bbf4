/** What a process uses, as Linux tells it in /proc. */
import { readFileSync } from 'node:fs';

/** Clock ticks a second: what Linux shows to programs on all its machines. */
const TICKS_PER_S = 100;

/** CPU time that it took so far, of all threads. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Its second field is the program's name, which may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_S;
}

/** Resident memory. */
export function residentBytesOf(pid: number): number {
  return 1024 * statusKb(pid, 'VmRSS');
}

/** The most it ever was. */
export function peakBytesOf(pid: number): number {
  return 1024 * statusKb(pid, 'VmHWM');
}

function statusKb(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN);
}
