import type { Words } from '../../syntax/words.ts';
import { dottedQuad, formatAddress, sameOctets } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { formatPrefix, readPrefix, writePrefix } from '../../wire/prefix.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import type { LsTlv } from './bgpls-json.ts';
import { tryRead } from './typed.ts';
import { addressWord, hexWord, prefixWord } from './words.ts';

/** A descriptor in words: canonical octets only, others are written by type and digits. */
interface DescriptorWord {
  readonly type: number;
  readonly word: string;
  /** The member's name in events, which is read too. */
  readonly member: string;
  toText(r: Reader): string;
  /** False: what follows is for another row of the same word, and nothing was consumed. */
  parse(words: Words, w: Writer): boolean;
}

const MAX_U32 = 0xffffffff;

function u32(type: number, word: string, member: string): DescriptorWord {
  return {
    type,
    word,
    member,
    toText: (r) => String(r.u32()),
    parse(words, w) {
      w.u32(words.unsigned(`a number after '${word}'`, MAX_U32));
      return true;
    },
  };
}

function address(type: number, octets: 4 | 16, word: string, member: string): DescriptorWord {
  return {
    type,
    word,
    member,
    toText: (r) => formatAddress(r.octets(octets)),
    parse(words, w) {
      const isIpv6 = words.peek()?.text.includes(':') === true;
      if (isIpv6 !== (octets === 16)) return false;
      w.octets(addressWord(words, octets));
      return true;
    },
  };
}

/** OSPF: `10.0.0.1`, with the designated router's interface `10.0.0.1/10.0.0.2`; IS-IS: `0000.0000.0001[.05]`. */
const routerId: DescriptorWord = {
  type: 515,
  word: 'router-id',
  member: 'igp-router-id',
  toText(r) {
    if (r.remaining === 4) return dottedQuad(r.u32());
    if (r.remaining === 8) return `${dottedQuad(r.u32())}/${dottedQuad(r.u32())}`;
    if (r.remaining !== 6 && r.remaining !== 7) throw new RangeError('no router id');
    return toHex(r.rest()).replace(/....(?=.)/g, '$&.');
  },
  parse(words, w) {
    const expected = 'an IGP router id: 10.0.0.1, 10.0.0.1/10.0.0.2, 0000.0000.0001 or 0000.0000.0001.05';
    const word = words.next(expected);
    const isIsis = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(\.[0-9a-f]{2})?$/i.test(word.text);
    const parts = isIsis ? [fromHex(word.text.replaceAll('.', ''))] : word.text.split('/').map(quad);
    for (const part of parts) w.octets(part ?? words.fail(word, expected));
    if (parts.length > 2) words.fail(word, expected);
    return true;
  },
};

function quad(text: string): Uint8Array | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  return parts.length === 4 && parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
}

const identifiers: DescriptorWord = {
  type: 258,
  word: 'link-id',
  member: 'link-identifiers',
  toText: (r) => `${r.u32()}/${r.u32()}`,
  parse(words, w) {
    const expected = 'identifiers of a link as LOCAL/REMOTE, each of 32 bits';
    const word = words.next(expected);
    const parts = /^(\d{1,10})\/(\d{1,10})$/.exec(word.text);
    const [local, remote] = [Number(parts?.[1]), Number(parts?.[2])];
    if (!(local <= MAX_U32 && remote <= MAX_U32)) words.fail(word, expected);
    w.u32(local).u32(remote);
    return true;
  },
};

const topologies: DescriptorWord = {
  type: 263,
  word: 'topology',
  member: 'multi-topology-ids',
  toText(r) {
    const ids: number[] = [];
    while (!r.done) ids.push(r.u16());
    if (ids.length === 0 || ids.some((id) => id > 0xfff)) throw new RangeError('no topologies');
    return ids.length === 1 ? String(ids[0]) : `[ ${ids.join(' ')} ]`;
  },
  parse(words, w) {
    const ids = words.list((one) => one.unsigned('a topology identifier', 0xfff));
    if (ids.length === 0) words.failNext('a topology identifier before');
    for (const id of ids) w.u16(id);
    return true;
  },
};

const ospfRouteType: DescriptorWord = {
  type: 264,
  word: 'ospf-route-type',
  member: 'ospf-route-type',
  toText: (r) => String(r.u8()),
  parse(words, w) {
    w.u8(words.unsigned('an OSPF route type', 0xff));
    return true;
  },
};

function prefix(octets: 4 | 16): DescriptorWord {
  return {
    type: 265,
    word: 'prefix',
    member: 'ip-reach-prefix',
    toText(r) {
      const all = r.rest();
      const value = readPrefix(new Reader(all), octets);
      if (
        !sameOctets(
          written((w) => writePrefix(w, value)),
          all,
        )
      )
        throw new RangeError('host bits');
      return formatPrefix(value);
    },
    parse(words, w) {
      writePrefix(w, prefixWord(words, octets));
      return true;
    },
  };
}

/** Sub-TLVs of a node descriptor, RFC 9552 section 5.2.1.4 and RFC 9086 section 4.2. */
const NODE_WORDS: readonly DescriptorWord[] = [
  u32(512, 'as', 'autonomous-system'),
  u32(513, 'bgp-ls-id', 'bgp-ls-identifier'),
  address(514, 4, 'area', 'ospf-area-id'),
  routerId,
  address(516, 4, 'bgp-router-id', 'bgp-router-id'),
  u32(517, 'member-as', 'member-as'),
];

/** What a type of NLRI has beside its nodes, RFC 9552 section 5.2 and RFC 9514 section 6. */
const LINK_WORDS: readonly DescriptorWord[] = [
  identifiers,
  address(259, 4, 'interface', 'interface-address'),
  address(261, 16, 'interface', 'interface-address'),
  address(260, 4, 'neighbor', 'neighbor-address'),
  address(262, 16, 'neighbor', 'neighbor-address'),
  topologies,
];
const OF_TYPE: Readonly<Record<number, readonly DescriptorWord[]>> = {
  1: [],
  2: LINK_WORDS,
  3: [topologies, ospfRouteType, prefix(4)],
  4: [topologies, ospfRouteType, prefix(16)],
  6: [topologies, address(518, 16, 'sid', 'srv6-sid')],
};

export function descriptorWords(nlriType: number): readonly DescriptorWord[] {
  return OF_TYPE[nlriType] ?? [];
}

/** RFC 9552 section 5.1: by type, then by value. */
export function compareTlvs(a: LsTlv, b: LsTlv): number {
  return a.type - b.type || Buffer.compare(a.octets, b.octets);
}

function tlvText(tlv: LsTlv, rows: readonly DescriptorWord[]): string {
  const row = rows.find((one) => one.type === tlv.type);
  const text = row && tryRead(tlv.octets, (r) => row.toText(r));
  const known = text !== undefined && row !== undefined;
  return known ? `${row.word} ${text}` : `tlv ${tlv.type} 0x${toHex(tlv.octets)}`;
}

/** `interface 10.0.0.1 neighbor 10.0.0.2`: descriptors by their words. */
export function tlvsToText(tlvs: readonly LsTlv[], rows: readonly DescriptorWord[]): string {
  return tlvs.map((tlv) => tlvText(tlv, rows)).join(' ');
}

/** One descriptor, when its word or `tlv` comes next. */
export function takeTlv(words: Words, rows: readonly DescriptorWord[]): LsTlv | undefined {
  if (words.take('tlv')) {
    return { type: words.unsigned('a TLV type', 0xffff), octets: hexWord(words) };
  }
  const word = words.peek();
  const mine = rows.filter((row) => row.word === word?.text || row.member === word?.text);
  if (word === undefined || word.quoted || mine.length === 0) return undefined;
  words.next(word.text);
  for (const row of mine) {
    let read = false;
    const octets = written((w) => {
      read = row.parse(words, w);
    });
    if (read) return { type: row.type, octets };
  }
  return words.failNext('an IP address');
}

/** `[ as 65001 router-id 10.0.0.1 ]`, in order. */
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
  return `[ ${tlvsToText(tlvs, NODE_WORDS)} ]`.replace('[  ]', '[ ]');
}

/** Whether reading the words puts them in the same order: it sorts them. */
export function areSorted(tlvs: readonly LsTlv[]): boolean {
  return tlvs.every((tlv, i) => i === 0 || compareTlvs(tlvs[i - 1] ?? tlv, tlv) <= 0);
}
