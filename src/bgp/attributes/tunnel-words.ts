import type { Words } from '../../syntax/words.ts';
import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { MAX_LABEL } from '../nlri/labels.ts';
import { addressWord, hexWord } from '../nlri/words.ts';
import { type Form, type TlvWord, takeTlvWord, tlvWord, tlvWordText, unsigned } from '../tlv-words.ts';
import { TUNNEL_TYPES, type Tunnel, tunnelWord } from './tunnel-types.ts';

/** RFC 9012 section 3.1: reserved, AFI, address; AFI 0 and no octets stand for the next hop of the route. */
const endpoint: Form<Uint8Array> = {
  read(r) {
    r.u32();
    const afi = r.u16();
    return r.octets(afi === 0 ? 0 : afi === 1 ? 4 : 16);
  },
  write(w, value) {
    w.u32(0).u16(value.length === 0 ? 0 : value.length === 4 ? 1 : 2);
    w.octets(value);
  },
  toText: (value) => (value.length === 0 ? 'next-hop' : formatAddress(value)),
  parse: (words) => (words.take('next-hop') ? new Uint8Array(0) : addressWord(words)),
};

/** RFC 9012 section 3.4.2: a Color Extended Community, of which the flags are 0 here. */
const color: Form<number> = {
  ...unsigned(4),
  read(r) {
    r.u32();
    return r.u32();
  },
  write: (w, value) => void w.u32(0x030b0000).u32(value),
};

/** RFC 9012 sections 3.2.1 and 3.2.3: flags, network identifier, MAC address, reserved. */
const network: Form<number> = {
  ...unsigned(3),
  read(r) {
    r.u8();
    const value = r.u24();
    r.rest();
    return value;
  },
  write: (w, value) => void w.u8(0x80).u24(value).u32(0).u32(0),
};

/** As many as the sub-TLV's length of one octet can hold. */
const MOST_LABELS = 63;

/** RFC 9012 section 3.6: entries of a label stack with traffic class and TTL 0. */
const labelStack: Form<readonly number[]> = {
  read(r) {
    const labels: number[] = [];
    while (!r.done) labels.push(r.u32() >>> 12);
    return labels;
  },
  write(w, labels) {
    labels.forEach((label, i) => void w.u32(label * 0x1000 + (i === labels.length - 1 ? 0x100 : 0)));
  },
  toText: (labels) => `[ ${labels.join(' ')} ]`,
  parse(words) {
    const at = words.peek();
    const labels = words.list((one) => one.unsigned('a label', MAX_LABEL));
    const fits = labels.length <= MOST_LABELS;
    return fits || at === undefined ? labels : words.fail(at, `at most ${MOST_LABELS} labels`);
  },
};

/** Encapsulation sub-TLVs, RFC 9012 section 3.2, by tunnel type. */
const ENCAPSULATION: Readonly<Record<number, TlvWord>> = {
  1: tlvWord(1, 'session', unsigned(4)),
  2: tlvWord(1, 'key', unsigned(4)),
  8: tlvWord(1, 'vni', network),
  9: tlvWord(1, 'vni', network),
  11: tlvWord(1, 'key', unsigned(4)),
};

/** The others of RFC 9012 section 3. */
const SUB_TLVS: readonly TlvWord[] = [
  tlvWord(2, 'protocol', unsigned(2)),
  tlvWord(4, 'color', color),
  tlvWord(6, 'endpoint', endpoint),
  tlvWord(7, 'dscp', unsigned(1, 63)),
  tlvWord(8, 'udp-port', unsigned(2)),
  tlvWord(9, 'embedded-label', unsigned(1)),
  tlvWord(10, 'label', labelStack),
];

function rowsOf(tunnel: number): readonly TlvWord[] {
  const encapsulation = ENCAPSULATION[tunnel];
  return encapsulation === undefined ? SUB_TLVS : [encapsulation, ...SUB_TLVS];
}

/** `( vxlan endpoint 192.0.2.1 vni 5000 )`, or several of these in brackets. @throws WordError */
export function parseTunnels(words: Words): Tunnel[] {
  return words.list(parseTunnel);
}

function parseTunnel(words: Words): Tunnel {
  words.expect('(');
  const type = parseType(words);
  const subTlvs = written((w) => {
    while (!words.take(')')) parseSubTlv(words, w, rowsOf(type));
  });
  return { type, subTlvs };
}

function parseType(words: Words): number {
  const known = TUNNEL_TYPES.get(words.peek()?.text.toLowerCase() ?? '');
  if (known === undefined) {
    return words.unsigned(`a tunnel type (${[...TUNNEL_TYPES.keys()].join(', ')}) or its number`, 0xffff);
  }
  words.next('a tunnel type');
  return known;
}

function parseSubTlv(words: Words, w: Writer, rows: readonly TlvWord[]): void {
  const found = words.take('sub-tlv') ? parseRaw(words) : takeTlvWord(words, rows);
  if (found === undefined) {
    const names = [...rows.map((row) => row.word), 'sub-tlv'];
    words.failNext(`${names.join(', ')} or ')'`, names);
  }
  writeSubTlv(w, found.type, found.octets);
}

function parseRaw(words: Words) {
  const type = words.unsigned('a sub-TLV type', 0xff);
  const at = words.peek();
  const octets = hexWord(words);
  const most = type < 128 ? 0xff : 0xffff;
  if (octets.length > most && at !== undefined) words.fail(at, `at most ${most} octets in sub-TLV ${type}`);
  return { type, octets };
}

/** RFC 9012 section 2: types from 128 on have a length of two octets. */
export function writeSubTlv(w: Writer, type: number, octets: Uint8Array): void {
  w.u8(type);
  if (type < 128) w.u8Length(`sub-TLV ${type}`, () => w.octets(octets));
  else w.u16Length(`sub-TLV ${type}`, () => w.octets(octets));
}

/** What `parseTunnels` reads as the same octets. */
export function tunnelsToText(tunnels: readonly Tunnel[]): string {
  const texts = tunnels.map(tunnelToText);
  return texts.length === 1 ? texts.join() : `[ ${texts.join(' ')} ]`;
}

function tunnelToText({ type, subTlvs }: Tunnel): string {
  const parts = [tunnelWord(type)];
  const r = new Reader(subTlvs);
  while (!r.done) {
    const code = r.u8();
    const tlv = { type: code, octets: r.octets(code < 128 ? r.u8() : r.u16()) };
    parts.push(tlvWordText(tlv, rowsOf(type)) ?? `sub-tlv ${code} 0x${toHex(tlv.octets)}`);
  }
  return `( ${parts.join(' ')} )`;
}
