import { familyText } from '../bgp/family.ts';
import type { ApiVersion, Json } from '../bgp/json.ts';
import type { BmpStatistic } from '../bmp/messages.ts';
import type { PeerEntry } from '../bmp/peers.ts';
import { distinguisherText, peerTypeWord } from '../bmp/per-peer.ts';
import type { RememberedPeer, RouterMemory } from '../bmp/rib/memory.ts';
import type { CommandOf } from '../commands/command.ts';
import {
  bmpRouteLine,
  exportLine,
  lintLines,
  type Moment,
  peerLines,
  relayLine,
  routerLine,
  type ShownBmpRoute,
  type ShownExport,
  type ShownPeer,
  type ShownRelay,
  type ShownRouter,
  type ShownView,
} from '../commands/show-bmp.ts';
import type { BmpConnection } from './bmp-connection.ts';
import type { ExportTarget } from './bmp-export-target.ts';
import type { Relay } from './bmp-relay.ts';
import { matchesPrefix, prefixOf } from './bmp-selection.ts';
import { endpointText } from './listener.ts';
import type { BmpStation } from './station.ts';

type Shown = CommandOf<'show-bmp'>;

/** The lines of `show bmp …` for all stations. */
export function* bmpLines(
  {
    stations,
    relays,
    targets,
  }: {
    readonly stations: readonly BmpStation[];
    readonly relays: readonly Relay[];
    readonly targets: readonly ExportTarget[];
  },
  command: Shown,
  { version, ...moment }: Moment & { readonly version: ApiVersion },
): Generator<string, void> {
  const wants = wantsOf(command);
  if (command.table === 'relay') {
    for (const one of relays.flatMap(relayed)) if (wants(one)) yield relayLine(one, command.json);
    return;
  }
  if (command.table === 'export') {
    for (const one of targets.flatMap(exported)) if (wants(one)) yield exportLine(one, command.json, moment);
    return;
  }
  for (const station of stations) {
    switch (command.table) {
      case 'router':
        for (const one of routersOf(station)) if (wants(one)) yield routerLine(one, command.json, moment);
        break;
      case 'peer':
        for (const one of peersOf(station)) if (wants(one)) yield* peerLines(one, command.json, moment);
        break;
      case 'routes':
        for (const one of routesOf(station, command))
          if (wants(one)) yield bmpRouteLine(one, command.json, version);
        break;
      case 'lint':
        for (const { router } of station.connections) {
          const who = { ...nameOf(station, router.router, router.name), profile: router.profile };
          const one = { ...who, findings: router.lint.findings() };
          if (wants(one)) yield* lintLines(one, command.json, moment);
        }
        break;
    }
  }
}

/** Every word must be the name, the address, or another plain member of what is shown. */
function wantsOf({ filters }: Shown): (one: object) => boolean {
  return (one) => {
    const members = Object.values(one).filter(
      (value) => typeof value === 'string' || typeof value === 'number',
    );
    const texts = members.flatMap((value) => [String(value), String(value).replace(/:\d+$/, '')]);
    return filters.every((filter) => texts.includes(filter));
  };
}

function relayed({ to, sessions }: Relay): ShownRelay[] {
  return sessions.map(({ router, connected, forwarded, waiting, coalesced }) => ({
    relay: `${to.address}:${to.port}`,
    router: router.router,
    name: router.name === '' ? undefined : router.name,
    state: connected ? 'connected' : 'waiting',
    forwarded,
    waiting,
    coalesced,
  }));
}

/** One that waits for stations is shown without any, too. */
function exported({ config, stations }: ExportTarget): ShownExport[] {
  const common = { export: endpointText(config), views: [...config.views] };
  if (stations.length === 0) return [{ ...common, ...NO_STATION }];
  return stations.map(({ address, outlet, sinceMs }) => ({
    ...common,
    station: address,
    state: outlet.connected ? 'connected' : 'waiting',
    sinceMs,
    messages: outlet.offered,
    waiting: outlet.waiting,
    coalesced: outlet.coalesced,
    dumps: outlet.states,
  }));
}

const NO_STATION = {
  station: undefined,
  state: 'listening',
  sinceMs: undefined,
  messages: 0,
  waiting: 0,
  coalesced: 0,
  dumps: 0,
} as const;

function nameOf(station: BmpStation, router: string, sysName: string) {
  const address = router.slice(0, router.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return { router, name: station.nameOf(address) ?? (sysName === '' ? undefined : sysName) };
}

function keptBy(memory: RouterMemory | undefined): number | undefined {
  let routes = 0;
  for (const { views } of memory?.peers ?? []) for (const { table } of views.values()) routes += table.size;
  return memory === undefined ? undefined : routes;
}

function* routersOf(station: BmpStation): Generator<ShownRouter, void> {
  for (const { router, startedMs } of station.connections) {
    const { messages, ...counters } = router.counters;
    yield {
      ...nameOf(station, router.router, router.name),
      profile: router.profile,
      description: router.description === '' ? undefined : router.description,
      state: 'connected',
      sinceMs: startedMs,
      peersUp: router.peersUp,
      peers: router.peers.length,
      routes: keptBy(router.memory),
      counters: { ...messages, ...counters },
    };
  }
  for (const { memory, ...router } of awayOf(station)) {
    yield {
      ...router,
      profile: undefined,
      description: undefined,
      state: 'away',
      sinceMs: memory.sinceMs,
      peersUp: 0,
      peers: memory.peers.length,
      routes: keptBy(memory),
      counters: undefined,
    };
  }
}

/** Routers that are remembered while they are away. */
function awayOf(station: BmpStation) {
  return station.memories.away.map(({ router, memory }) => {
    const [address = '', ...name] = router.split(' ');
    return { ...nameOf(station, `${address}:0`, name.join(' ')), router: address, memory };
  });
}

function* peersOf(station: BmpStation): Generator<ShownPeer, void> {
  for (const connection of station.connections) {
    for (const entry of connection.router.peers) yield shownPeer(station, connection, entry);
  }
  for (const { memory, ...router } of awayOf(station)) {
    for (const peer of memory.peers) yield { ...router, ...stalePeer(peer, memory) };
  }
}

/** What is remembered of a peer: its routes, and whose they are. */
function stalePeer(
  { neighbor, origin, views }: RememberedPeer,
  { sinceMs }: RouterMemory,
): Omit<ShownPeer, 'router' | 'name'> {
  return {
    peer: neighbor.peerAddress,
    as: neighbor.peerAs,
    type: origin.peerType,
    distinguisher: origin.distinguisher,
    state: 'stale',
    sinceMs,
    reason: undefined,
    table: origin.table,
    ups: 0,
    downs: 0,
    updates: 0,
    repaired: 0,
    errors: 0,
    capabilities: undefined,
    views: [...views].map(([view, { table }]) => {
      const { size } = table;
      return { view, announced: 0, withdrawn: 0, routes: size, stale: size, endOfRib: [] };
    }),
    statistics: {},
  };
}

function shownPeer(station: BmpStation, { router }: BmpConnection, entry: PeerEntry): ShownPeer {
  const { peer, header, record } = entry;
  const { neighbor, negotiated } = peer;
  return {
    ...nameOf(station, router.router, router.name),
    peer: neighbor.peerAddress,
    as: neighbor.peerAs,
    type: peerTypeWord(header.type),
    distinguisher: distinguisherText(header.distinguisher),
    state: peer.state === 'down' && record.ups === 0 ? 'never-up' : peer.state,
    sinceMs: record.sinceMs,
    reason: record.downReason,
    table: peer.table,
    ups: record.ups,
    downs: record.downs,
    updates: record.updates,
    repaired: record.repaired,
    errors: record.errors,
    capabilities: negotiated && {
      families: negotiated.families.map((family) => familyText(family)),
      asn4: negotiated.asn4,
      'message-size': negotiated.maxMessageLength,
      'add-path-in': [...peer.addPath.in].map((family) => familyText(family)),
      'add-path-out': [...peer.addPath.out].map((family) => familyText(family)),
    },
    views: viewsOf(entry, router.memory),
    statistics: statisticsOf(record.statistics),
  };
}

function viewsOf({ key, record }: PeerEntry, memory: RouterMemory | undefined): ShownView[] {
  const kept = memory?.get(key)?.views;
  return [...record.views].map(([view, { announced, withdrawn, endOfRib }]) => {
    const table = kept?.get(view)?.table;
    return {
      view,
      announced,
      withdrawn,
      routes: table?.size,
      stale: table?.epochs.stale(),
      endOfRib: [...endOfRib.keys()].map((family) => familyText(family)),
    };
  });
}

function statisticsOf(statistics: readonly BmpStatistic[]): Record<string, Json> {
  return Object.fromEntries(
    statistics.map(({ word, family, value }) => [
      family === undefined ? word : `${word} ${familyText(family)}`,
      value === undefined ? null : String(value),
    ]),
  );
}

function* routesOf(station: BmpStation, { prefix, match }: Shown): Generator<ShownBmpRoute, void> {
  if (prefix === undefined) return;
  const live = station.connections.map(({ router }) => ({
    ...nameOf(station, router.router, router.name),
    memory: router.memory,
  }));
  for (const { router, name, memory } of [...live, ...awayOf(station)]) {
    for (const peer of memory?.peers ?? []) yield* routesOfPeer(peer, { router, name }, { prefix, match });
  }
}

function* routesOfPeer(
  { neighbor, origin, views }: RememberedPeer,
  from: { readonly router: string; readonly name: string | undefined },
  wanted: Parameters<typeof matchesPrefix>[1],
): Generator<ShownBmpRoute, void> {
  for (const [view, { table }] of views) {
    const routes = table.routes((nlri) => {
      const found = prefixOf(nlri);
      return found !== undefined && matchesPrefix(found, wanted);
    });
    for (const route of routes) {
      const { distinguisher } = origin;
      yield { ...from, peer: neighbor.peerAddress, as: neighbor.peerAs, distinguisher, view, ...route };
    }
  }
}
