import { existsSync } from 'node:fs';

/** How a program is to run, beside its arguments. */
export interface Confinement {
  readonly user: { readonly uid: number; readonly gid: number; readonly known: boolean } | undefined;
  readonly gid: number | undefined;
  readonly nice: number | undefined;
  /** Address space, octets. */
  readonly memoryBytes: number | undefined;
}

const PLACES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
const tools = new Map<string, string | undefined>();

/**
 * The command that becomes `run` so confined: prlimit, nice and setpriv (util-linux, coreutils) each set one thing
 * and execute the next.
 */
export function confined(run: readonly string[], { user, gid, nice, memoryBytes }: Confinement): string[] {
  const group = gid ?? user?.gid;
  const ids = [
    ...(user === undefined ? [] : [`--reuid=${user.uid}`, ...DROP]),
    ...(group === undefined ? [] : [`--regid=${group}`]),
    ...(user?.known === true ? ['--init-groups'] : group === undefined ? [] : ['--clear-groups']),
  ];
  return [
    ...(memoryBytes === undefined ? [] : [tool('prlimit') ?? 'prlimit', `--as=${memoryBytes}`]),
    ...(nice === undefined ? [] : [tool('nice') ?? 'nice', '-n', String(nice)]),
    ...(ids.length === 0 ? [] : [tool('setpriv') ?? 'setpriv', ...ids]),
    ...run,
  ];
}

/** Another user keeps no way back. */
const DROP = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];

function tool(name: string): string | undefined {
  if (!tools.has(name))
    tools.set(
      name,
      PLACES.map((place) => `${place}/${name}`).find((path) => existsSync(path)),
    );
  return tools.get(name);
}
