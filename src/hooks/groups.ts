import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { hasDescriptors, started } from './pipes.ts';

/** Process groups that were started and may still have members. */
const groups = new Set<number>();
let guard: Writable | undefined;
let watching = false;

/** How long a group may take to end after SIGTERM. */
export const KILL_AFTER_MS = 2_000;

/*
 * Who ends the groups when this program is killed: a shell that is told of them, and sees its stdin end then. Most
 * handlers end by themselves at the end of theirs, but not what they started beside.
 */
const GUARD = `groups=' '
while read -r what group; do
  case $what in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
end() { for group in $groups; do kill -"$1" "-$group" 2>/dev/null; done; }
[ "$groups" = ' ' ] && exit
sleep 0.5
end TERM
sleep 1
end KILL`;

/** From now on the group ends with this program, however that ends. */
export function watchGroup(pgid: number): void {
  groups.add(pgid);
  if (!watching) {
    watching = true;
    process.on('exit', () => {
      for (const group of groups) signalGroup(group, 'SIGTERM');
    });
  }
  guard ??= startGuard();
  guard?.write(`+ ${pgid}\n`);
}

/** Undefined: the system has no room for it; another process may have more luck. */
function startGuard(): Writable | undefined {
  if (!hasDescriptors()) return undefined;
  const shell = started(() =>
    spawn('/bin/sh', ['-c', GUARD], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
    }),
  );
  if (shell === undefined) return undefined;
  // without it the groups end with this program all the same, unless that is killed
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Writable & { unref(): void }).unref();
  return shell.stdin;
}

function forget(pgid: number): void {
  if (groups.delete(pgid)) guard?.write(`- ${pgid}\n`);
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
    forget(pgid);
    return;
  }
  setTimeout(() => {
    signalGroup(pgid, 'SIGKILL');
    forget(pgid);
  }, KILL_AFTER_MS).unref();
}
