import { formatAddress, parseAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Json } from '../json.ts';
import { esiText, parseEsi } from './esi.ts';
import { address, colonField, colons, labelFields, number, octetField, rd, routeKey } from './fields.ts';
import { labelsToJson } from './labels.ts';
import { formatRd } from './rd.ts';
import { type Field, routeType } from './typed.ts';
import { addressWord } from './words.ts';

const esi: Field<'esi', Uint8Array> = {
  key: 'esi',
  word: 'esi',
  read: (r) => r.octets(10),
  write: (w, value) => void w.octets(value),
  toText: esiText,
  parse: parseEsi,
  missing: { value: new Uint8Array(10) },
};
const ethernetTag = number('ethernetTag', 4, { word: 'ethernet-tag', missing: 0 });
const tag: typeof ethernetTag = { ...ethernetTag, aliases: ['etag'] };
const label = labelFields('label', 1);
const labels = labelFields('labels', 2);
const source = address('source', { optional: true });
const group = address('group', { optional: true });
const originator = address('originator');
const flags = number('flags', 1);

/** RFC 7432 section 7.2: the length of a MAC address is 48 bits. */
const mac: Field<'mac', Uint8Array> = {
  ...colonField('mac', 6, 'a MAC address'),
  read(r) {
    const bits = r.u8();
    if (bits !== 48) throw new RangeError(`a MAC address of ${bits} bits`);
    return r.octets(6);
  },
  write: (w, value) => void w.u8(48).octets(value),
};

const ip = address('ip', { optional: true });

/** RFC 9136 section 3.1: prefix length, address and gateway, both of 4 or 16 octets, before the label. */
interface EvpnPrefix {
  readonly length: number;
  readonly address: Uint8Array;
  readonly gateway: Uint8Array;
}

const ipPrefix: Field<'prefix', EvpnPrefix> = {
  key: 'prefix',
  word: 'prefix',
  read: readEvpnPrefix,
  write: (w, value) => void w.u8(value.length).octets(value.address).octets(value.gateway),
  toText: (value) => {
    const gateway = value.gateway.some((octet) => octet !== 0)
      ? ` gateway ${formatAddress(value.gateway)}`
      : '';
    return `${formatAddress(value.address)}/${value.length}${gateway}`;
  },
  parse(words) {
    const expected = 'an IP prefix';
    const found = words.next(expected);
    const slash = found.text.indexOf('/');
    const digits = slash < 0 ? '' : found.text.slice(slash + 1);
    const parsed = parseAddress(found.text.slice(0, Math.max(slash, 0)));
    const length = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
    if (parsed === undefined || !(length <= parsed.length * 8)) return words.fail(found, expected);
    const octets = parsed.length === 4 ? 4 : 16;
    const gateway =
      words.take('gateway') || words.take('gw') ? addressWord(words, octets) : new Uint8Array(octets);
    return { length, address: parsed, gateway };
  },
};

function readEvpnPrefix(r: Reader): EvpnPrefix {
  const octets = r.remaining === 1 + 2 * 4 + 3 ? 4 : 16;
  const length = r.u8();
  if (length > octets * 8) throw new RangeError(`a prefix of ${length} bits in ${octets} octets`);
  return { length, address: r.octets(octets), gateway: r.octets(octets) };
}

function labelJson(fields: readonly number[]): Json {
  return labelsToJson(fields, true);
}

function optional(value: Uint8Array): string | undefined {
  return value.length === 0 ? undefined : formatAddress(value);
}

interface Multicast {
  readonly source: Uint8Array;
  readonly group: Uint8Array;
  readonly originator: Uint8Array;
}

function multicastJson(f: Multicast) {
  return { source: optional(f.source), group: optional(f.group), originator: formatAddress(f.originator) };
}

/** RFC 7432 section 7 (1 to 4), RFC 9136 (5), RFC 9251 section 9 (6 to 8), RFC 9572 section 3 (9 to 11). */
export const EVPN_TYPES = [
  routeType({
    code: 1,
    name: 'Ethernet Auto-Discovery',
    word: 'ethernet-ad',
    aliases: ['a-d'],
    fields: [rd, esi, tag, label],
    identity: ['rd', 'esi', 'ethernetTag'],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      esi: esiText(f.esi),
      'ethernet-tag': f.ethernetTag,
      label: labelJson(f.label),
    }),
  }),
  routeType({
    code: 2,
    name: 'MAC/IP advertisement',
    word: 'mac-ip',
    aliases: ['macadv'],
    leading: ['mac', 'ip'],
    fields: [rd, esi, tag, mac, ip, labels],
    identity: ['rd', 'ethernetTag', 'mac', 'ip'],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      esi: esiText(f.esi),
      'ethernet-tag': f.ethernetTag,
      mac: colons(f.mac).toUpperCase(),
      label: labelJson(f.labels.slice(0, 1)),
      ip: optional(f.ip),
    }),
  }),
  routeType({
    code: 3,
    name: 'Inclusive Multicast Ethernet Tag',
    word: 'multicast',
    leading: ['ip'],
    fields: [rd, tag, address('ip')],
    toJson: (f) => ({ rd: formatRd(f.rd), 'ethernet-tag': f.ethernetTag, ip: formatAddress(f.ip) }),
  }),
  routeType({
    code: 4,
    name: 'Ethernet Segment',
    word: 'ethernet-segment',
    aliases: ['esi'],
    leading: ['ip'],
    fields: [rd, esi, address('ip')],
    toJson: (f) => ({ rd: formatRd(f.rd), esi: esiText(f.esi), ip: formatAddress(f.ip) }),
  }),
  routeType({
    code: 5,
    name: 'IP Prefix Advertisement',
    word: 'ip-prefix',
    aliases: ['prefix'],
    leading: ['prefix'],
    fields: [rd, esi, tag, ipPrefix, label],
    identity: ['rd', 'ethernetTag', 'prefix'],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      esi: esiText(f.esi),
      'ethernet-tag': f.ethernetTag,
      label: labelJson(f.label),
      ip: formatAddress(f.prefix.address),
      iplen: f.prefix.length,
      gateway: formatAddress(f.prefix.gateway),
    }),
  }),
  routeType({
    code: 6,
    name: 'Selective Multicast Ethernet Tag',
    word: 'selective-multicast',
    fields: [rd, tag, source, group, originator, flags],
    identity: ['rd', 'ethernetTag', 'source', 'group', 'originator'],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      'ethernet-tag': f.ethernetTag,
      ...multicastJson(f),
      flags: f.flags,
    }),
  }),
  routeType({
    code: 7,
    name: 'Multicast Membership Report Synch',
    word: 'membership-report-synch',
    fields: [rd, esi, tag, source, group, originator, flags],
    identity: ['rd', 'esi', 'ethernetTag', 'source', 'group', 'originator'],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      esi: esiText(f.esi),
      'ethernet-tag': f.ethernetTag,
      ...multicastJson(f),
      flags: f.flags,
    }),
  }),
  routeType({
    code: 8,
    name: 'Multicast Leave Synch',
    word: 'leave-synch',
    fields: [
      rd,
      esi,
      tag,
      source,
      group,
      originator,
      number('reserved', 4, { missing: 0 }),
      number('maximumResponseTime', 1, { word: 'maximum-response-time' }),
      flags,
    ],
    identity: ['rd', 'esi', 'ethernetTag', 'source', 'group', 'originator'],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      esi: esiText(f.esi),
      'ethernet-tag': f.ethernetTag,
      ...multicastJson(f),
      'maximum-response-time': f.maximumResponseTime,
      flags: f.flags,
    }),
  }),
  routeType({
    code: 9,
    name: 'Per-Region I-PMSI A-D',
    word: 'per-region-i-pmsi',
    fields: [rd, tag, octetField('regionId', 8, 'region-id')],
    toJson: (f) => ({
      rd: formatRd(f.rd),
      'ethernet-tag': f.ethernetTag,
      'region-id': toHex(f.regionId).toUpperCase(),
    }),
  }),
  routeType({
    code: 10,
    name: 'S-PMSI A-D',
    word: 's-pmsi',
    fields: [rd, tag, source, group, originator],
    toJson: (f) => ({ rd: formatRd(f.rd), 'ethernet-tag': f.ethernetTag, ...multicastJson(f) }),
  }),
  routeType({
    code: 11,
    name: 'Leaf A-D',
    word: 'leaf',
    fields: [routeKey('route-key'), originator],
    toJson: (f) => ({
      'route-key': toHex(f['route-key']).toUpperCase(),
      originator: formatAddress(f.originator),
    }),
  }),
] as const;
