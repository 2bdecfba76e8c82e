import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process. */

/** Resident memory, KiB. */
export function resident(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const TICKS_PER_SECOND = 100;

/** Processor time that it has taken, in user code and in the system, seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** How many processes were started with this argument. */
export function countWithArgument(argument: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => argumentsOf(pid).includes(argument)).length;
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it ended meanwhile
  }
}
