import { API_VERSIONS } from '../bgp/json.ts';
import { parseRoute, parseWithdrawRoute } from '../bgp/route.ts';
import type { Words } from '../syntax/words.ts';
import { parseAddress } from '../wire/address.ts';
import type { Command, CommandOf, Selector } from './command.ts';
import { CommandError } from './command-error.ts';
import type { CommandRow } from './row.ts';
import { parseSelector } from './selector.ts';

/** What `peer create` may say of the neighbor, by what its configuration calls it. */
const SETTINGS: Readonly<Record<string, string>> = {
  'local-address': 'local-address',
  'local-ip': 'local-address',
  'local-as': 'local-as',
  'peer-as': 'peer-as',
  'router-id': 'router-id',
  'family-allowed': 'family',
  'graceful-restart': 'graceful-restart',
  'group-updates': 'group-updates',
};
const NO_VERSION = `the API version must be one of ${API_VERSIONS.join(', ')}`;
const NO_VERSION_TOLD = { told: '{"error": "API version must be 4, 5 or 6"}' };
const MANDATORY = ['local-address', 'local-as', 'peer-as'];

function created(words: Words): CommandOf<'peer-create'> {
  const expected = 'the IP address of the new neighbor';
  const peer = words.next(expected);
  if (parseAddress(peer.text) === undefined) words.fail(peer, expected);
  const settings: Record<string, string> = {};
  const processes: string[] = [];
  const candidates = [...Object.keys(SETTINGS), 'api'];
  while (!words.done) {
    const word = words.next('a setting');
    const key = Object.hasOwn(SETTINGS, word.text) ? SETTINGS[word.text] : undefined;
    if (key === undefined && word.text !== 'api') words.fail(word, candidates.join(', '), candidates);
    const value = words.next(`the value of ${word.text}`);
    if (!/^[\w.:/-]+$/.test(value.text)) words.fail(value, `a value of ${word.text}`);
    if (key === undefined) processes.push(value.text);
    else settings[key] = value.text;
  }
  const missing = MANDATORY.filter((key) => settings[key] === undefined);
  if (missing.length > 0) words.failNext(`missing required parameters: ${missing.join(', ')}`, missing);
  return { type: 'peer-create', peer: peer.text, settings, processes };
}

function listed(words: Words, selector: Selector): Command {
  const action = words.oneOf(['list', 'add', 'remove'], 'list, add or remove');
  if (action === 'list') return { type: 'routes', selector, action };
  if (action === 'remove' && words.take('index')) {
    return { type: 'routes', selector, action, index: words.next('the index of a route').text };
  }
  words.take('route');
  const routes = action === 'add' ? parseRoute(words) : parseWithdrawRoute(words);
  return { type: 'routes', selector, action, routes };
}

function apiVersion(words: Words): Command {
  if (words.done) return { type: 'api-version', version: undefined };
  const word = words.next('an API version');
  const version = API_VERSIONS.find((each) => String(each) === word.text);
  if (version === undefined) throw new CommandError(word.at + 1, NO_VERSION, NO_VERSION_TOLD);
  return { type: 'api-version', version };
}

const PLAIN = { usage: '', selects: false } as const;

/** What ExaBGP's main branch has beside the commands of 4 and 5. */
export const LIFECYCLE_COMMANDS: readonly CommandRow[] = [
  {
    words: ['neighbor create', 'peer create'],
    usage:
      'IP local-address IP local-as AS peer-as AS [router-id ID] [family-allowed FAMILIES] [api PROCESS]…',
    selects: false,
    help: 'start a neighbor that is not in the configuration; it stays until it is deleted',
    parse: created,
  },
  {
    words: ['neighbor delete', 'peer delete'],
    usage: 'IP [KEY VALUE …]',
    selects: false,
    help: 'end a neighbor that was created',
    parse: (words) => ({ type: 'peer-delete', selector: parseSelector(words) }),
  },
  {
    words: ['routes'],
    usage: 'list|add ROUTE|remove ROUTE|remove index INDEX',
    selects: true,
    help: 'list, announce or withdraw routes, each with an index of its own',
    parse: (words, { selector }) => listed(words, selector),
  },
  {
    words: ['queue-status', 'system queue-status'],
    ...PLAIN,
    help: 'how many lines wait for each process',
    parse: () => ({ type: 'queue-status' }),
  },
  {
    words: ['api version', 'system api version'],
    usage: '[4|5|6]',
    selects: false,
    help: 'show, or choose, whose replies this process is given',
    parse: apiVersion,
  },
  {
    words: ['crash', 'system crash'],
    ...PLAIN,
    help: 'refused: it is for debugging ExaBGP',
    parse: (words) => words.failNext('nothing: Peerline does not crash on demand'),
  },
  {
    words: ['bye', 'session bye'],
    usage: '[UUID]',
    selects: false,
    help: 'accepted: a client of the control socket takes its leave',
    parse: (words) => {
      if (!words.done) words.next('a UUID');
      return { type: 'comment' };
    },
  },
];
