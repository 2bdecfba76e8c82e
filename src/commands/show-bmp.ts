import { attributesToJson, attributesToText } from '../bgp/attributes/index.ts';
import { familyText } from '../bgp/family.ts';
import type { ApiVersion, Json, JsonObject } from '../bgp/json.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { nlriCodec, nlriToJson } from '../bgp/nlri/index.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import type { ShownRoute } from './show-adj-rib.ts';
import { spacedJson } from './spaced-json.ts';

/** A router as `show bmp router` has it. Times in milliseconds of the clock that nobody sets. */
export interface ShownRouter {
  readonly router: string;
  readonly name: string | undefined;
  readonly profile: string | undefined;
  readonly description: string | undefined;
  /** `away`: its connection is lost, and it is remembered. */
  readonly state: 'connected' | 'away';
  readonly sinceMs: number;
  readonly peersUp: number;
  readonly peers: number;
  /** Routes kept in memory; undefined: none are. */
  readonly routes: number | undefined;
  readonly counters: Readonly<Record<string, number>> | undefined;
}

/** A peer of a router as `show bmp peer` has it. */
export interface ShownPeer {
  readonly router: string;
  readonly name: string | undefined;
  readonly peer: string;
  readonly as: number;
  readonly type: string;
  readonly distinguisher: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly reason: string | undefined;
  readonly table: string | undefined;
  readonly ups: number;
  readonly downs: number;
  readonly updates: number;
  readonly repaired: number;
  readonly errors: number;
  readonly capabilities: JsonObject | undefined;
  readonly views: readonly ShownView[];
  readonly statistics: Readonly<Record<string, Json>>;
}

export interface ShownView {
  readonly view: string;
  readonly announced: number;
  readonly withdrawn: number;
  /** Routes in memory; undefined: they are not kept. */
  readonly routes: number | undefined;
  readonly stale: number | undefined;
  readonly endOfRib: readonly string[];
}

/** A route of one peer in one view. */
export interface ShownBmpRoute extends ShownRoute {
  readonly router: string;
  readonly name: string | undefined;
  readonly peer: string;
  readonly as: number;
  readonly distinguisher: string;
  readonly view: string;
}

/** What was found out about how a router sends. */
export interface ShownLint {
  readonly router: string;
  readonly name: string | undefined;
  readonly profile: string | undefined;
  readonly findings: readonly {
    readonly id: string;
    readonly text: string;
    readonly seenIn?: string | undefined;
    readonly count: number;
    /** Milliseconds of the clock that nobody sets. */
    readonly firstMs: number;
    readonly lastMs: number;
    readonly example: string | undefined;
  }[];
}

/** One router as it is forwarded to one station. */
export interface ShownRelay {
  readonly relay: string;
  readonly router: string;
  readonly name: string | undefined;
  readonly state: 'connected' | 'waiting';
  readonly forwarded: number;
  /** Octets that wait. */
  readonly waiting: number;
  /** Messages that were given up, each made good by a later state. */
  readonly coalesced: number;
}

/** One station as it is told of our own sessions. */
export interface ShownExport {
  readonly export: string;
  readonly views: readonly string[];
  /** Undefined: none is connected. */
  readonly station: string | undefined;
  readonly state: 'connected' | 'waiting' | 'listening';
  readonly sinceMs: number | undefined;
  /** That were to be told. */
  readonly messages: number;
  /** Octets that wait. */
  readonly waiting: number;
  /** Messages that were given up, each made good by a later state. */
  readonly coalesced: number;
  /** Times that it was told all anew. */
  readonly dumps: number;
}

const seconds = (ms: number) => Math.round(ms) / 1000;

/** Now, by the clock that nobody sets, which the times of the shown are of, and by the system's. */
export interface Moment {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** Seconds since 1970, as the system's clock has it now. */
const since = (ms: number, { nowMs, wallMs }: Moment) => seconds(wallMs - (nowMs - ms));

function named({ router, name }: { readonly router: string; readonly name: string | undefined }): string {
  return name === undefined ? router : `${name} (${router})`;
}

export function routerLine(router: ShownRouter, json: boolean, moment: Moment): string {
  const { sinceMs, ...rest } = router;
  if (json) return spacedJson({ ...rest, since: since(sinceMs, moment) });
  const kept = router.routes === undefined ? '' : `, ${router.routes} routes kept`;
  const counted = router.counters;
  const messages =
    counted === undefined
      ? ''
      : `, ${counted['route-monitoring'] ?? 0} route monitoring, ${counted.errors ?? 0} errors, ${counted.repaired ?? 0} repaired`;
  const what = router.profile === undefined ? '' : ` ${router.profile}`;
  const state = `${router.state} for ${duration(moment.nowMs - sinceMs)}`;
  return `${named(router)}${what} ${state}, ${router.peersUp} of ${router.peers} peers up${kept}${messages}`;
}

export function peerLines(peer: ShownPeer, json: boolean, moment: Moment): string[] {
  const { sinceMs, ...rest } = peer;
  if (json)
    return [
      spacedJson({ ...rest, views: rest.views.map((view) => ({ ...view })), since: since(sinceMs, moment) }),
    ];
  const distinguisher = peer.distinguisher === '0:0' ? '' : ` rd ${peer.distinguisher}`;
  const table = peer.table === undefined ? '' : ` table ${peer.table}`;
  const why = peer.reason === undefined ? '' : ` (${peer.reason})`;
  return [
    `${named(peer)} ${peer.type}${distinguisher}${table} ${peer.peer} AS ${peer.as} ${peer.state} for ${duration(moment.nowMs - sinceMs)}${why}, ${peer.updates} updates`,
    ...peer.views.map(viewLine),
  ];
}

function viewLine({ view, announced, withdrawn, routes, stale, endOfRib }: ShownView): string {
  const kept = routes === undefined ? '' : `, ${routes} kept`;
  const old = stale === undefined || stale === 0 ? '' : ` (${stale} stale)`;
  const ended = endOfRib.length === 0 ? '' : `, complete: ${endOfRib.join(', ')}`;
  return `    ${view}: ${announced} announced, ${withdrawn} withdrawn${kept}${old}${ended}`;
}

export function bmpRouteLine(route: ShownBmpRoute, json: boolean, version: ApiVersion): string {
  const { nlri, nextHop, attributes, ...where } = route;
  const family = familyText(nlri.family);
  const hop = nextHopText(nextHop);
  if (json) {
    const { nlri: prefix, ...members } = nlriToJson(nlri, version);
    const shown = { family, nlri: prefix, ...members, 'next-hop': hop };
    return spacedJson({ ...where, ...shown, attributes: attributesToJson(attributes, version) });
  }
  const path = nlri.pathId === undefined ? '' : ` path-information ${dottedQuad(nlri.pathId)}`;
  const via = hop === undefined ? '' : ` next-hop ${hop}`;
  const text = `${nlriCodec(nlri.family).toText(nlri.value, version)}${path}${via}`;
  const rest = attributesToText(attributes, version).trim();
  return `${named(route)} ${route.peer} AS ${route.as} ${route.view} ${family} ${text}${rest === '' ? '' : ` ${rest}`}`;
}

function nextHopText(nextHop: NextHop | 'self' | undefined): string | undefined {
  return nextHop === undefined || nextHop === 'self' ? nextHop : formatAddress(nextHop.address);
}

export function relayLine(relay: ShownRelay, json: boolean): string {
  if (json) return spacedJson({ ...relay });
  const { forwarded, waiting, coalesced } = relay;
  return `${named(relay)} to ${relay.relay} ${relay.state}, ${forwarded} messages, ${waiting} octets wait, ${coalesced} messages coalesced`;
}

export function exportLine(told: ShownExport, json: boolean, moment: Moment): string {
  const { sinceMs, ...rest } = told;
  if (json)
    return spacedJson({ ...rest, ...(sinceMs === undefined ? {} : { since: since(sinceMs, moment) }) });
  const { messages, waiting, coalesced, dumps } = told;
  const views = told.views.join(', ');
  if (told.station === undefined || sinceMs === undefined)
    return `${told.export} listening, no station, ${views}`;
  const state = `${told.state} for ${duration(moment.nowMs - sinceMs)}`;
  return `${told.export} to ${told.station} ${state}, ${messages} messages, ${waiting} octets wait, ${coalesced} messages coalesced, told all ${dumps} times, ${views}`;
}

export function lintLines(lint: ShownLint, json: boolean, moment: Moment): string[] {
  const { findings, ...router } = lint;
  if (json) {
    const told = findings.map(({ firstMs, lastMs, ...rest }) => ({
      ...rest,
      first: since(firstMs, moment),
      last: since(lastMs, moment),
    }));
    return [spacedJson({ ...router, findings: told })];
  }
  const what = lint.profile ?? 'an unknown sender';
  const head = `${named(lint)} ${what}: ${findings.length === 0 ? 'nothing found' : `${findings.length} findings`}`;
  return [
    head,
    ...findings.map(({ id, text, seenIn, count, example }) => {
      const known = seenIn === undefined ? '' : `; known of ${seenIn}`;
      const first = example === undefined ? '' : `; first at ${example}`;
      return `    ${id} ×${count}: ${text}${known}${first}`;
    }),
  ];
}

/** `3d 4h`, `5m 6s`: the two largest units. */
function duration(ms: number): string {
  const whole = Math.max(Math.floor(ms / 1000), 0);
  const units = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const first = units.findIndex(([n]) => n > 0);
  if (first < 0) return '0s';
  return units
    .slice(first, first + 2)
    .map(([n, unit]) => `${n}${unit}`)
    .join(' ');
}
