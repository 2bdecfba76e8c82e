import { API_VERSIONS, type ApiVersion } from '../bgp/json.ts';

/** How a variable's text becomes its value, and what is told when it does not. */
interface Kind<T> {
  /** @returns undefined when the text does not fit */
  read(text: string): T | undefined;
  show(value: T): string;
  /** What is allowed, as a noun phrase. */
  readonly expected: string;
}

const TRUE = ['1', 'true', 'yes', 'on', 'enable', 'enabled'];
const FALSE = ['0', 'false', 'no', 'off', 'disable', 'disabled', ''];

const boolean: Kind<boolean> = {
  read: (text) =>
    TRUE.includes(text.toLowerCase()) ? true : FALSE.includes(text.toLowerCase()) ? false : undefined,
  show: String,
  expected: 'true or false (1, yes, on, enable; 0, no, off, disable)',
};
const string: Kind<string> = { read: (text) => text, show: (value) => value, expected: 'a text' };

function integer(minimum: number, maximum: number): Kind<number> {
  return {
    read(text) {
      const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    },
    show: String,
    expected: `a number from ${minimum} to ${maximum}`,
  };
}

const seconds: Kind<number> = {
  read: (text) => (/^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
  show: String,
  expected: 'a number of 0 or more',
};
const octal: Kind<number> = {
  read: (text) => (/^(0o?)?[0-7]{1,4}$/.test(text) ? Number.parseInt(text.replace('o', ''), 8) : undefined),
  show: (value) => `0${value.toString(8)}`,
  expected: 'an octal number from 0 to 7777',
};

function oneOf<const T extends string>(
  options: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): Kind<T> {
  return {
    read: (text) =>
      options.find((option) => option.toLowerCase() === text.toLowerCase()) ?? aliases[text.toUpperCase()],
    show: (value) => value,
    expected: `one of ${options.join(', ')}`,
  };
}

const apiVersion: Kind<ApiVersion> = {
  read: (text) => API_VERSIONS.find((version) => String(version) === text),
  show: String,
  expected: `one of ${API_VERSIONS.join(', ')}`,
};

function words(): Kind<readonly string[]> {
  return {
    read: (text) => text.split(/[\s,]+/).filter((word) => word !== ''),
    show: (value) => value.join(' '),
    expected: 'words, blanks between',
  };
}

interface Row<T> {
  readonly kind: Kind<T>;
  readonly fallback: T;
  readonly meaning: string;
}

function row<T>(kind: Kind<T>, fallback: NoInfer<T>, meaning: string): Row<T> {
  return { kind, fallback, meaning };
}

const LEVELS = ['FATAL', 'CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'NOTSET'] as const;
/** The names of 4.2 for the same. */
const LEVEL_ALIASES = {
  EMERG: 'FATAL',
  ALERT: 'FATAL',
  CRIT: 'CRITICAL',
  ERR: 'ERROR',
  NOTICE: 'INFO',
} as const;
const HARMLESS = 'accepted, without effect';

/** Every variable, by section and name: `exabgp.tcp.port`, `exabgp_tcp_port`, `peerline_tcp_port`, in that order of rising priority. */
const TABLE = {
  api: {
    ack: row(boolean, true, 'answer done or error to the commands of processes'),
    chunk: row(integer(1, 1_000_000), 1, 'routes per step of the output of show'),
    cli: row(boolean, true, 'open the control socket'),
    compact: row(boolean, false, 'shorter JSON for unicast routes'),
    encoder: row(
      oneOf(['json', 'text']),
      'json',
      'accepted, without effect: a process without an encoder gets text',
    ),
    highres: row(boolean, false, HARMLESS),
    pipename: row(string, 'exabgp', 'base name of the pipes of the command line'),
    socketname: row(string, 'exabgp', 'base name of the control socket'),
    socketpath: row(
      string,
      '',
      'file of the control socket; empty: SOCKETNAME.sock in the first directory that fits',
    ),
    reasons: row(boolean, false, 'tell why and at which column in a line before each error'),
    respawn: row(boolean, true, 'start processes again that ended'),
    terminate: row(boolean, false, 'stop when a process ends'),
    'show-routes-format': row(oneOf(['v1', 'v2']), 'v1', 'JSON of show adj-rib'),
    version: row(apiVersion, 5, 'the ExaBGP whose events and commands are spoken: 4 (4.2), 5, or 6 (main)'),
  },
  bgp: {
    openwait: row(integer(1, 65535), 60, "seconds to wait for the peer's OPEN"),
    passive: row(boolean, false, 'every neighbor is passive'),
    paths_limit_audit: row(boolean, true, HARMLESS),
  },
  cache: {
    attributes: row(boolean, true, HARMLESS),
    nexthops: row(boolean, true, HARMLESS),
  },
  daemon: {
    daemonize: row(boolean, false, 'run in the background'),
    drop: row(boolean, true, 'drop privileges before processes are started'),
    pid: row(string, '', 'file for the process id'),
    umask: row(octal, 0o137, 'mask for the files that are created'),
    user: row(string, 'nobody', 'user to run as when started as root'),
  },
  log: {
    enable: row(boolean, true, 'write a log'),
    level: row(oneOf(LEVELS, LEVEL_ALIASES), 'INFO', 'the least severe that is logged'),
    destination: row(string, 'stdout', 'stdout, stderr, syslog, host:ADDRESS or a file'),
    all: row(boolean, false, 'log everything'),
    configuration: row(boolean, true, 'log the configuration'),
    reactor: row(boolean, true, 'log signals, reloads and the like'),
    daemon: row(boolean, true, 'log pid changes, forking and the like'),
    processes: row(boolean, true, 'log the handling of processes'),
    network: row(boolean, true, 'log connections and their state'),
    statistics: row(boolean, true, 'log statistics'),
    packets: row(boolean, false, 'log octets sent and received'),
    rib: row(boolean, false, 'log changes of routes'),
    message: row(boolean, false, 'log routes sent'),
    timers: row(boolean, false, 'log keepalive timers'),
    routes: row(boolean, false, 'log routes received'),
    parser: row(boolean, false, 'log how messages are read'),
    short: row(boolean, true, 'leave out time and process id'),
  },
  pdb: { enable: row(boolean, false, HARMLESS) },
  profile: { enable: row(boolean, false, HARMLESS), file: row(string, '', HARMLESS) },
  reactor: { speed: row(seconds, 1, HARMLESS) },
  tcp: {
    bind: row(words(), [], 'addresses to listen on for every neighbor; none: no listener'),
    port: row(integer(1, 65535), 179, 'port to listen on and to connect to'),
    delay: row(integer(0, 1440), 0, 'minutes: announce when the clock is at a multiple'),
    once: row(boolean, false, 'one attempt to connect to each neighbor'),
    attempts: row(
      integer(0, 1_000_000),
      0,
      'attempts to connect to each neighbor before the end; 0: no limit',
    ),
    acl: row(boolean, false, HARMLESS),
  },
} as const;

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
    Object.entries(rows).map(([key, { kind, fallback, meaning }]: [string, Row<unknown>]) => ({
      name: `exabgp.${section}.${key}`,
      value: kind.show(values[section]?.[key]),
      fallback: kind.show(fallback),
      meaning,
      expected: kind.expected,
      from: lookup(env, file, `${section}.${key}`)?.from,
    })),
  );
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
