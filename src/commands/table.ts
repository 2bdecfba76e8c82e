import { monitor, restOfLine, shownAdjRib, shownNeighbor, teardown } from './arguments.ts';
import { shownBmp } from './bmp-arguments.ts';
import { MONITORED_TYPES } from './command.ts';
import { LIFECYCLE_COMMANDS } from './lifecycle-commands.ts';
import { ROUTE_COMMANDS } from './route-commands.ts';
import type { CommandRow } from './row.ts';

const INFORMATION = { usage: '', selects: false, loose: true } as const;
const CONTROL = { usage: '', selects: false } as const;

/** Every command, in the order in which `help` lists them. */
export const COMMANDS: readonly CommandRow[] = [
  ...ROUTE_COMMANDS,
  ...LIFECYCLE_COMMANDS,
  {
    words: ['teardown'],
    usage: 'SUBCODE [TEXT]',
    help: 'end the session with a Cease NOTIFICATION; the text goes with subcodes 2 and 4',
    selects: true,
    parse: teardown,
  },
  {
    words: ['show neighbor', 'peer show'],
    usage: '[IP] summary|extensive|configuration|json',
    help: 'show neighbors and their sessions',
    selects: true,
    loose: true,
    parse: (words, { selector }) => shownNeighbor(words, selector),
  },
  {
    words: ['show'],
    usage: 'summary|extensive|configuration|json',
    help: 'behind the neighbors that are meant: show them and their sessions',
    selects: true,
    alone: false,
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
    words: ['show bmp', 'bmp show'],
    usage:
      'router|peer|lint|relay [NAME|ADDRESS …] [json] | routes PREFIX [exact|longer|shorter] [VIEW …] [json]',
    help: 'show BMP routers, their peers, their routes where these are kept, or what they send amiss',
    selects: false,
    parse: (words) => shownBmp(words),
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
      direction: words.done ? undefined : words.oneOf(['in', 'out'], 'a direction'),
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
    words: ['status', 'daemon status', 'show status'],
    ...INFORMATION,
    help: 'show the daemon and the states of its neighbors',
    parse: () => ({ type: 'status' }),
  },
  {
    words: ['show process', 'process show'],
    usage: '[json]',
    selects: false,
    help: 'show processes and clients of the control socket: states, and the lines queued, told and left out',
    parse: (words) => ({ type: 'show-process', json: words.take('json') }),
  },
  {
    words: ['monitor'],
    usage: `[json|text] [${MONITORED_TYPES.join('|')}]…`,
    selects: false,
    help: 'at the control socket: be told all events from now on',
    parse: monitor,
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
    help: 'accepted: commands never wait here, they are carried out as they come',
    parse: () => ({ type: 'reset' }),
  },
  {
    words: ['group start'],
    ...CONTROL,
    help: 'begin a group: its announce and withdraw commands are carried out together, or not at all',
    parse: () => ({ type: 'group', edge: 'start' }),
  },
  {
    words: ['group end'],
    ...CONTROL,
    help: 'carry the group out',
    parse: () => ({ type: 'group', edge: 'end' }),
  },
  {
    words: ['sync', 'session sync'],
    ...CONTROL,
    help: 'answered when all that was announced before has left; behind announce and withdraw, when that has left',
    parse: () => ({ type: 'sync' }),
  },
  {
    words: ['enable-sync', 'session sync enable'],
    ...CONTROL,
    help: 'answer announce and withdraw when what they send has left',
    parse: () => ({ type: 'sync-mode', on: true }),
  },
  {
    words: ['disable-sync', 'session sync disable'],
    ...CONTROL,
    help: 'answer announce and withdraw at once again',
    parse: () => ({ type: 'sync-mode', on: false }),
  },
  {
    words: ['session ready'],
    ...CONTROL,
    help: 'the process has announced its routes: End-of-RIB need not wait for it any longer',
    parse: () => ({ type: 'ready' }),
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
