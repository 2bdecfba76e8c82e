import { AFI, afiOf, safiOf, safiWord } from '../bgp/family.ts';
import { NLRI } from '../bgp/nlri/index.ts';
import { parseAttributesNlri, parseFamilyRoute, parseRoute, parseWithdrawRoute } from '../bgp/route.ts';
import type { Words } from '../syntax/words.ts';
import {
  announced,
  family,
  familyOf,
  optionalFamily,
  restOfLine,
  shownAdjRib,
  shownNeighbor,
  teardown,
  watchdogName,
} from './arguments.ts';
import type { Command, Selector } from './command.ts';

export interface CommandContext {
  /** Whom the words before the command name. */
  readonly selector: Selector;
  /** The whole line, for what is taken as it stands. */
  readonly line: string;
}

/** One command: how it is written, what `help` says of it, and how the rest of its line is read. */
export interface CommandRow {
  /** Its words, and what else they may be: ExaBGP 6 writes many commands its own way. */
  readonly words: readonly [string, ...string[]];
  /** What follows the words, for `help`. */
  readonly usage: string;
  readonly help: string;
  /** `neighbor …` may stand before it. */
  readonly selects: boolean;
  /** ExaBGP 4 and 5 find these words anywhere in a line, and pay no heed to what else is there. */
  readonly loose?: boolean;
  /** Reads what follows the words. @throws WordError */
  parse(words: Words, context: CommandContext): Command;
}

const INFORMATION = { usage: '', selects: false, loose: true } as const;
const CONTROL = { usage: '', selects: false } as const;
const ROUTE = 'PREFIX next-hop IP|self [ATTRIBUTE VALUE …]';

/** `unicast|multicast|…`: the families of an AFI that can be configured. */
function safisOf(afi: keyof typeof AFI): string {
  const rows = NLRI.filter((row) => row.parse !== undefined && afiOf(row.family) === AFI[afi]);
  return rows.map((row) => safiWord(safiOf(row.family))).join('|');
}

/** Every command, in the order in which `help` lists them. */
export const COMMANDS: readonly CommandRow[] = [
  {
    words: ['announce route'],
    usage: ROUTE,
    help: 'announce a route',
    selects: true,
    parse: (words, { selector }) => announced(selector, parseRoute(words), words),
  },
  {
    words: ['announce attributes', 'announce attribute'],
    usage: 'next-hop IP|self [ATTRIBUTE VALUE …] nlri PREFIX …',
    help: 'announce many prefixes with the same attributes',
    selects: true,
    parse: (words, { selector }) => announced(selector, parseAttributesNlri(words), words),
  },
  {
    words: ['announce ipv4'],
    usage: `${safisOf('ipv4')} ${ROUTE}`,
    help: 'announce a route of one IPv4 family',
    selects: true,
    parse: (words, { selector }) =>
      announced(selector, parseFamilyRoute(words, familyOf('ipv4', words)), words),
  },
  {
    words: ['announce ipv6'],
    usage: `${safisOf('ipv6')} ${ROUTE}`,
    help: 'announce a route of one IPv6 family',
    selects: true,
    parse: (words, { selector }) =>
      announced(selector, parseFamilyRoute(words, familyOf('ipv6', words)), words),
  },
  {
    words: ['announce eor'],
    usage: '[AFI SAFI]',
    help: 'send an End-of-RIB marker, of ipv4 unicast unless told',
    selects: true,
    parse: (words, { selector }) => ({ type: 'announce-eor', selector, family: optionalFamily(words) }),
  },
  {
    words: ['announce route-refresh'],
    usage: 'AFI SAFI',
    help: 'ask the neighbor to send its routes again',
    selects: true,
    parse: (words, { selector }) => ({ type: 'announce-route-refresh', selector, family: family(words) }),
  },
  {
    words: ['announce watchdog'],
    usage: '[NAME]',
    help: 'announce the routes of a watchdog group',
    selects: true,
    parse: (words, { selector }) => ({ type: 'announce-watchdog', selector, name: watchdogName(words) }),
  },
  {
    words: ['withdraw route'],
    usage: 'PREFIX [next-hop IP|self] [ATTRIBUTE VALUE …]',
    help: 'withdraw a route',
    selects: true,
    parse: (words, { selector }) => ({ type: 'withdraw', selector, routes: parseWithdrawRoute(words) }),
  },
  {
    words: ['withdraw attributes', 'withdraw attribute'],
    usage: '[ATTRIBUTE VALUE …] nlri PREFIX …',
    help: 'withdraw many prefixes',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseAttributesNlri(words, { withdraw: true }),
    }),
  },
  {
    words: ['withdraw ipv4'],
    usage: `${safisOf('ipv4')} PREFIX`,
    help: 'withdraw a route of one IPv4 family',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseFamilyRoute(words, familyOf('ipv4', words), { withdraw: true }),
    }),
  },
  {
    words: ['withdraw ipv6'],
    usage: `${safisOf('ipv6')} PREFIX`,
    help: 'withdraw a route of one IPv6 family',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseFamilyRoute(words, familyOf('ipv6', words), { withdraw: true }),
    }),
  },
  {
    words: ['withdraw watchdog'],
    usage: '[NAME]',
    help: 'withdraw the routes of a watchdog group',
    selects: true,
    parse: (words, { selector }) => ({ type: 'withdraw-watchdog', selector, name: watchdogName(words) }),
  },
  {
    words: ['teardown'],
    usage: 'SUBCODE [TEXT]',
    help: 'end the session with a Cease NOTIFICATION; the text goes with subcodes 2 and 4',
    selects: true,
    parse: teardown,
  },
  {
    words: ['show neighbor', 'peer show', 'show'],
    usage: '[IP] summary|extensive|configuration|json',
    help: 'show neighbors and their sessions',
    selects: true,
    loose: true,
    parse: (words, { selector }) => shownNeighbor(words, selector),
  },
  {
    words: ['peer list'],
    ...INFORMATION,
    help: 'list neighbors and their states in JSON',
    parse: () => ({ type: 'show-neighbor', form: 'list', peer: undefined }),
  },
  {
    words: ['show adj-rib', 'rib show'],
    usage: 'in|out [extensive] [json] [inet|flow|l2vpn] [IP]',
    help: 'show the routes received from neighbors, or to be sent to them',
    selects: true,
    loose: true,
    parse: (words, { selector }) => shownAdjRib(words, selector),
  },
  {
    words: ['flush adj-rib out', 'rib flush out'],
    usage: '',
    help: 'send every route again',
    selects: true,
    parse: (_, { selector }) => ({ type: 'flush-adj-rib-out', selector }),
  },
  {
    words: ['clear adj-rib', 'rib clear'],
    usage: 'in|out',
    help: 'forget the routes received, or withdraw and forget those announced',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'clear-adj-rib',
      selector,
      direction: words.oneOf(['in', 'out'], 'a direction'),
    }),
  },
  {
    words: ['version', 'system version'],
    ...INFORMATION,
    help: 'show the version',
    parse: () => ({ type: 'version' }),
  },
  {
    words: ['help', 'system help'],
    ...INFORMATION,
    help: 'list the commands',
    parse: () => ({ type: 'help' }),
  },
  {
    words: ['status', 'daemon status'],
    ...INFORMATION,
    help: 'show the daemon and the states of its neighbors',
    parse: () => ({ type: 'status' }),
  },
  {
    words: ['ping', 'session ping'],
    usage: '[TEXT]',
    selects: false,
    help: 'ask for a sign of life',
    parse: (words, { line }) => ({ type: 'ping', text: restOfLine(words, line) }),
  },
  {
    words: ['shutdown', 'daemon shutdown'],
    ...CONTROL,
    help: 'end every session and the daemon',
    parse: () => ({ type: 'shutdown' }),
  },
  {
    words: ['reload', 'daemon reload'],
    ...CONTROL,
    help: 'read the configuration again',
    parse: () => ({ type: 'reload' }),
  },
  {
    words: ['restart', 'daemon restart'],
    ...CONTROL,
    help: 'read the configuration again, and start every session and process anew',
    parse: () => ({ type: 'restart' }),
  },
  {
    words: ['reset', 'session reset'],
    ...CONTROL,
    help: 'forget the commands of this process that wait',
    parse: () => ({ type: 'reset' }),
  },
  {
    words: ['enable-ack', 'session ack enable'],
    ...CONTROL,
    help: 'answer commands with done or error',
    parse: () => ({ type: 'ack', mode: 'enable' }),
  },
  {
    words: ['disable-ack', 'session ack disable'],
    ...CONTROL,
    help: 'answer this command, and no later one',
    parse: () => ({ type: 'ack', mode: 'disable' }),
  },
  {
    words: ['silence-ack', 'session ack silence'],
    ...CONTROL,
    help: 'answer no command from this one on',
    parse: () => ({ type: 'ack', mode: 'silence' }),
  },
];
