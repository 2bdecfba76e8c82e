import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { CliError } from './exit.ts';
import { reasonOf } from './reason.ts';

/**
 * Writes our process id where `daemon.pid` says; removed when we end. A file that a dead process left is replaced.
 * @throws CliError when another process that runs wrote it, or it cannot be written
 */
export function writePidFile(path: string, umask: number): void {
  if (path === '') return;
  const other = running(path);
  if (other !== undefined) throw new CliError(`${path}: process ${other} runs already`);
  try {
    rmSync(path, { force: true });
    writeFileSync(path, `${process.pid}\n`, { mode: 0o666 & ~umask, flag: 'wx' });
  } catch (err) {
    throw new CliError(`${path}: ${reasonOf(err)}`);
  }
  process.on('exit', () => removeOwn(path));
}

/** The process that the file names, when there is one; its name is not looked at. */
function running(path: string): number | undefined {
  const pid = pidIn(path);
  if (pid === undefined || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}

function pidIn(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Having given up root we may not be able to: it is replaced at the next start. */
function removeOwn(path: string): void {
  if (pidIn(path) !== process.pid) return;
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}
