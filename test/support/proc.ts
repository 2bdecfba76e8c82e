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
