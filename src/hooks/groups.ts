/** Process groups that were started and may still have members. */
const groups = new Set<number>();
let watching = false;

/** How long a group may take to end after SIGTERM. */
export const KILL_AFTER_MS = 2_000;

/** From now on the group ends with this program, unless that is killed: then its members see their stdin end. */
export function watchGroup(pgid: number): void {
  groups.add(pgid);
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const group of groups) signalGroup(group, 'SIGTERM');
  });
}

/** False: nobody is left in the group. */
export function signalGroup(pgid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw err;
    return code === 'EPERM' && process.platform !== 'darwin';
  }
}

/** Ends what a process left behind in its group. Not waited for, and it keeps this program from nothing. */
export function endGroup(pgid: number): void {
  if (!signalGroup(pgid, 'SIGTERM')) {
    groups.delete(pgid);
    return;
  }
  setTimeout(() => {
    signalGroup(pgid, 'SIGKILL');
    groups.delete(pgid);
  }, KILL_AFTER_MS).unref();
}
