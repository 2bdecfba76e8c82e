import type { AsPathSegment } from '../../src/bgp/attributes/as-path.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { type FamilyId, familyOfWords, IPV4_UNICAST } from '../../src/bgp/family.ts';
import { encodeNextHop } from '../../src/bgp/mp-next-hop.ts';
import type { NextHop } from '../../src/bgp/nlri/codec.ts';
import { encodeNlri, type Nlri, nlriToJson } from '../../src/bgp/nlri/index.ts';
import type { Announced, Update } from '../../src/bgp/update.ts';
import { formatAddress } from '../../src/wire/address.ts';
import { toHex } from '../../src/wire/hex.ts';
import { written } from '../../src/wire/writer.ts';

/** A route as tshark reads it: a prefix, its parts, or, where tshark has no such parts, its octets in hex. */
type OracleRoute =
  | string
  | {
      readonly p?: string;
      readonly pid?: number;
      readonly rd?: string;
      readonly labels?: readonly number[];
      readonly raw?: string;
      readonly text?: string;
    };

type OracleRoutes = Readonly<Record<string, readonly OracleRoute[]>>;

type OraclePath = readonly (readonly [number, readonly number[]])[];

/** One message as tshark reads it. */
export interface OracleMessage {
  readonly file?: string;
  readonly off?: number;
  readonly type: string;
  readonly announce?: OracleRoutes;
  readonly withdraw?: OracleRoutes;
  /** Code, flags and length of each. */
  readonly attrs?: readonly (readonly [number, string, number])[];
  readonly eor?: string;
  readonly origin?: number;
  readonly as_path?: OraclePath;
  /** Not merged into `as_path`, where the AS numbers that it tells are 23456. */
  readonly as4_path?: OraclePath;
  readonly next_hop?: string;
  readonly mp_next_hop?: readonly string[];
  readonly mp_next_hop_raw?: string;
  readonly med?: number;
  readonly local_pref?: number;
  readonly communities?: readonly string[];
  readonly large_communities?: readonly string[];
  readonly complaints?: readonly string[];
}

const FAMILY_WORDS: Readonly<Record<string, string>> = {
  'ipv4-unicast': 'ipv4 unicast',
  'ipv6-unicast': 'ipv6 unicast',
  'ipv4-multicast': 'ipv4 multicast',
  'ipv6-multicast': 'ipv6 multicast',
  'ipv4-labeled': 'ipv4 nlri-mpls',
  'ipv6-labeled': 'ipv6 nlri-mpls',
  vpnv4: 'ipv4 mpls-vpn',
  vpnv6: 'ipv6 mpls-vpn',
  evpn: 'l2vpn evpn',
  vpls: 'l2vpn vpls',
  flowspec4: 'ipv4 flow',
  flowspec6: 'ipv6 flow',
  'flowspec-vpn4': 'ipv4 flow-vpn',
  'flowspec-vpn6': 'ipv6 flow-vpn',
  mvpn4: 'ipv4 mcast-vpn',
  mvpn6: 'ipv6 mcast-vpn',
  srpolicy4: 'ipv4 sr-policy',
  mup4: 'ipv4 mup',
  mup6: 'ipv6 mup',
  rtc: 'ipv4 rtc',
  'bgp-ls': 'bgp-ls bgp-ls',
};

/** Families whose routes tshark takes apart; of the others it keeps octets. */
const TAKEN_APART = /^(ipv[46]-(unicast|multicast|labeled)|vpnv[46])$/;

const ORIGINS = ['igp', 'egp', 'incomplete'] as const;
const SEGMENTS = ['', 'set', 'sequence', 'confed-sequence', 'confed-set'];

function familyOf(word: string): FamilyId | undefined {
  const [afi = '', safi = ''] = (FAMILY_WORDS[word] ?? '').split(' ');
  return familyOfWords(afi, safi);
}

/** `asn4=no(structure);addpath=ipv4-unicast,vpnv4` as a context that judges nothing. */
export function contextOf(text: string): CodecContext {
  const of = (name: string) => new RegExp(`${name}=([^;(]*)`).exec(text)?.[1] ?? '';
  const addPath = of('addpath').split(',').map(familyOf);
  return {
    ...DEFAULT_CONTEXT,
    asn4: of('asn4') !== 'no',
    addPath: new Set(addPath.filter((family) => family !== undefined)),
  };
}

/** Where a message has no session, tshark guesses whether its routes have path identifiers. */
export function withGuesses(context: CodecContext, { announce, withdraw }: OracleMessage): CodecContext {
  const guessed = [announce, withdraw].flatMap((routes) =>
    Object.entries(routes ?? {})
      .filter(([, list]) => list.some((one) => typeof one !== 'string' && one.pid !== undefined))
      .map(([word]) => familyOf(word)),
  );
  return {
    ...context,
    addPath: new Set([...context.addPath, ...guessed.filter((family) => family !== undefined)]),
  };
}

/** What differs between an UPDATE and tshark's reading of it. */
export function compareUpdate(update: Update, wanted: OracleMessage): string | undefined {
  const { attributes } = update;
  const path = wholePath(wanted)?.map(([type, asns]) => `${SEGMENTS[type]} ${asns.join(' ')}`);
  return (
    compareRoutes(update, wanted) ??
    compareNextHops(update.announced, wanted) ??
    different(
      'origin',
      attributes.origin,
      wanted.origin === undefined ? undefined : ORIGINS[wanted.origin],
    ) ??
    different('AS path', attributes.asPath?.map(segmentText).join(', '), path?.join(', ')) ??
    different('MED', attributes.med, wanted.med) ??
    different('local preference', attributes.localPreference, wanted.local_pref) ??
    different('communities', communities(attributes.community), wanted.communities?.join(' ')) ??
    different('end of RIB', update.endOfRib !== undefined, isEndOfRib(wanted))
  );
}

/** RFC 6793 section 4.2.3 for the paths of the recordings: AS4_PATH replaces as many AS numbers at the end. */
function wholePath({ as_path: path, as4_path: as4 }: OracleMessage): OraclePath | undefined {
  const last = as4?.flatMap(([, asns]) => asns) ?? [];
  return path
    ?.toReversed()
    .map(
      ([type, asns]) =>
        [
          type,
          asns
            .toReversed()
            .map((as) => last.pop() ?? as)
            .reverse(),
        ] as const,
    )
    .reverse();
}

export function segmentText({ type, asns }: AsPathSegment): string {
  return `${type} ${asns.join(' ')}`;
}

/** tshark calls an empty MP_UNREACH_NLRI so even where routes are announced beside it. */
function isEndOfRib({ eor, announce }: OracleMessage): boolean {
  return eor !== undefined && Object.keys(announce ?? {}).length === 0;
}

function communities(list: readonly number[] | undefined): string | undefined {
  return list?.map((one) => `${one >>> 16}:${one & 0xffff}`).join(' ');
}

function different(what: string, found: unknown, wanted: unknown): string | undefined {
  if (found === wanted) return undefined;
  return `${what}: found ${String(found)}, the oracle has ${String(wanted)}`;
}

function compareRoutes(update: Update, wanted: OracleMessage): string | undefined {
  if (update.action === 'treat-as-withdraw') {
    const why = update.malformed.map(({ message }) => message).join('; ');
    if (wanted.complaints === undefined) return `treated as withdrawn (${why}); the oracle sees no fault`;
    return undefined;
  }
  // without any attribute tshark does not look at the NLRI
  if (wanted.attrs?.length === 0 && update.announced.length > 0) return undefined;
  const families = new Set([...Object.keys(wanted.announce ?? {}), ...Object.keys(wanted.withdraw ?? {})]);
  const complained = wanted.complaints !== undefined;
  const of = (routes: OracleRoutes | undefined, word: string) => ({
    routes: routes?.[word] ?? [],
    complained,
  });
  for (const word of families) {
    const problem =
      compareFamily('announced', word, update.announced, of(wanted.announce, word)) ??
      compareFamily('withdrawn', word, update.withdrawn, of(wanted.withdraw, word));
    if (problem !== undefined) return problem;
  }
  const known = new Set([...families].map(familyOf));
  const more = [...update.announced, ...update.withdrawn].find(({ family }) => !known.has(family));
  const unread = [...families].some((word) => familyOf(word) === undefined);
  return more === undefined || unread || complained
    ? undefined
    : `family ${more.family} is not in the oracle`;
}

type Group = { readonly family: FamilyId; readonly nlri: readonly Nlri[] };

function compareFamily(
  what: 'announced' | 'withdrawn',
  word: string,
  groups: readonly Group[],
  { routes: wanted, complained }: { readonly routes: readonly OracleRoute[]; readonly complained: boolean },
): string | undefined {
  const family = familyOf(word);
  if (family === undefined) return undefined;
  const apart = TAKEN_APART.test(word);
  // an empty list: tshark fell silent within the field
  if (wanted.length === 0 && complained) return undefined;
  if (!apart && wanted.some((one) => typeof one === 'string' || !isWholeNlri(one))) return undefined;
  const nlri = groups.filter((group) => group.family === family).flatMap((group) => group.nlri);
  const found = nlri.map((one) => (apart ? apartText(one, what) : octetsText(one, word, what)));
  const right = wanted.map((one) => wantedText(one, what));
  return different(`${what} ${word}`, found.sort().join(', '), right.sort().join(', '));
}

/** Where tshark gave up (an unknown SAFI, a path identifier that is none) it has but a part of the field. */
function isWholeNlri({ raw, text }: { readonly raw?: string; readonly text?: string }): boolean {
  return raw !== undefined && raw !== '' && !/unknown|invalid|path id|malformed/i.test(text ?? '');
}

function octetsText(nlri: Nlri, word: string, what: 'announced' | 'withdrawn'): string {
  const context = { ...DEFAULT_CONTEXT, addPath: new Set<FamilyId>() };
  const octets = written((w) => encodeNlri(w, nlri, context, what === 'withdrawn'));
  // tshark leaves the length of a route target out
  return toHex(word === 'rtc' ? octets.subarray(1) : octets).toLowerCase();
}

function apartText(nlri: Nlri, what: 'announced' | 'withdrawn'): string {
  const { nlri: prefix, rd, label } = nlriToJson(nlri, 5);
  const stack = Array.isArray(label) ? label.map((one) => (Array.isArray(one) ? one[0] : one)) : undefined;
  return routeText({
    prefix: String(prefix),
    pathId: nlri.pathId,
    rd: rd === undefined ? undefined : String(rd),
    labels: what === 'announced' ? stack?.join(' ') : undefined,
  });
}

function wantedText(route: OracleRoute, what: 'announced' | 'withdrawn'): string {
  if (typeof route === 'string') return route;
  if (route.p === undefined) return (route.raw ?? '').toLowerCase();
  const labels = what === 'announced' ? route.labels?.join(' ') : undefined;
  return routeText({ prefix: route.p, pathId: route.pid, rd: route.rd, labels });
}

interface RouteParts {
  readonly prefix: string;
  readonly pathId: number | undefined;
  readonly rd: string | undefined;
  readonly labels: string | undefined;
}

function routeText({ prefix, pathId, rd, labels }: RouteParts): string {
  const parts = [prefix];
  if (pathId !== undefined) parts.push(`path ${pathId}`);
  if (rd !== undefined) parts.push(`rd ${rd}`);
  if (labels !== undefined) parts.push(`labels ${labels}`);
  return parts.join(' ');
}

function compareNextHops(announced: readonly Announced[], wanted: OracleMessage): string | undefined {
  for (const { family, nextHop } of announced) {
    const plain = different('next hop', nextHop && formatAddress(nextHop.address), wanted.next_hop);
    const mayBePlain = family === IPV4_UNICAST && plain === undefined;
    const problem = mayBePlain ? undefined : compareMpNextHop(family, nextHop, wanted);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function compareMpNextHop(
  family: FamilyId,
  nextHop: NextHop | undefined,
  wanted: OracleMessage,
): string | undefined {
  const [first] = wanted.mp_next_hop ?? [];
  // an UPDATE may lack NEXT_HOP for its plain field, and have MP_REACH_NLRI for another family
  if (nextHop === undefined && family === IPV4_UNICAST && wanted.next_hop === undefined) return undefined;
  if (first !== undefined) return different('next hop', nextHop && formatAddress(nextHop.address), first);
  return different('next hop', toHex(encodeNextHop(nextHop, family)), wanted.mp_next_hop_raw ?? '');
}
