import { apiConfig, emptyEvents } from './api.ts';
import { neighborIdentity } from './finish.ts';
import type { ApiConfig, Config, ProcessConfig } from './model.ts';

/** A configuration and the file that it came from. */
export interface LoadedFile {
  readonly file: string;
  readonly config: Config;
}

/**
 * Several files as one configuration. Each stands for itself, as under ExaBGP, which runs a program for each: a name
 * of a process means that of its file, and a process of 3.x commands the neighbors of its file alone.
 */
export function joinConfigs(loaded: readonly LoadedFile[]): Config {
  const [first] = loaded;
  if (first !== undefined && loaded.length === 1) return first.config;
  const taken = new Set<string>();
  const configs = loaded.map((one) => scoped(one, taken));
  return {
    processes: configs.flatMap(({ processes }) => processes),
    neighbors: configs.flatMap(({ neighbors }) => neighbors),
    bmp: configs.flatMap(({ bmp }) => bmp),
  };
}

/** Neighbors that several of the files have: there is one speaker. */
export function sharedNeighbors(loaded: readonly LoadedFile[]): string[] {
  const names = loaded.flatMap(({ config }) => config.neighbors.map(neighborIdentity));
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}

function scoped({ file, config }: LoadedFile, taken: Set<string>): Config {
  const names = new Map(config.processes.map(({ name }) => [name, freeName(name, file, taken)]));
  const rename = (name: string) => names.get(name) ?? name;
  // patterns were resolved to names when the file was read
  const renamed = <A extends Pick<ApiConfig, 'processes' | 'processesMatch'>>(api: A): A => ({
    ...api,
    processes: api.processes.map(rename),
    processesMatch: [],
  });
  // who may command, and is told nothing more
  const commanders = config.processes
    .filter(({ commandsAll }) => commandsAll)
    .map(({ name }) => rename(name));
  const commanding = commanders.length === 0 ? [] : [apiConfig(emptyEvents(), commanders)];
  return {
    processes: config.processes.map((each): ProcessConfig => {
      const name = rename(each.name);
      return { ...each, name, commandsAll: false, ...(name === each.name ? {} : { nameInFile: each.name }) };
    }),
    neighbors: config.neighbors.map((neighbor) => ({
      ...neighbor,
      api: [...neighbor.api.map(renamed), ...commanding],
    })),
    bmp: config.bmp.map((bmp) => ({ ...bmp, api: bmp.api.map(renamed) })),
  };
}

function freeName(name: string, file: string, taken: Set<string>): string {
  let free = name;
  for (let n = 1; taken.has(free); n++) free = n === 1 ? `${name}@${file}` : `${name}@${file}~${n}`;
  taken.add(free);
  return free;
}
