import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

/** Finds the program of a `run` statement, or tells why it cannot be run. */
export type ResolveProgram = (
  program: string,
  configDirectory: string,
) => { readonly path: string } | { readonly error: string };

/**
 * As ExaBGP looks: /etc/exabgp, the directory of the configuration file, then PATH, and of those that exist
 * the last. `etc/exabgp/NAME` is looked for under EXABGP_ETC or /etc/exabgp too.
 */
export const resolveProgram: ResolveProgram = (program, configDirectory) => {
  const existing = candidates(program, configDirectory)
    .map((path) => ({ path: resolve(path), stats: statsOf(path) }))
    .filter((candidate) => candidate.stats !== undefined);
  const runnable = existing.filter(({ stats }) => stats?.isDirectory() === false);
  const found = runnable.at(-1) ?? existing.at(-1);
  if (found?.stats === undefined) return { error: 'there is no such program' };
  const error = refusal(found.path, found.stats);
  return error === undefined ? { path: found.path } : { error: `${found.path} ${error}` };
};

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function candidates(program: string, configDirectory: string): string[] {
  if (program === '' || program.includes('\0')) return [];
  if (isAbsolute(program)) return [program];
  const etc = process.env.EXABGP_ETC ?? '/etc/exabgp';
  const installed = program.startsWith('etc/exabgp/')
    ? [join(etc, program.slice('etc/exabgp/'.length)), join(process.cwd(), program)]
    : [join('/etc/exabgp', program)];
  const path = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return [...installed, join(configDirectory, program), ...path.map((folder) => join(folder, program))];
}

function refusal(path: string, stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'is a directory';
  if (!stats.isFile()) return 'is not a regular file';
  if ((stats.mode & 0o6000) !== 0) return 'is setuid or setgid, which is refused';
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return 'is not executable (chmod +x)';
  }
}
