import type { Words } from '../../syntax/words.ts';
import { dottedQuad, parseAddress } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { formatPrefix, type Prefix, readPrefix, writePrefix } from '../../wire/prefix.ts';
import {
  address,
  type Form,
  listOf,
  type TlvWord,
  takeTlvWord,
  tlvWord,
  tlvWordText,
  unsigned,
} from '../tlv-words.ts';
import type { LsTlv } from './bgpls-json.ts';
import { hexWord, prefixWord } from './words.ts';

const MAX_U32 = 0xffffffff;

/** OSPF: `10.0.0.1`, with the designated router's interface `10.0.0.1/10.0.0.2`; IS-IS: `0000.0000.0001[.05]`. */
const routerId: Form<Uint8Array> = {
  read(r) {
    if (![4, 6, 7, 8].includes(r.remaining)) throw new RangeError(`a router id of ${r.remaining} octets`);
    return r.rest();
  },
  write: (w, value) => void w.octets(value),
  toText(value) {
    const isIsis = value.length === 6 || value.length === 7;
    return isIsis ? toHex(value).replace(/....(?=.)/g, '$&.') : quads(value).join('/');
  },
  parse(words) {
    const expected = 'an IGP router id: 10.0.0.1, 10.0.0.1/10.0.0.2, 0000.0000.0001 or 0000.0000.0001.05';
    const word = words.next(expected);
    const isIsis = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(\.[0-9a-f]{2})?$/i.test(word.text);
    if (isIsis) return fromHex(word.text.replaceAll('.', ''));
    const parts = word.text.split('/').map(parseAddress);
    const octets = parts.flatMap((part) => (part?.length === 4 ? [...part] : []));
    const good = octets.length === 4 * parts.length && parts.length <= 2;
    return good ? Uint8Array.from(octets) : words.fail(word, expected);
  },
};

function quads(value: Uint8Array): string[] {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return Array.from({ length: value.length / 4 }, (_, i) => dottedQuad(view.getUint32(4 * i)));
}

interface Identifiers {
  readonly local: number;
  readonly remote: number;
}

/** `370/443` */
const identifiers: Form<Identifiers> = {
  read: (r) => ({ local: r.u32(), remote: r.u32() }),
  write: (w, { local, remote }) => void w.u32(local).u32(remote),
  toText: ({ local, remote }) => `${local}/${remote}`,
  parse(words) {
    const expected = 'identifiers of a link as LOCAL/REMOTE, each of 32 bits';
    const word = words.next(expected);
    const parts = /^(\d{1,10})\/(\d{1,10})$/.exec(word.text);
    const [local, remote] = [Number(parts?.[1]), Number(parts?.[2])];
    return local <= MAX_U32 && remote <= MAX_U32 ? { local, remote } : words.fail(word, expected);
  },
};

/** Twelve bits, RFC 9552 section 5.2.2.1; the others are reserved. */
const topology: Form<number> = { ...unsigned(2, 0xfff), read: (r) => r.u16() & 0xfff };
const topologies = tlvWord(263, 'topology', listOf(topology), ['multi-topology-ids']);
const ospfRouteType = tlvWord(264, 'ospf-route-type', unsigned(1));

function prefix(octets: 4 | 16): TlvWord {
  const form: Form<Prefix> = {
    read: (r) => readPrefix(r, octets),
    write: writePrefix,
    toText: formatPrefix,
    parse: (words) => prefixWord(words, octets),
  };
  return tlvWord(265, 'prefix', form, ['ip-reach-prefix']);
}

/** Sub-TLVs of a node descriptor, RFC 9552 section 5.2.1.4 and RFC 9086 section 4.2. */
const NODE_WORDS: readonly TlvWord[] = [
  tlvWord(512, 'as', unsigned(4), ['autonomous-system']),
  tlvWord(513, 'bgp-ls-id', unsigned(4), ['bgp-ls-identifier']),
  tlvWord(514, 'area', address(4), ['ospf-area-id']),
  tlvWord(515, 'router-id', routerId),
  tlvWord(516, 'bgp-router-id', address(4)),
  tlvWord(517, 'member-as', unsigned(4)),
];

/** What a type of NLRI has beside its nodes, RFC 9552 section 5.2 and RFC 9514 section 6. */
const OF_TYPE: Readonly<Record<number, readonly TlvWord[]>> = {
  1: [],
  2: [
    tlvWord(258, 'link-id', identifiers, ['link-identifiers']),
    tlvWord(259, 'interface', address(4), ['interface-address']),
    tlvWord(261, 'interface', address(16), ['interface-address']),
    tlvWord(260, 'neighbor', address(4), ['neighbor-address']),
    tlvWord(262, 'neighbor', address(16), ['neighbor-address']),
    topologies,
  ],
  3: [topologies, ospfRouteType, prefix(4)],
  4: [topologies, ospfRouteType, prefix(16)],
  6: [topologies, tlvWord(518, 'sid', address(16), ['srv6-sid'])],
};

export function descriptorWords(nlriType: number): readonly TlvWord[] {
  return OF_TYPE[nlriType] ?? [];
}

/** RFC 9552 section 5.1: by type, then by value. */
export function compareTlvs(a: LsTlv, b: LsTlv): number {
  return a.type - b.type || Buffer.compare(a.octets, b.octets);
}

/** `interface 10.0.0.1 neighbor 10.0.0.2`: descriptors by their words, others by number and octets. */
export function tlvsToText(tlvs: readonly LsTlv[], rows: readonly TlvWord[]): string {
  return tlvs.map((tlv) => tlvWordText(tlv, rows) ?? `tlv ${tlv.type} 0x${toHex(tlv.octets)}`).join(' ');
}

/** One descriptor, when its word or `tlv` comes next. */
export function takeTlv(words: Words, rows: readonly TlvWord[]): LsTlv | undefined {
  if (!words.take('tlv')) return takeTlvWord(words, rows);
  return { type: words.unsigned('a TLV type', 0xffff), octets: hexWord(words) };
}

/** `[ as 65001 router-id 10.0.0.1 ]`, in any order. */
export function parseNode(words: Words): LsTlv[] {
  const tlvs: LsTlv[] = [];
  words.expect('[');
  while (!words.take(']')) {
    const tlv = takeTlv(words, NODE_WORDS);
    const known = NODE_WORDS.map((row) => row.word);
    tlvs.push(tlv ?? words.failNext(`a node descriptor (${known.join(', ')}, tlv) or ']'`, known));
  }
  return tlvs.sort(compareTlvs);
}

export function nodeToText(tlvs: readonly LsTlv[]): string {
  return tlvs.length === 0 ? '[ ]' : `[ ${tlvsToText(tlvs, NODE_WORDS)} ]`;
}

/** Whether reading the words puts them in the same order: it sorts them. */
export function areSorted(tlvs: readonly LsTlv[]): boolean {
  return tlvs.every((tlv, i) => i === 0 || compareTlvs(tlvs[i - 1] ?? tlv, tlv) <= 0);
}
