import { nearest } from '../syntax/suggest.ts';
import { type Row, TABLE } from './environment-table.ts';

type ValueOf<R> = R extends Row<infer T> ? T : never;

/** Every variable's value. */
export type Environment = {
  readonly [S in keyof typeof TABLE]: {
    readonly [K in keyof (typeof TABLE)[S]]: ValueOf<(typeof TABLE)[S][K]>;
  };
};

/** Other names of variables. */
const ALIASES: Readonly<Record<string, string>> = { 'tcp.attempts': 'tcp.connections' };

/** One line of `peerline env`. */
export interface EnvironmentLine {
  /** `exabgp.tcp.port` */
  readonly name: string;
  readonly value: string;
  readonly fallback: string;
  readonly meaning: string;
  readonly expected: string;
  /** The variable, or `file` for the ini file, that it comes from; undefined: the default. */
  readonly from: string | undefined;
  readonly idle: boolean;
}

/** Variables whose text does not fit, all of them. */
export class EnvironmentError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, and below it the text of an ini file with sections `[exabgp.tcp]`.
 * @throws EnvironmentError naming every variable whose value is wrong, and what is allowed
 */
export function readEnvironment(env: Variables, ini?: string): Environment {
  const file = readIni(ini ?? '');
  const problems: string[] = [];
  const sections = Object.entries(TABLE).map(([section, rows]) => {
    const values = Object.entries(rows).map(([key, entry]: [string, Row<unknown>]) => {
      const found = lookup(env, file, `${section}.${key}`);
      const value = found === undefined ? entry.fallback : entry.kind.read(found.text);
      if (value === undefined)
        problems.push(`${found?.from}: found '${found?.text}', expected ${entry.kind.expected}`);
      return [key, value];
    });
    return [section, Object.fromEntries(values)];
  });
  if (problems.length > 0) throw new EnvironmentError(problems);
  return Object.fromEntries(sections) as Environment;
}

/** Every variable with its value and where that comes from, for `peerline env`. */
export function listEnvironment(env: Variables, ini?: string): EnvironmentLine[] {
  const values = readEnvironment(env, ini) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const file = readIni(ini ?? '');
  return Object.entries(TABLE).flatMap(([section, rows]) =>
    Object.entries(rows).map(([key, { kind, fallback, meaning, idle }]: [string, Row<unknown>]) => ({
      name: `exabgp.${section}.${key}`,
      value: kind.show(values[section]?.[key]),
      fallback: kind.show(fallback),
      meaning,
      expected: kind.expected,
      from: lookup(env, file, `${section}.${key}`)?.from,
      idle: idle === true,
    })),
  );
}

/** What is set and does nothing: without effect in Peerline, or a name that no setting has. */
export function environmentWarnings(env: Variables, ini?: string): string[] {
  const idle = listEnvironment(env, ini)
    .filter((line) => line.idle && line.from !== undefined && line.value !== line.fallback)
    .map((line) => `${line.from} is ${line.meaning}`);
  const names = Object.entries(TABLE).flatMap(([section, rows]) =>
    Object.keys(rows).map((key) => `${section}.${key}`),
  );
  const known = new Set([...names, ...Object.values(ALIASES)].flatMap((name) => spellings(name)));
  const unknown = [
    ...Object.keys(env).flatMap((from) => {
      const name = /^(?:exabgp|peerline)[._](.+[._].+)$/.exec(from)?.[1];
      return name === undefined ? [] : [{ from, name }];
    }),
    ...Object.keys(readIni(ini ?? '')).map((name) => ({
      from: `file [exabgp.${name.replace('.', '] ')}`,
      name,
    })),
  ].filter(({ name }) => !known.has(name) && !known.has(name.replaceAll('.', '_')));
  return [
    ...idle,
    ...unknown.map(({ from, name }) => `${from}: there is no such setting${hint(name, names)}`),
  ];
}

function hint(name: string, names: readonly string[]): string {
  const near = nearest(name.replace('_', '.'), names);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}

function lookup(
  env: Variables,
  file: Variables,
  name: string,
): { readonly text: string; readonly from: string } | undefined {
  for (const prefix of ['peerline', 'exabgp']) {
    for (const key of [name, ALIASES[name]].filter((key) => key !== undefined)) {
      for (const from of spellings(`${prefix}.${key}`)) {
        const text = env[from];
        if (text !== undefined) return { text: text.trim(), from };
      }
    }
  }
  for (const key of [name, ALIASES[name]].filter((key) => key !== undefined)) {
    const text = file[key];
    if (text !== undefined) return { text, from: `file [exabgp.${key.replace('.', '] ')}` };
  }
  return undefined;
}

/** A shell cannot set names with dots or dashes. */
function spellings(name: string): string[] {
  const underlined = name.replaceAll('.', '_');
  return [...new Set([name, underlined, underlined.replaceAll('-', '_')])];
}

/** `section.key` to text, of lines `key = value` under `[exabgp.section]`. */
function readIni(text: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  let section = '';
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[(?:exabgp|peerline)\.([^\]]+)\]$/.exec(line);
    const setting = /^([^=:\s]+)\s*[=:]\s*(.*)$/.exec(line);
    if (header?.[1] !== undefined) section = header[1].trim();
    else if (setting?.[1] !== undefined) found[`${section}.${setting[1]}`] = unquoted(setting[2] ?? '');
  }
  return found;
}

function unquoted(text: string): string {
  const match = /^(["'])(.*)\1$/.exec(text);
  return match?.[2] ?? text;
}
