import { isIP } from 'node:net';
import { type Network, parseNetwork } from './networks.ts';

/** One row: how an option is written, what it is when absent, and how its argument is read. */
export interface Option<T> {
  readonly group: Group;
  readonly help: string;
  readonly initial: T;
  /** Other spellings, with their dashes. */
  readonly also: readonly string[];
  /** None: a flag. `optional`: what stands for it when it is left out. */
  readonly argument?: { readonly name: string; readonly optional?: string };
  /** @throws RangeError that says what was expected */
  read(text: string, before: T): T;
}

export type Group = 'general' | 'checking' | 'advertising' | 'reporting';

type Rest = Pick<Option<unknown>, 'group' | 'help'> & { readonly also?: readonly string[] };

function flag(rest: Rest): Option<boolean> {
  return { also: [], ...rest, initial: false, read: () => true };
}

function value<T>(rest: Rest & { name: string; initial: T; read: (text: string) => T }): Option<T> {
  const { name, ...row } = rest;
  return { also: [], ...row, argument: { name } };
}

function text(name: string, rest: Rest): Option<string | undefined> {
  return value<string | undefined>({ ...rest, name, initial: undefined, read: (given) => given });
}

function list<T>(name: string, read: (text: string) => T, rest: Rest): Option<readonly T[]> {
  return {
    also: [],
    ...rest,
    argument: { name },
    initial: [],
    read: (given, before) => [...before, read(given)],
  };
}

function command(rest: Rest): Option<readonly string[]> {
  return list('CMD', (given) => given, rest);
}

function integer(name: string, initial: number, rest: Rest): Option<number> {
  return value({ ...rest, name, initial, read: readInteger });
}

function seconds(initial: number, rest: Rest): Option<number> {
  return value({ ...rest, name: 'N', initial, read: readSeconds });
}

function readInteger(given: string): number {
  if (!/^[+-]?\d{1,10}$/.test(given)) throw new RangeError('expected a whole number');
  return Number(given);
}

/** Longer than this overflows a timer. */
const MAX_SECONDS = 2_000_000;

function readSeconds(given: string): number {
  const read = Number(given);
  if (!/^\d*\.?\d+$|^\d+\.$/.test(given) || read > MAX_SECONDS)
    throw new RangeError(`expected seconds: a number from 0 to ${MAX_SECONDS}`);
  return read;
}

function readNextHop(given: string): string {
  if (given !== 'self' && isIP(given) === 0) throw new RangeError("expected an IP address or 'self'");
  return given;
}

function readNeighbor(given: string): string {
  if (given !== '*' && isIP(given) === 0) throw new RangeError("expected an IP address or '*'");
  return given;
}

function readInterfaceNetwork(given: string): Network {
  const at = given.indexOf('%');
  const name = given.slice(at + 1);
  if (at < 0 || !/^[^\s/%]{1,15}$/.test(name)) throw new RangeError('expected ADDRESS%INTERFACE');
  return { ...parseNetwork(given.slice(0, at)), interface: name };
}

/** Every option under its long name, in the order of the help. Names and defaults are those of ExaBGP. */
export const OPTIONS = {
  silent: flag({ also: ['-s'], group: 'general', help: 'write nothing to standard error' }),
  'syslog-facility': {
    ...text('FACILITY', { also: ['-sF'], group: 'general', help: 'accepted; the log is standard error' }),
    argument: { name: 'FACILITY', optional: 'daemon' },
  } as Option<string | undefined>,
  'no-syslog': flag({ group: 'general', help: 'accepted; the log is standard error' }),
  'no-ack': flag({ also: ['-a'], group: 'general', help: "do not wait for 'done' after each line" }),
  sudo: flag({ group: 'general', help: 'set up addresses with sudo' }),
  debug: flag({ also: ['-d'], group: 'general', help: 'tell more, with what the commands write' }),
  name: text('NAME', { also: ['-n'], group: 'general', help: 'its name in the log' }),
  config: text('FILE', { also: ['-F'], group: 'general', help: 'read options from a file' }),
  pid: text('FILE', { also: ['-p'], group: 'general', help: 'write the process id to a file' }),
  user: text('USER', { group: 'general', help: 'become this user after the addresses are set up' }),
  group: text('GROUP', { group: 'general', help: 'become this group after the addresses are set up' }),

  interval: seconds(5, {
    also: ['-i'],
    group: 'checking',
    help: 'seconds between checks; 0: end after the first announcement',
  }),
  'fast-interval': seconds(1, {
    also: ['-f'],
    group: 'checking',
    help: 'seconds between checks while the state is about to change',
  }),
  timeout: seconds(5, { also: ['-t'], group: 'checking', help: 'seconds that a check may take; 0: any' }),
  rise: integer('N', 3, { group: 'checking', help: 'checks that succeed before the service is up' }),
  fall: integer('N', 3, { group: 'checking', help: 'checks that fail before the service is down' }),
  disable: text('FILE', { group: 'checking', help: 'the service is disabled while this file exists' }),
  command: text('CMD', {
    also: ['--cmd', '-c'],
    group: 'checking',
    help: 'the check: a shell command that ends with 0; none: always up',
  }),
  debounce: flag({ group: 'checking', help: 'announce when the state changes, not after every check' }),

  'next-hop': value({
    name: 'IP',
    initial: 'self',
    read: readNextHop,
    also: ['-N'],
    group: 'advertising',
    help: "the next hop, 'self' unless given",
  }),
  ip: list('IP', parseNetwork, {
    group: 'advertising',
    help: 'announce this address or network; unless given, the addresses of the loopback',
  }),
  'ip-ifname': list('IP%IFNAME', readInterfaceNetwork, {
    group: 'advertising',
    help: 'the same, with the interface it is set up on',
  }),
  'local-preference': integer('P', -1, { group: 'advertising', help: 'LOCAL_PREF; none below 0' }),
  'deaggregate-networks': flag({ group: 'advertising', help: 'announce every address of --ip by itself' }),
  'no-ip-setup': flag({ group: 'advertising', help: 'do not add missing addresses to the loopback' }),
  'dynamic-ip-setup': flag({
    group: 'advertising',
    help: 'remove the addresses while down or disabled, add them again when up',
  }),
  label: text('LABEL', { group: 'advertising', help: 'only loopback addresses whose label starts so' }),
  'label-exact-match': flag({ group: 'advertising', help: 'only those whose label is exactly so' }),
  'start-ip': integer('N', 0, { group: 'advertising', help: 'which of the addresses is the first' }),
  'up-metric': integer('M', 100, { group: 'advertising', help: 'MED of the first address when up' }),
  'down-metric': integer('M', 1000, { group: 'advertising', help: 'MED of the first address when down' }),
  'disabled-metric': integer('M', 500, {
    group: 'advertising',
    help: 'MED of the first address when disabled',
  }),
  increase: integer('M', 1, { group: 'advertising', help: 'added to the MED for each further address' }),
  community: text('COMMUNITY', { group: 'advertising', help: 'communities' }),
  'extended-community': text('COMMUNITY', { group: 'advertising', help: 'extended communities' }),
  'large-community': text('COMMUNITY', { group: 'advertising', help: 'large communities' }),
  'disabled-community': text('COMMUNITY', {
    group: 'advertising',
    help: 'communities instead of --community, when disabled and when down',
  }),
  'as-path': text('ASPATH', { group: 'advertising', help: 'AS path' }),
  'up-as-path': text('ASPATH', { group: 'advertising', help: 'AS path when up' }),
  'down-as-path': text('ASPATH', { group: 'advertising', help: 'AS path when down' }),
  'disabled-as-path': text('ASPATH', { group: 'advertising', help: 'AS path when disabled' }),
  'withdraw-on-down': flag({ group: 'advertising', help: 'withdraw while not up' }),
  'path-id': text('PATHID', { group: 'advertising', help: 'path identifier' }),
  neighbor: list('NEIGHBOR', readNeighbor, {
    group: 'advertising',
    help: "only to this neighbor, '*': to all; may be repeated",
  }),

  execute: command({ group: 'reporting', help: 'run on every change of state, with STATE set' }),
  'up-execute': command({ group: 'reporting', help: 'run when the service becomes available' }),
  'down-execute': command({ group: 'reporting', help: 'run when it becomes unavailable' }),
  'disabled-execute': command({ group: 'reporting', help: 'run when it is disabled' }),
} as const;

export type OptionName = keyof typeof OPTIONS;

export type Options = {
  readonly [Name in OptionName]: (typeof OPTIONS)[Name] extends Option<infer T> ? T : never;
};

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** All options as they are when none is given. */
export function defaults(): Options {
  return Object.fromEntries(OPTION_NAMES.map((name) => [name, OPTIONS[name].initial])) as Options;
}
