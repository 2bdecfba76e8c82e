import type { Words } from '../syntax/words.ts';
import { isLinkLocal } from '../wire/address.ts';
import { readApi } from './api.ts';
import { CAPABILITY, CAPABILITY_ROWS } from './capability.ts';
import type { NeighborDraft, Scalars } from './draft.ts';
import { ADD_PATH, FAMILY, MAXIMUM_PREFIX, NEXTHOP, OPERATIONAL } from './families.ts';
import type { Processes } from './process.ts';
import { PROTECTION_ROWS } from './protection.ts';
import { ANNOUNCE, FLOW, L2VPN, STATIC } from './routes.ts';
import { type Keyword, type Place, Section } from './schema.ts';
import {
  address,
  asNumber,
  autoOr,
  boolean,
  holdTime,
  ipv4Number,
  port,
  sentence,
  takeOff,
  takeUnset,
} from './values.ts';

type Row = Keyword<NeighborDraft>;

/** A keyword with one value. */
function scalar<K extends keyof Scalars>(word: string, key: K, read: (words: Words) => Scalars[K]): Row {
  return {
    word,
    value: (words, { target }) => {
      target.scalars[key] = read(words);
    },
  };
}

type FlagKey = 'passive' | 'groupUpdates' | 'autoFlush' | 'adjRibIn' | 'adjRibOut' | 'manualEor';

/** ExaBGP gives some keywords without a value the meaning `false`; that deserves a word. */
function flag(word: string, key: FlagKey, bare: boolean): Row {
  return {
    word,
    value(words, { target, statement, context }) {
      if (words.done && !bare)
        context.warn(statement.word, `bare '${word}' means false; write '${word} true' or 'false'`);
      if (!takeUnset(words)) target.scalars[key] = boolean(words, bare);
    },
  };
}

function section(word: string, content: Section<NeighborDraft>): Row {
  return { word, block: (_, { block, target, context }) => content.read(block, target, context) };
}

/** More routes than this are read later. */
const MANY_ROUTES = 500;

function routeSection(word: string, content: Section<NeighborDraft>): Row {
  return {
    word,
    block(_, { block, target, context }) {
      if (block.length > MANY_ROUTES) context.later(content.reading(block, target, context));
      else content.read(block, target, context);
    },
  };
}

function hostName(words: Words): string {
  const expected = 'a name of 1 to 255 octets';
  const word = words.next(expected);
  const octets = Buffer.byteLength(word.text);
  return octets >= 1 && octets <= 255 ? word.text : words.fail(word, expected);
}

function rateLimit(words: Words): number | 'disable' {
  // 6.0 takes 0 too
  return takeOff(words) || words.take('0') ? 'disable' : words.unsigned('UPDATEs per second', 0xffffffff, 1);
}

const SCALARS: readonly Row[] = [
  scalar('description', 'description', (words) => sentence(words, 'a description')),
  scalar('host-name', 'hostName', hostName),
  scalar('domain-name', 'domainName', hostName),
  scalar('router-id', 'routerId', (words) => ipv4Number(words, 'a router id in the form of an IPv4 address')),
  scalar('hold-time', 'holdTimeSeconds', holdTime),
  {
    word: 'local-link-local',
    since: '6.0',
    value: (words, { target }) => {
      const word = words.peek();
      const value = address(words, 'a link-local address');
      if (word !== undefined && !isLinkLocal(value)) words.fail(word, 'a link-local address (fe80::/10)');
      target.scalars.localLinkLocal = value;
    },
  },
  {
    word: 'send-hold-time',
    since: 'Peerline',
    value: (words, { target }) => {
      target.scalars.sendHoldSeconds = words.unsigned('a send hold time in seconds', 65535, 1);
    },
  },
  scalar('rate-limit', 'rateLimit', rateLimit),
  scalar('local-address', 'localAddress', (words) =>
    autoOr(words, (w) => address(w, "an address, or 'auto'")),
  ),
  scalar('peer-address', 'peerAddress', (words) => address(words)),
  scalar('local-as', 'localAs', (words) => autoOr(words, asNumber)),
  scalar('peer-as', 'peerAs', (words) => autoOr(words, asNumber)),
  scalar('listen', 'listen', port),
  scalar('connect', 'connect', port),
  flag('passive', 'passive', true),
  flag('group-updates', 'groupUpdates', true),
  flag('auto-flush', 'autoFlush', true),
  flag('adj-rib-in', 'adjRibIn', false),
  flag('adj-rib-out', 'adjRibOut', false),
  flag('manual-eor', 'manualEor', false),
];

/** Capabilities stood in the neighbor itself in 3.x. */
const OLD_CAPABILITIES: readonly Row[] = CAPABILITY_ROWS.filter(({ word }) =>
  ['asn4', 'route-refresh', 'graceful-restart', 'add-path', 'multi-session', 'aigp'].includes(word),
).map((row) => ({
  word: row.word,
  since: '3.x only',
  value: (words: Words, place: Place<NeighborDraft>) => {
    const { statement, context, target } = place;
    const modern = [row.word, ...statement.words.map((word) => word.text)].join(' ');
    context.warn(
      statement.word,
      `'${row.word}' stands in the capability section since 4.0: capability { ${modern}; }`,
    );
    row.value?.(words, { ...place, target: target.capability });
  },
  ...(row.word === 'add-path' ? { block: section('add-path', ADD_PATH).block } : {}),
}));

const INHERIT: Row = {
  word: 'inherit',
  since: '4.0',
  value: (words, { target }) =>
    void target.inherits.push(...words.list((w) => w.next('the name of a template'), { commas: true })),
};

const SECTIONS: readonly Row[] = [
  section('family', FAMILY),
  {
    word: 'capability',
    block: (_, { block, target, context }) => CAPABILITY.read(block, target.capability, context),
  },
  section('nexthop', NEXTHOP),
  section('operational', OPERATIONAL),
  { ...section('maximum-prefix', MAXIMUM_PREFIX), since: 'Peerline' },
  {
    word: 'api',
    block: (words, { block, target, context }) => void target.apis.push(readApi(words, block, context)),
  },
  routeSection('static', STATIC),
  section('announce', ANNOUNCE),
  routeSection('l2vpn', L2VPN),
  routeSection('flow', FLOW),
];

/** Drops what stands in a row that has no block, so that its type fits. */
function clean(row: Row): Row {
  const { block, ...rest } = row;
  return block === undefined ? rest : row;
}

function neighborRows(processes: Processes): Row[] {
  const process: Row = {
    word: 'process',
    since: '3.x only',
    block: (words, place) => {
      place.context.deprecate(
        place.statement.word,
        'it stands at the top level, and an api section names it: api { processes [ NAME ]; }',
      );
      const api = processes.read(words, place, true);
      if (api !== undefined) place.target.apis.push(api);
    },
  };
  return [INHERIT, ...SCALARS, ...PROTECTION_ROWS, ...SECTIONS, ...OLD_CAPABILITIES.map(clean), process];
}

export function neighborSection(processes: Processes): Section<NeighborDraft> {
  return new Section('neighbor', neighborRows(processes));
}

/** A group has the keywords of a neighbor, for all of its neighbors, and neighbors. */
export function groupSection(processes: Processes, neighbor: Row): Section<NeighborDraft> {
  return new Section('group', [...neighborRows(processes), neighbor]);
}
