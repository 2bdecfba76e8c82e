import type { Words } from '../../syntax/words.ts';
import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { octetsOf } from '../../wire/prefix.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { AFI, type FamilyId, familyId, SAFI } from '../family.ts';
import { nlri } from './codec.ts';
import { address, number, prefix, rd, readBitsAddress, writeBitsAddress } from './fields.ts';
import { formatRd, RD_OCTETS } from './rd.ts';
import { type Framing, framed } from './skip.ts';
import { type Field, type RawRoute, RouteTypes, routeType, type TypedRoute } from './typed.ts';
import { addressOctets, addressWord, expectRd, hexWord, rdWord, takeRd } from './words.ts';

/** Architecture type 3gpp-5g, the only one defined. */
const ARCHITECTURE_5G = 1;

/** An address of the family, without length. */
const ip: Field<'ip', Uint8Array> = {
  key: 'ip',
  word: '',
  read: (r, octets) => r.octets(octets),
  write: (w, value) => void w.octets(value),
  toText: formatAddress,
  parse: (words, octets) => addressWord(words, octets),
};

/** Absent when the octets end before it. */
const source: Field<'source', Uint8Array> = {
  ...address('source', { optional: true }),
  read: (r) => (r.done ? new Uint8Array(0) : readBitsAddress(r)),
  write(w, value) {
    if (value.length > 0) writeBitsAddress(w, value);
  },
};

/** A tunnel endpoint and the first bits of a TEID, behind the length in bits of both. */
interface Endpoint {
  readonly address: Uint8Array;
  /** Right-aligned in the octets that `teidBits` need. */
  readonly teid: number;
  readonly teidBits: number;
}

const endpoint: Field<'endpoint', Endpoint> = {
  key: 'endpoint',
  word: '',
  read(r, octets) {
    const bits = r.u8();
    const teidBits = bits - 8 * octets;
    if (teidBits < 0 || teidBits > 32) throw new RangeError(`an endpoint and TEID of ${bits} bits`);
    const endpointAddress = r.octets(octets);
    const teid = r.octets(octetsOf(teidBits)).reduce((value, octet) => value * 256 + octet, 0);
    return { address: endpointAddress, teid, teidBits };
  },
  write(w, value) {
    w.u8(8 * value.address.length + value.teidBits, 'endpoint length').octets(value.address);
    for (let i = octetsOf(value.teidBits) - 1; i >= 0; i--) w.u8((value.teid >>> (8 * i)) & 0xff);
  },
  toText: (value) => `${formatAddress(value.address)} teid ${value.teid}/${value.teidBits}`,
  parse: (words, octets) => ({ address: addressWord(words, octets), ...parseTeid(words) }),
};

/** `teid N/BITS` after an address; the number must fit the bits. */
function parseTeid(words: Words): { teid: number; teidBits: number } {
  const expected = 'a TEID as NUMBER/BITS, of 0 to 32 bits';
  words.expect('teid');
  const word = words.next(expected);
  const match = /^(\d{1,10})\/(\d{1,2})$/.exec(word.text);
  const [teid, teidBits] = [Number(match?.[1]), Number(match?.[2])];
  if (!(teidBits <= 32 && teid < 2 ** teidBits)) words.fail(word, expected);
  return { teid, teidBits };
}

/** `IP rd RD teid N/BITS`, the last two in any order. */
function parseType2(words: Words, octets: 4 | 16) {
  const endpointAddress = addressWord(words, octets);
  const before = takeRd(words) ? rdWord(words) : undefined;
  const teid = parseTeid(words);
  return { rd: before ?? expectRd(words), endpoint: { address: endpointAddress, ...teid } };
}

/** draft-ietf-bess-mup-safi section 3.1. */
export const MUP_TYPES = [
  routeType({
    code: 1,
    name: 'InterworkSegmentDiscoveryRoute',
    word: 'mup-isd',
    fields: [rd, prefix('prefix', '')],
    toJson: (f) => ({
      prefix_ip_len: f.prefix.length,
      prefix_ip: formatAddress(f.prefix.address),
      rd: formatRd(f.rd),
    }),
  }),
  routeType({
    code: 2,
    name: 'DirectSegmentDiscoveryRoute',
    word: 'mup-dsd',
    fields: [rd, ip],
    toJson: (f) => ({ ip: formatAddress(f.ip), rd: formatRd(f.rd) }),
  }),
  routeType({
    code: 3,
    name: 'Type1SessionTransformedRoute',
    word: 'mup-t1st',
    fields: [
      rd,
      prefix('prefix', ''),
      number('teid', 4),
      number('qfi', 1, { maximum: 63 }),
      address('endpoint'),
      source,
    ],
    identity: ['rd', 'prefix'],
    toJson: (f) => ({
      prefix_ip_len: f.prefix.length,
      prefix_ip: formatAddress(f.prefix.address),
      teid: String(f.teid),
      qfi: String(f.qfi),
      rd: formatRd(f.rd),
      endpoint_ip_len: 8 * f.endpoint.length,
      endpoint_ip: formatAddress(f.endpoint),
      source_ip_len: 8 * f.source.length,
      // What ExaBGP prints for no address; handlers compare with it.
      source_ip: f.source.length === 0 ? "b''" : formatAddress(f.source),
    }),
  }),
  routeType({
    code: 4,
    name: 'Type2SessionTransformedRoute',
    word: 'mup-t2st',
    fields: [rd, endpoint],
    parse: parseType2,
    toJson: (f) => ({
      endpoint_len: 8 * f.endpoint.address.length + f.endpoint.teidBits,
      endpoint_ip: formatAddress(f.endpoint.address),
      rd: formatRd(f.rd),
      teid: String(f.endpoint.teid),
    }),
  }),
] as const;

type Route = TypedRoute<(typeof MUP_TYPES)[number]>;
/** `architecture` is 1 (3GPP 5G) for all that is understood. */
export type MupRoute = { readonly architecture: number } & Route;

const FRAMING: Framing = {
  typeOctets: 2,
  lengthOctets: 1,
  highestType: 4,
  least: RD_OCTETS,
  before: ARCHITECTURE_5G,
};

/** Mobile User Plane: architecture, two octets of route type, length, route. */
function mup(family: FamilyId) {
  const octets = addressOctets(family);
  const types = new RouteTypes(MUP_TYPES, octets, 0xffff);
  const write = (w: Writer, value: MupRoute) =>
    void w
      .u8(value.architecture)
      .u16(value.type)
      .u8Length('MUP route', () => w.octets(types.octets(value)));
  return nlri<MupRoute>({
    family,
    rfc: 'draft-ietf-bess-mup-safi',
    decode(r) {
      const architecture = r.u8();
      const type = r.u16();
      const body = r.octets(r.u8());
      const raw: RawRoute = { type, octets: body };
      const route = architecture === ARCHITECTURE_5G ? types.decode(type, body) : raw;
      return { architecture, ...route };
    },
    encode: write,
    skip: framed(FRAMING),
    key: (value) => `${value.architecture} ${types.key(value)}`,
    toJson(value) {
      const raw = toHex(written((w) => write(w, value))).toUpperCase();
      const members = types.toJson(value);
      const head = { arch: value.architecture, code: value.type };
      if (members === undefined) return { ...head, parsed: false, raw };
      return { name: types.row(value.type)?.name, ...head, ...members, raw };
    },
    toText({ architecture, ...route }) {
      const other = architecture === ARCHITECTURE_5G ? '' : `architecture ${architecture} `;
      return other + types.toText(route);
    },
    parse(words) {
      words.take('mup');
      if (!words.take('architecture')) return { architecture: ARCHITECTURE_5G, ...types.parse(words) };
      const architecture = words.unsigned('an architecture type', 0xff);
      words.expect('type');
      const type = words.unsigned('a route type', 0xffff);
      return { architecture, type, octets: hexWord(words) };
    },
  });
}

export const ipv4Mup = mup(familyId(AFI.ipv4, SAFI.mup));
export const ipv6Mup = mup(familyId(AFI.ipv6, SAFI.mup));
