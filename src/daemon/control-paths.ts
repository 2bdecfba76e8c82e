import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** The pipes of ExaBGP's command line: commands go into one, replies come out of the other. */
export interface PipePaths {
  readonly in: string;
  readonly out: string;
}

/** What says where the control socket and the pipes are. */
export interface ControlPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /** Directory in which the same places are looked for too, as ExaBGP's `--root`. */
  readonly root?: string | undefined;
}

/**
 * Where sockets and pipes are looked for, in this order: the places of systemd and of this program, those of
 * ExaBGP, and those of ExaBGP below the root that was named.
 */
export function runDirectories({ env, uid, root }: ControlPlaces): string[] {
  const own = [env.RUNTIME_DIRECTORY?.split(':')[0], '/run/peerline', env.XDG_RUNTIME_DIR];
  const places = ['/run', '/var/run'].flatMap((run) => [`${run}/exabgp`, `${run}/${uid}`, run]);
  const below = root === undefined ? [] : places.map((place) => join(root, place));
  return [
    ...new Set([...own.filter((path) => path !== undefined && path !== ''), ...places, ...below]),
  ] as string[];
}

/** Every path at which a daemon's socket may be. */
export function socketCandidates(name: string, places: ControlPlaces): string[] {
  return runDirectories(places).map((directory) => join(directory, `${name}.sock`));
}

/** Where a daemon puts its socket: the first directory that it may write to; undefined: there is none. */
export function socketPath(name: string, places: ControlPlaces): string | undefined {
  return socketCandidates(name, places).find((path) => isWritable(join(path, '..')));
}

/** The first directory that has both pipes; undefined: none has. */
export function findPipes(name: string, places: ControlPlaces): PipePaths | undefined {
  return runDirectories(places)
    .map((directory) => ({ in: join(directory, `${name}.in`), out: join(directory, `${name}.out`) }))
    .find((pipes) => isPipe(pipes.in) && isPipe(pipes.out));
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return statSync(directory).isDirectory();
  } catch (err) {
    return absent(err);
  }
}

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch (err) {
    return absent(err);
  }
}

/** What the system says of a place that is none. @throws what is no error of the system's */
function absent(err: unknown): false {
  if ((err as NodeJS.ErrnoException).code === undefined) throw err;
  return false;
}
