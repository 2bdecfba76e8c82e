import { DIALECTS, type Dialect } from '../bgp/json.ts';
import { OCTETS_OF } from '../bgp/octets-of.ts';
import { parseAddress } from '../wire/address.ts';

/** How a variable's text becomes its value, and what is told when it does not. */
export interface Kind<T> {
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

const apiVersion: Kind<Dialect> = {
  read: (text) => DIALECTS.find((version) => String(version) === text),
  show: String,
  expected: `one of ${DIALECTS.join(', ')}`,
};

/** A scope may stand behind an address: `fe80::1%eth0`. */
const isAddress = (word: string) => parseAddress(word.replace(/%[\w.-]+$/, '')) !== undefined;

const addresses: Kind<readonly string[]> = {
  read(text) {
    // brackets around the list, as in a configuration, are ExaBGP's other way to write it
    const words = text.split(/[\s,[\]]+/).filter((word) => word !== '');
    return words.every(isAddress) ? words : undefined;
  },
  show: (value) => value.join(' '),
  expected: 'IP addresses, blanks between',
};

export interface Row<T> {
  readonly kind: Kind<T>;
  readonly fallback: T;
  readonly meaning: string;
  /** It is read and has no effect: `meaning` says why. */
  readonly idle?: true;
}

function row<T>(kind: Kind<T>, fallback: NoInfer<T>, meaning: string): Row<T> {
  return { kind, fallback, meaning };
}

/** A setting of ExaBGP that Peerline takes and has no use for. */
function idle<T>(kind: Kind<T>, fallback: NoInfer<T>, why: string): Row<T> {
  return { kind, fallback, meaning: `without effect: ${why}`, idle: true };
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

const CACHES = 'what repeats is shared anyway';
const IN_EVENTS = 'processes are told it as events, the log is not';
const DEBUGGING = "of ExaBGP's own debugging";

/**
 * Every variable, by section and name: `exabgp.tcp.port`, `exabgp_tcp_port`, `peerline_tcp_port`, in that order of
 * rising priority.
 */
export const TABLE = {
  api: {
    ack: row(boolean, true, 'answer done or error to the commands of processes'),
    chunk: idle(integer(1, 1_000_000), 1, 'replies are written as fast as they are read'),
    cli: row(boolean, true, 'open the control socket'),
    compact: row(boolean, false, 'shorter JSON for unicast routes'),
    encoder: row(oneOf(['json', 'text']), 'text', 'events of a process that names no encoder'),
    highres: idle(boolean, false, 'times have their fraction'),
    persist: row(string, '', 'directory: routes commanded through the control socket survive a restart'),
    pipename: row(string, 'exabgp', 'base name of the pipes of the command line'),
    socketname: row(string, 'exabgp', 'base name of the control socket'),
    socketpath: row(
      string,
      '',
      'file of the control socket; empty: SOCKETNAME.sock in the first directory that fits',
    ),
    reasons: row(boolean, false, 'tell why and at which column in a line before each error'),
    respawn: row(boolean, true, 'start processes again that ended'),
    terminate: row(boolean, false, 'stop when a process ends, with exit code 1'),
    'show-routes-format': row(
      oneOf(['v1', 'v2']),
      'v1',
      'v2: show adj-rib … json has next hop and attributes',
    ),
    version: row(
      apiVersion,
      5,
      'the ExaBGP whose events and commands are spoken: 3 (events of 3.4), 4 (4.2), 5, or 6 (main)',
    ),
  },
  bgp: {
    openwait: row(integer(1, 65535), 60, "seconds to wait for the peer's OPEN"),
    passive: row(boolean, false, 'every neighbor is passive'),
    paths_limit_audit: idle(boolean, true, 'what a peer sends beyond its limit is told as any route'),
  },
  cache: {
    attributes: idle(boolean, true, CACHES),
    nexthops: idle(boolean, true, CACHES),
  },
  compat: {
    octets: row(
      oneOf(OCTETS_OF),
      'rfc',
      'whose octets are sent where a version of ExaBGP departs from the RFCs',
    ),
  },
  daemon: {
    daemonize: row(boolean, false, 'run in the background, where log.destination is a file or syslog'),
    drop: row(boolean, true, 'become daemon.user before processes are started; false: after'),
    pid: row(string, '', 'file for the process id'),
    umask: row(octal, 0o137, 'mask for the pid file, the log file and the control socket'),
    user: row(string, '', 'user to become once the ports are open, when started as root; empty: stay'),
  },
  debug: {
    configuration: idle(string, '', DEBUGGING),
    defensive: idle(string, '', DEBUGGING),
    memory: idle(string, '', DEBUGGING),
    pdb: idle(string, '', DEBUGGING),
    rotate: idle(string, '', 'every file that is named is read, and again at each reload'),
    route: idle(string, '', "'peerline decode' shows how octets are read"),
    selfcheck: idle(string, '', "'peerline check' reads a configuration and starts nothing"),
    timing: idle(string, '', DEBUGGING),
  },
  log: {
    enable: row(boolean, true, 'write a log'),
    level: row(oneOf(LEVELS, LEVEL_ALIASES), 'INFO', 'the least severe that is logged'),
    destination: row(
      string,
      'stderr',
      'stdout, stderr, syslog, host:ADDRESS[:PORT] (syslog over UDP) or a file',
    ),
    all: row(boolean, false, 'log every topic, whatever its own setting says'),
    configuration: row(boolean, true, 'log what a configuration deserves to be told; errors always are'),
    reactor: row(boolean, true, 'log starts, stops, signals and reloads; errors always are'),
    daemon: idle(boolean, true, 'log.reactor is for both'),
    processes: row(boolean, true, 'log the handling of processes; errors always are'),
    network: row(boolean, true, 'log connections and their state; errors always are'),
    statistics: idle(boolean, true, 'show commands tell them'),
    packets: idle(boolean, false, IN_EVENTS),
    rib: idle(boolean, false, IN_EVENTS),
    message: idle(boolean, false, IN_EVENTS),
    timers: idle(boolean, false, IN_EVENTS),
    routes: idle(boolean, false, IN_EVENTS),
    parser: idle(boolean, false, IN_EVENTS),
    short: row(boolean, false, 'leave out the time'),
  },
  pdb: { enable: idle(boolean, false, DEBUGGING) },
  profile: {
    enable: idle(boolean, false, 'node --cpu-prof profiles'),
    file: idle(string, '', 'node --cpu-prof profiles'),
  },
  reactor: { speed: idle(seconds, 1, 'nothing is polled') },
  tcp: {
    bind: row(addresses, [], 'addresses to listen on for every neighbor; none: no listener'),
    port: row(integer(1, 65535), 179, 'port to listen on and to connect to'),
    delay: row(integer(0, 1440), 0, 'minutes: start sessions when the clock is at a multiple of them'),
    once: row(boolean, false, 'the same as tcp.attempts 1'),
    attempts: row(
      integer(0, 1_000_000),
      0,
      'connections to each neighbor, failed or ended, before it is left; with all left, the end; 0: no limit',
    ),
    acl: idle(boolean, false, 'ExaBGP has none either'),
  },
} as const;
