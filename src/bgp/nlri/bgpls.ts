import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { AFI, type FamilyId, familyId, SAFI } from '../family.ts';
import type { ApiVersion, JsonObject } from '../json.ts';
import {
  LOCAL_NODE,
  type LsDescriptor,
  type LsNlri,
  type LsTlv,
  linkJson,
  nodeJson,
  ospfRouteType,
  prefixJson,
  REMOTE_NODE,
  srv6SidJson,
} from './bgpls-json.ts';
import { lsToText, parseLs } from './bgpls-text.ts';
import { type NextHop, nlri } from './codec.ts';
import { formatRd, RD_OCTETS } from './rd.ts';
import { framed } from './skip.ts';
import { type RawRoute, tryRead } from './typed.ts';
import { hexWord } from './words.ts';

/** A type that is not known, or a broken one; the octets hold the RD too. */
type LsRoute = LsNlri | RawRoute;

interface LsType {
  readonly word: string;
  /** Whether events name the next hop. */
  readonly nextHop?: boolean;
  /** The first version of the API that knows it. */
  readonly since?: ApiVersion;
  json(descriptors: readonly LsDescriptor[], version: ApiVersion): JsonObject;
}

const node = (descriptors: readonly LsDescriptor[], version: ApiVersion, type = LOCAL_NODE) =>
  nodeJson(
    descriptors.flatMap((d) => ('node' in d && d.type === type ? d.node : [])),
    version,
  );

const tlvs = (descriptors: readonly LsDescriptor[]) => descriptors.filter((d): d is LsTlv => 'octets' in d);

/** RFC 9552 section 5.2 and RFC 9514 section 6. */
const TYPES: Readonly<Record<number, LsType>> = {
  1: { word: 'bgpls-node', nextHop: true, json: (d, version) => ({ 'node-descriptors': node(d, version) }) },
  2: {
    word: 'bgpls-link',
    json: (d, version) => ({
      'local-node-descriptors': node(d, version),
      'remote-node-descriptors': node(d, version, REMOTE_NODE),
      ...linkJson(tlvs(d), version),
    }),
  },
  3: prefixType('bgpls-prefix-v4', 4),
  4: prefixType('bgpls-prefix-v6', 16),
  6: {
    word: 'bgpls-srv6sid',
    since: 5,
    json: (d, version) => ({
      'node-descriptors': node(d, version),
      'srv6-sid-descriptors': srv6SidJson(tlvs(d)),
    }),
  },
};

const WORDS: readonly string[] = ['bgpls', ...Object.values(TYPES).map((type) => type.word)];

function prefixType(word: string, octets: 4 | 16): LsType {
  return {
    word,
    nextHop: true,
    json: (d, version) => ({
      'node-descriptors': node(d, version),
      ...prefixJson(tlvs(d), octets, version),
    }),
  };
}

/** Octets that every route starts with. */
const PROTOCOL_AND_IDENTIFIER = 9;

/** BGP-LS, RFC 9552 section 5.2: type, length, in a VPN an RD, protocol, identifier, descriptors. */
function bgpLs(family: FamilyId, isVpn: boolean) {
  return nlri<LsRoute>({
    family,
    rfc: 'RFC 9552',
    ...(isVpn ? { nextHopRd: true } : {}),
    decode: (r) => readRoute(r, isVpn),
    encode: writeRoute,
    skip: framed({
      typeOctets: 2,
      lengthOctets: 2,
      highestType: 6,
      least: PROTOCOL_AND_IDENTIFIER + (isVpn ? RD_OCTETS : 0),
    }),
    key: (value) => toHex(written((w) => writeRoute(w, value))),
    toJson: routeToJson,
    toText(value) {
      const words = 'octets' in value ? undefined : lsToText(value);
      return `${TYPES[value.type]?.word ?? 'bgpls'} ${words ?? hex(value)}`;
    },
    parse(words) {
      const name = words.oneOf(WORDS, 'a BGP-LS NLRI type');
      const word = words.peek();
      const type = Object.entries(TYPES).find(([, row]) => row.word === name)?.[0];
      if (type !== undefined && word?.text.startsWith('0x') !== true)
        return parseLs(words, Number(type), isVpn);
      const route = tryRead(hexWord(words, 'a whole NLRI'), (r) => readRoute(r, isVpn));
      return route ?? words.fail(word ?? words.next(''), 'the octets of one NLRI');
    },
  });
}

/** The whole NLRI: how one stands in text that its words cannot give back. */
function hex(value: LsRoute): string {
  return `0x${toHex(written((w) => writeRoute(w, value)))}`;
}

function readRoute(r: Reader, isVpn: boolean): LsRoute {
  const type = r.u16();
  const octets = r.octets(r.u16());
  const known =
    TYPES[type] === undefined ? undefined : tryRead(octets, (body) => readNlri(body, type, isVpn));
  return known ?? { type, octets };
}

function readNlri(r: Reader, type: number, isVpn: boolean): LsNlri {
  const rd = isVpn ? { rd: r.octets(RD_OCTETS) } : {};
  const head = { type, ...rd, protocol: r.u8(), identifier: r.u64() };
  const descriptors = readTlvs(r).map((tlv) => {
    const isNode = tlv.type === LOCAL_NODE || tlv.type === REMOTE_NODE;
    const sub = isNode ? tryRead(tlv.octets, readTlvs) : undefined;
    return sub === undefined ? tlv : { type: tlv.type, node: sub };
  });
  return { ...head, descriptors };
}

function readTlvs(r: Reader): LsTlv[] {
  const out: LsTlv[] = [];
  while (!r.done) out.push({ type: r.u16(), octets: r.octets(r.u16()) });
  return out;
}

function writeRoute(w: Writer, value: LsRoute): void {
  w.u16(value.type).u16Length('BGP-LS NLRI', () => {
    if ('octets' in value) w.octets(value.octets);
    else writeNlri(w, value);
  });
}

function writeNlri(w: Writer, { rd, protocol, identifier, descriptors }: LsNlri): void {
  if (rd !== undefined) w.octets(rd);
  w.u8(protocol, 'protocol').u64(identifier, 'identifier');
  for (const descriptor of descriptors) {
    if ('octets' in descriptor) writeTlv(w, descriptor);
    else {
      w.u16(descriptor.type).u16Length('node descriptor', () => {
        for (const tlv of descriptor.node) writeTlv(w, tlv);
      });
    }
  }
}

function writeTlv(w: Writer, { type, octets }: LsTlv): void {
  w.u16(type).u16Length('descriptor', () => w.octets(octets));
}

function routeToJson(value: LsRoute, version: ApiVersion, nextHop?: NextHop): JsonObject {
  const type = TYPES[value.type];
  if ('octets' in value || type === undefined || version < (type.since ?? version)) {
    return { code: value.type, parsed: false, raw: rawText(value, version) };
  }
  const hop = nextHop === undefined || nextHop.address.length === 0 ? 'None' : formatAddress(nextHop.address);
  const showsHop = type.nextHop === true && (version !== 6 || nextHop !== undefined);
  return {
    'ls-nlri-type': type.word,
    'l3-routing-topology': exact(value.identifier),
    'protocol-id': value.protocol,
    ...type.json(value.descriptors, version),
    ...(showsHop ? { nexthop: hop } : {}),
    'ospf-route-type': type.word.startsWith('bgpls-prefix')
      ? ospfRouteType(tlvs(value.descriptors))
      : undefined,
    rd: value.rd === undefined ? undefined : formatRd(value.rd),
  };
}

/** The octets of a whole NLRI. In version 4 type and length have one octet each, as far as they fit. */
function rawText(value: LsRoute, version: ApiVersion): string {
  const octets = written((w) => writeRoute(w, value));
  const short = version === 4 && octets[0] === 0 && octets[2] === 0;
  return toHex(short ? octets.filter((_, at) => at !== 0 && at !== 2) : octets).toUpperCase();
}

/** A number where it is exact, else a bigint. */
function exact(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

export const bgpLsPlain = bgpLs(familyId(AFI['bgp-ls'], SAFI['bgp-ls']), false);
export const bgpLsVpn = bgpLs(familyId(AFI['bgp-ls'], SAFI['bgp-ls-vpn']), true);
