import { AFI, afiOf, familyId, SAFI, safiOf, safiWord } from '../bgp/family.ts';
import { NLRI } from '../bgp/nlri/index.ts';
import { OPERATIONAL_WORDS, parseOperational } from '../bgp/operational.ts';
import {
  parseAttributesNlri,
  parseFamilyRoute,
  parseFlow,
  parseRoute,
  parseSrPolicy,
  parseWithdrawRoute,
} from '../bgp/route.ts';
import { announced, family, familyOf, optionalFamily, watchdogName } from './arguments.ts';
import type { CommandRow } from './row.ts';

const ROUTE = 'PREFIX next-hop IP|self [ATTRIBUTE VALUE …]';
const VPLS = familyId(AFI.l2vpn, SAFI.vpls);
const POLICY_ROUTE = 'distinguisher N color N endpoint IP';
const VPLS_ROUTE = 'rd RD endpoint N base N offset N size N';

/** `unicast|multicast|…`: the families of an AFI that can be configured. */
function safisOf(afi: keyof typeof AFI): string {
  const rows = NLRI.filter((row) => row.parse !== undefined && afiOf(row.family) === AFI[afi]);
  return rows.map((row) => safiWord(safiOf(row.family))).join('|');
}

/** What follows the SAFI, and what that makes a route of. */
const AFIS = [
  { afi: 'ipv4', route: 'PREFIX', of: 'one IPv4 family' },
  { afi: 'ipv6', route: 'PREFIX', of: 'one IPv6 family' },
  { afi: 'l2vpn', route: 'ROUTE', of: 'one layer 2 family' },
  { afi: 'bgp-ls', route: 'NLRI', of: 'link state' },
] as const;

function announceFamily({ afi, route, of }: (typeof AFIS)[number]): CommandRow {
  return {
    words: [`announce ${afi}`],
    usage: `${safisOf(afi)} ${route} next-hop IP|self [ATTRIBUTE VALUE …]`,
    help: `announce a route of ${of}`,
    selects: true,
    parse: (words, { selector }) => announced(selector, parseFamilyRoute(words, familyOf(afi, words)), words),
  };
}

function withdrawFamily({ afi, route, of }: (typeof AFIS)[number]): CommandRow {
  return {
    words: [`withdraw ${afi}`],
    usage: `${safisOf(afi)} ${route}`,
    help: `withdraw a route of ${of}`,
    selects: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseFamilyRoute(words, familyOf(afi, words), { withdraw: true }),
    }),
  };
}

/** What announces and withdraws, in the order in which `help` lists it. */
export const ROUTE_COMMANDS: readonly CommandRow[] = [
  {
    words: ['announce route'],
    usage: ROUTE,
    help: 'announce a route',
    selects: true,
    blocks: 'flat',
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
    words: ['announce flow route'],
    usage: '[{ match {] COMPONENT VALUE … [} then {] ACTION … [} }]',
    help: 'announce a flow specification',
    selects: true,
    blocks: true,
    parse: (words, { selector }) => announced(selector, parseFlow(words), words),
  },
  {
    words: ['announce vpls'],
    usage: `${VPLS_ROUTE} next-hop IP|self [ATTRIBUTE VALUE …]`,
    help: 'announce a VPLS edge',
    selects: true,
    parse: (words, { selector }) => announced(selector, parseFamilyRoute(words, VPLS), words),
  },
  {
    words: ['announce sr-policy'],
    usage: `${POLICY_ROUTE} next-hop IP|self [preference N] [segment-list …]…`,
    help: 'announce an SR policy, of the family that its endpoint has',
    selects: true,
    parse: (words, { selector }) => announced(selector, parseSrPolicy(words), words),
  },
  ...AFIS.map(announceFamily),
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
    words: ['announce operational'],
    usage: 'TYPE afi AFI safi SAFI advisory TEXT|sequence N [counter N]',
    help: 'send an OPERATIONAL message to neighbors that take it',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'announce-operational',
      selector,
      message: parseOperational(words.oneOf(OPERATIONAL_WORDS, 'a type of OPERATIONAL message'), words),
    }),
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
    blocks: 'flat',
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
    words: ['withdraw flow route'],
    usage: '[{ match {] COMPONENT VALUE … [} }]',
    help: 'withdraw a flow specification',
    selects: true,
    blocks: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseFlow(words, { withdraw: true }),
    }),
  },
  {
    words: ['withdraw vpls'],
    usage: VPLS_ROUTE,
    help: 'withdraw a VPLS edge',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseFamilyRoute(words, VPLS, { withdraw: true }),
    }),
  },
  {
    words: ['withdraw sr-policy'],
    usage: POLICY_ROUTE,
    help: 'withdraw an SR policy',
    selects: true,
    parse: (words, { selector }) => ({
      type: 'withdraw',
      selector,
      routes: parseSrPolicy(words, { withdraw: true }),
    }),
  },
  ...AFIS.map(withdrawFamily),
  {
    words: ['withdraw watchdog'],
    usage: '[NAME]',
    help: 'withdraw the routes of a watchdog group',
    selects: true,
    parse: (words, { selector }) => ({ type: 'withdraw-watchdog', selector, name: watchdogName(words) }),
  },
];
