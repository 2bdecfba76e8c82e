import type { Words } from '../../syntax/words.ts';
import { formatAddress } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { octetsOfText } from '../../wire/text.ts';
import { addressWord, hexWord } from '../nlri/words.ts';
import {
  address,
  digits,
  type Form,
  listOf,
  type TlvWord,
  takeTlvWord,
  tlvWord,
  tlvWordText,
  unsigned,
} from '../tlv-words.ts';

/** A TLV of the attribute: two octets each of type and length. */
interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

const u32 = unsigned(4);

/** Bytes per second or whatever else stands as IEEE 754 single precision. */
const float: Form<number> = {
  read(r) {
    const value = floatView(r.octets(4)).getFloat32(0);
    if (!Number.isFinite(value) || value < 0 || Object.is(value, -0)) throw new RangeError('no such number');
    return value;
  },
  write(w, value) {
    const octets = new Uint8Array(4);
    floatView(octets).setFloat32(0, value);
    w.octets(octets);
  },
  toText: String,
  parse(words, what) {
    const expected = `a number after '${what}'`;
    const word = words.next(expected);
    const value = /^\d{1,39}(\.\d{1,39})?(e[+-]?\d{1,2})?$/i.test(word.text) ? Number(word.text) : Number.NaN;
    return Math.fround(value) < Number.POSITIVE_INFINITY ? value : words.fail(word, expected);
  },
};

function floatView(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.length);
}

const NAME = /^[\w.:/-]+$/;

/** A name of plain characters. */
const name: Form<string> = {
  read(r) {
    const value = Buffer.from(r.rest()).toString('latin1');
    if (!NAME.test(value)) throw new RangeError('no plain name');
    return value;
  },
  write: (w, value) => void w.octets(octetsOfText(value)),
  toText: (value) => value,
  parse(words) {
    const expected = 'a name of 1 to 255 octets';
    const word = words.next(expected);
    const { length } = octetsOfText(word.text);
    return length >= 1 && length <= 255 ? word.text : words.fail(word, expected);
  },
};

const identifiers: Form<readonly [number, number]> = {
  read: (r) => [r.u32(), r.u32()],
  write: (w, [local, remote]) => void w.u32(local).u32(remote),
  toText: (pair) => pair.join('/'),
  parse(words) {
    const expected = 'identifiers of a link as LOCAL/REMOTE';
    const word = words.next(expected);
    const parts = /^(\d{1,10})\/(\d{1,10})$/.exec(word.text);
    const pair = [Number(parts?.[1]), Number(parts?.[2])] as const;
    return pair.every((one) => one <= 0xffffffff) ? pair : words.fail(word, expected);
  },
};

/** A flags octet and 24 bits; only without flags. */
const delay: Form<number> = {
  ...unsigned(3),
  read(r) {
    r.u8();
    return r.u24();
  },
  write: (w, value) => void w.u8(0).u24(value),
};

/** `MINIMUM/MAXIMUM`, both in microseconds. */
const delays: Form<readonly [number, number]> = {
  read(r) {
    r.u8();
    const minimum = r.u24();
    r.u8();
    return [minimum, r.u24()];
  },
  write: (w, [minimum, maximum]) => void w.u8(0).u24(minimum).u8(0).u24(maximum),
  toText: (pair) => pair.join('/'),
  parse(words) {
    const expected = 'delays in microseconds as MINIMUM/MAXIMUM, each of 24 bits';
    const word = words.next(expected);
    const parts = /^(\d{1,8})\/(\d{1,8})$/.exec(word.text);
    const pair = [Number(parts?.[1]), Number(parts?.[2])] as const;
    return pair.every((one) => one <= 0xffffff) ? pair : words.fail(word, expected);
  },
};

const ip = (words: Words) => addressWord(words);
/** An address of either length. */
const anyAddress: Form<Uint8Array> = {
  read: (r) => r.octets(r.remaining === 16 ? 16 : 4),
  write: (w, value) => void w.octets(value),
  toText: formatAddress,
  parse: ip,
};

/** The TLVs that have words, by the names that events give them; RFC 9552 section 5.3, RFC 8571, RFC 9085. */
const TLV_WORDS: readonly TlvWord[] = [
  tlvWord(258, 'link-local-remote-identifiers', identifiers),
  tlvWord(1024, 'node-flags', digits),
  tlvWord(1025, 'opaque', digits),
  tlvWord(1026, 'node-name', name),
  tlvWord(1027, 'area-id', digits),
  tlvWord(1028, 'local-router-id', address(4)),
  tlvWord(1029, 'local-router-id', address(16)),
  tlvWord(1030, 'remote-router-id', address(4)),
  tlvWord(1031, 'remote-router-id', address(16)),
  tlvWord(1035, 'sr-algorithms', listOf(unsigned(1))),
  tlvWord(1088, 'admin-group-mask', u32),
  tlvWord(1089, 'maximum-link-bandwidth', float),
  tlvWord(1090, 'maximum-reservable-link-bandwidth', float),
  tlvWord(1091, 'unreserved-bandwidth', listOf(float, 8)),
  tlvWord(1092, 'te-metric', u32),
  tlvWord(1095, 'igp-metric', unsigned(3)),
  tlvWord(1096, 'shared-risk-link-groups', listOf(u32)),
  tlvWord(1097, 'opaque-link', digits),
  tlvWord(1098, 'link-name', name),
  tlvWord(1114, 'unidirectional-link-delay', delay),
  tlvWord(1115, 'minmax-unidirectional-link-delay', delays),
  tlvWord(1116, 'unidirectional-delay-variation', delay),
  tlvWord(1118, 'unidirectional-residual-bandwidth', float),
  tlvWord(1119, 'unidirectional-available-bandwidth', float),
  tlvWord(1120, 'unidirectional-utilized-bandwidth', float),
  tlvWord(1152, 'igp-flags', digits),
  tlvWord(1153, 'igp-route-tags', listOf(u32)),
  tlvWord(1155, 'prefix-metric', u32),
  tlvWord(1156, 'ospf-forwarding-address', anyAddress),
  tlvWord(1157, 'opaque-prefix', digits),
  tlvWord(1171, 'sr-source-router-id', anyAddress),
];

const WORDS = TLV_WORDS.map((row) => row.word);

/** `1095:0x00000a`: any TLV by type and octets. */
function parseRaw(words: Words): Tlv | undefined {
  const word = words.peek();
  const parts = /^(\d{1,5}):(0x[0-9a-f]*)$/i.exec(word?.text ?? '');
  if (word === undefined || parts === null) return undefined;
  words.next('a TLV');
  const type = Number(parts[1]);
  const value = fromHex(parts[2] ?? '');
  const good = type <= 0xffff && value !== undefined && value.length <= 0xffff;
  return good ? { type, value } : words.fail(word, 'a TLV as TYPE:0xOCTETS');
}

/** `[ node-name r1 igp-metric 10 1099:0x… ]`, in the order in which they are sent. @throws WordError */
export function parseLinkState(words: Words): Tlv[] {
  const tlvs: Tlv[] = [];
  words.expect('[');
  while (!words.take(']')) tlvs.push(parseTlv(words));
  return tlvs;
}

function parseTlv(words: Words): Tlv {
  const raw = parseRaw(words);
  if (raw !== undefined) return raw;
  if (words.take('tlv')) return { type: words.unsigned('a TLV type', 0xffff), value: hexWord(words) };
  const named = takeTlvWord(words, TLV_WORDS);
  return named === undefined
    ? words.failNext("a TLV by its word, or as TYPE:0xOCTETS, or ']'", WORDS)
    : { type: named.type, value: named.octets };
}

/** What `parseLinkState` reads as the same TLVs. */
export function linkStateText(tlvs: readonly Tlv[]): string {
  const texts = tlvs.map(({ type, value }) => {
    const text = tlvWordText({ type, octets: value }, TLV_WORDS);
    return text ?? `${type}:0x${toHex(value)}`;
  });
  // an empty list would mean no attribute
  return texts.length === 0 ? 'attribute [ 0x1D 0x80 0x ]' : `bgp-ls [ ${texts.join(' ')} ]`;
}
