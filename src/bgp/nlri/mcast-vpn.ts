import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { AFI, type FamilyId, familyId, SAFI } from '../family.ts';
import { nlri } from './codec.ts';
import { address, lastAddress, number, rd, routeKey } from './fields.ts';
import { formatRd, RD_OCTETS } from './rd.ts';
import { framed } from './skip.ts';
import { RouteTypes, routeType, type TypedRoute } from './typed.ts';
import { addressOctets } from './words.ts';

const sourceAs = number('sourceAs', 4, { word: 'source-as' });
const source = address('source', { optional: true });
const group = address('group', { optional: true });
const originator = lastAddress('originator');

function optional(value: Uint8Array): string | undefined {
  return value.length === 0 ? undefined : formatAddress(value);
}

/** RFC 6514 section 4. */
export const MCAST_VPN_TYPES = [
  routeType({
    code: 1,
    name: 'Intra-AS I-PMSI A-D route',
    word: 'intra-as-i-pmsi',
    fields: [rd, originator],
    toJson: (f) => ({ rd: formatRd(f.rd), originator: formatAddress(f.originator) }),
  }),
  routeType({
    code: 2,
    name: 'Inter-AS I-PMSI A-D route',
    word: 'inter-as-i-pmsi',
    fields: [rd, sourceAs],
    toJson: (f) => ({ rd: formatRd(f.rd), 'source-as': String(f.sourceAs) }),
  }),
  routeType({
    code: 3,
    name: 'S-PMSI A-D route',
    word: 's-pmsi',
    fields: [rd, source, group, originator],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      source: optional(f.source),
      group: optional(f.group),
      originator: formatAddress(f.originator),
    }),
  }),
  routeType({
    code: 4,
    name: 'Leaf A-D route',
    word: 'leaf',
    fields: [routeKey('route-key'), originator],
    toJson: (f) => ({
      'route-key': toHex(f['route-key']).toUpperCase(),
      originator: formatAddress(f.originator),
    }),
  }),
  routeType({
    code: 5,
    name: 'Source Active A-D Route',
    word: 'source-ad',
    fields: [rd, address('source'), address('group')],
    toJson: (f) => ({ rd: formatRd(f.rd), source: formatAddress(f.source), group: formatAddress(f.group) }),
  }),
  routeType({
    code: 6,
    name: 'C-Multicast Shared Tree Join route',
    word: 'shared-join',
    fields: [rd, sourceAs, address('source', { word: 'rp' }), address('group')],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      'source-as': String(f.sourceAs),
      source: formatAddress(f.source),
      group: formatAddress(f.group),
    }),
  }),
  routeType({
    code: 7,
    name: 'C-Multicast Source Tree Join route',
    word: 'source-join',
    fields: [rd, sourceAs, address('source'), address('group')],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      'source-as': String(f.sourceAs),
      source: formatAddress(f.source),
      group: formatAddress(f.group),
    }),
  }),
] as const;

export type McastVpnRoute = TypedRoute<(typeof MCAST_VPN_TYPES)[number]>;

/** Multicast in BGP/MPLS IP VPNs, RFC 6514 section 4: route type, length, route. */
function mcastVpn(family: FamilyId) {
  const types = new RouteTypes(MCAST_VPN_TYPES, addressOctets(family));
  const write = (w: Writer, value: McastVpnRoute) =>
    void w.u8(value.type).u8Length('MCAST-VPN route', () => w.octets(types.octets(value)));
  return nlri<McastVpnRoute>({
    family,
    rfc: 'RFC 6514',
    decode(r) {
      const type = r.u8();
      return types.decode(type, r.octets(r.u8()));
    },
    encode: write,
    skip: framed({ typeOctets: 1, lengthOctets: 1, highestType: 7, least: RD_OCTETS }),
    key: (value) => types.key(value),
    toJson(value) {
      const raw = toHex(written((w) => write(w, value))).toUpperCase();
      const members = types.toJson(value);
      const head = { code: value.type, parsed: members !== undefined, raw };
      return members === undefined ? head : { ...head, name: types.row(value.type)?.name, ...members };
    },
    toText: (value) => types.toText(value),
    parse(words) {
      words.take('mcast-vpn');
      return types.parse(words);
    },
  });
}

export const ipv4McastVpn = mcastVpn(familyId(AFI.ipv4, SAFI['mcast-vpn']));
export const ipv6McastVpn = mcastVpn(familyId(AFI.ipv6, SAFI['mcast-vpn']));
