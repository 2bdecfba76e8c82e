import { type Attributes, attributesToJson, attributesToText } from '../bgp/attributes/index.ts';
import { extendedCommunityText } from '../bgp/communities/index.ts';
import { AFI, afiOf, afiWord, type FamilyId, familyText, SAFI, safiOf, safiWord } from '../bgp/family.ts';
import type { ApiVersion, Json, JsonObject } from '../bgp/json.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { type Nlri, nlriToJson } from '../bgp/nlri/index.ts';
import { nlriText, nlriWithNextHop } from '../bgp/nlri/text.ts';
import { formatAddress } from '../wire/address.ts';
import type { AdjRibFilter, CommandOf } from './command.ts';
import { spacedJson } from './spaced-json.ts';

/** A route in one of a neighbor's tables, as configured, or as received. */
export interface ShownRoute {
  readonly nlri: Nlri;
  readonly nextHop: NextHop | 'self' | undefined;
  readonly attributes: Attributes;
}

export interface ShownNeighbor {
  /** `neighbor IP local-ip …` */
  readonly name: string;
  readonly peerAddress: string;
}

type Request = Pick<CommandOf<'show-adj-rib'>, 'extensive' | 'json' | 'filter'>;

const FLOW_SAFIS: readonly number[] = [SAFI.flow, SAFI['flow-vpn']];

/** `api.show-routes-format` of ExaBGP 5: v2 has next hop and attributes in JSON. */
export type RoutesFormat = 'v1' | 'v2';

/** Whether `show adj-rib … inet|flow|l2vpn` shows the family. */
export function isShownFamily(family: FamilyId, filter: AdjRibFilter | undefined): boolean {
  const flow = FLOW_SAFIS.includes(safiOf(family));
  switch (filter) {
    case undefined:
      return true;
    case 'flow':
      return flow;
    case 'l2vpn':
      return afiOf(family) === AFI.l2vpn;
    case 'inet':
      return !flow && (afiOf(family) === AFI.ipv4 || afiOf(family) === AFI.ipv6);
  }
}

/** The line of one route in the reply to `show adj-rib`; undefined: the filter leaves it out. */
export function adjRibLine(
  route: ShownRoute,
  neighbor: ShownNeighbor,
  options: { readonly request: Request; readonly version: ApiVersion; readonly format?: RoutesFormat },
): string | undefined {
  const { request, version } = options;
  if (!isShownFamily(route.nlri.family, request.filter)) return undefined;
  // 6 knows nothing but JSON
  if (request.json || version === 6) {
    const whole = request.extensive || options.format === 'v2';
    return spacedJson(whole ? extensiveJson(route, neighbor, version) : briefJson(route, neighbor, version));
  }
  const family = familyText(route.nlri.family);
  if (request.extensive) return `${neighbor.name} ${family} ${routeText(route, version)}`;
  const who = version === 4 ? `neighbor ${neighbor.peerAddress}` : neighbor.peerAddress;
  return `${who} ${family} ${nlriWithNextHop(route.nlri, nextHopWord(route.nextHop), version)}`;
}

function nextHopWord(nextHop: ShownRoute['nextHop']): string | undefined {
  if (nextHop === undefined || nextHop === 'self') return nextHop;
  return formatAddress(nextHop.address);
}

/** A route as it was configured. */
export function routeText(route: ShownRoute, version: ApiVersion): string {
  const attributes = attributesToText(route.attributes, version, { own: true });
  const text = nlriWithNextHop(route.nlri, nextHopWord(route.nextHop), version);
  return attributes === '' ? text : `${text} ${attributes}`;
}

/** `{"192.0.2.1": {"routes": [{"prefix": "10.0.0.0/8", "family": "ipv4 unicast"}]}}` */
function briefJson(route: ShownRoute, neighbor: ShownNeighbor, version: ApiVersion): JsonObject {
  const family = familyText(route.nlri.family);
  const { nlri } = nlriToJson(route.nlri, version);
  const what = nlri === undefined ? { nlri: nlriText(route.nlri, version) } : { prefix: nlri };
  const one = version === 6 ? { family, ...what } : { ...what, family };
  return { [neighbor.peerAddress]: { routes: [one] } };
}

/** With next hop and attributes, as ExaBGP 5 shows with `show-routes-format` v2. */
function extensiveJson(route: ShownRoute, neighbor: ShownNeighbor, version: ApiVersion): JsonObject {
  const { nlri: prefix, ...members } = nlriToJson(route.nlri, version);
  const shown = FLOW_SAFIS.includes(safiOf(route.nlri.family)) ? ruleMembers(members) : members;
  const family = { afi: afiWord(afiOf(route.nlri.family)), safi: safiWord(safiOf(route.nlri.family)) };
  const nexthop = nextHopWord(route.nextHop) ?? null;
  return {
    peer: { address: neighbor.peerAddress },
    route: {
      nlri: { prefix, ...shown, nexthop, ...rdOf(members, shown), family },
      attributes: attributeMembers(route.attributes, version),
    },
  };
}

/** What a FlowSpec rule matches, in a member of its own. */
function ruleMembers({ rd, 'next-hop': hop, string, ...rules }: JsonObject): JsonObject {
  return { rules };
}

/** Rules have their route distinguisher behind the next hop, and say where there is none. */
function rdOf(members: JsonObject, shown: JsonObject): JsonObject {
  return members === shown ? {} : { rd: members.rd ?? null };
}

/** As in events, but for communities, which are texts. */
function attributeMembers(attributes: Attributes, version: ApiVersion): JsonObject {
  const { community, largeCommunity, extendedCommunity } = attributes;
  const texts = {
    community: community?.map((one) => `${one >>> 16}:${one & 0xffff}`),
    'extended-community': extendedCommunity?.map((one) => extendedCommunityText(one, version)),
    'large-community': largeCommunity?.map((one) => one.join(':')),
  };
  const members = Object.entries(attributesToJson(attributes, version));
  return Object.fromEntries(
    members.map(([key, value]) => [key, (texts as Record<string, Json | undefined>)[key] ?? value]),
  );
}
