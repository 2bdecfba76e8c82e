import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The path of an installed program. */
export function which(program: string): string | undefined {
  try {
    const script = 'PATH=$PATH:/usr/sbin:/sbin; command -v "$0"';
    return execFileSync('/bin/sh', ['-c', script, program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Runs a program to its end and gives what it printed. @throws when it fails or takes more than ten seconds */
export async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { timeout: 10_000, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
