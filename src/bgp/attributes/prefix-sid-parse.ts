import type { Words } from '../../syntax/words.ts';
import { formatAddress, parseAddress } from '../../wire/address.ts';
import {
  type LabelRange,
  labelIndexTlvs,
  type PrefixSidTlv,
  SERVICES,
  type SidStructure,
  serviceTlv,
} from './prefix-sid-tlv.ts';

/** SRv6 Endpoint Behavior "opaque", RFC 8986 section 10.2: what a configuration without one means. */
const OPAQUE_BEHAVIOR = 0xffff;
const MAX_U24 = 0xffffff;

/** `[ INDEX ]`, `[ INDEX, [ ( BASE,RANGE ), … ] ]`, or `( l3-service SID [BEHAVIOR [STRUCTURE]] )`. */
export function parsePrefixSid(words: Words): PrefixSidTlv[] {
  if (words.take('(')) return parseService(words);
  words.expect('[');
  const index = words.unsigned('a label index', 0xffffffff);
  words.take(',');
  const ranges = words.take('[') ? parseRanges(words) : [];
  words.expect(']');
  return labelIndexTlvs(index, ranges);
}

function parseRanges(words: Words): LabelRange[] {
  const ranges: LabelRange[] = [];
  while (!words.take(']')) {
    words.expect('(');
    const base = words.unsigned('the first label of a range', MAX_U24);
    words.take(',');
    ranges.push([base, words.unsigned('how many labels', MAX_U24)]);
    words.expect(')');
    words.take(',');
  }
  return ranges;
}

/** ExaBGP 4.2's words for TLVs that RFC 8669 and RFC 9252 deprecated: three octets of zero, then a SID. */
const OLD_TLVS: ReadonlyMap<string, number> = new Map([
  ['ipv6', 2],
  ['vpn', 4],
]);
/** 4.2 said `l3vpn` for what RFC 9252 calls an L3 service. */
const L3_SERVICE = 'l3-service';

function parseService(words: Words): PrefixSidTlv[] {
  const known = [...SERVICES.values(), ...OLD_TLVS.keys(), 'l3vpn'];
  const named = words.oneOf(known, 'an SRv6 service');
  const service = named === 'l3vpn' ? L3_SERVICE : named;
  const expected = 'an SRv6 SID (an IPv6 address)';
  const word = words.next(expected);
  const sid = parseAddress(word.text);
  if (sid?.length !== 16) return words.fail(word, expected);
  const old = OLD_TLVS.get(service);
  if (old !== undefined) {
    words.expect(')');
    return [{ type: old, value: Uint8Array.of(0, 0, 0, ...sid) }];
  }
  const type = [...SERVICES].find(([, text]) => text === service)?.[0] ?? 0;
  const behavior = words.peek()?.text === ')' ? OPAQUE_BEHAVIOR : parseBehavior(words);
  const structure = words.take('[') ? parseStructure(words) : undefined;
  words.expect(')');
  const fields = { text: formatAddress(sid), sid, flags: 0, behavior };
  return [serviceTlv(type, structure === undefined ? fields : { ...fields, structure })];
}

function parseBehavior(words: Words): number {
  const expected = 'an endpoint behavior from 0 to 0xffff';
  const word = words.next(expected);
  const value = /^(0x[0-9a-f]{1,4}|\d{1,5})$/i.test(word.text) ? Number(word.text) : Number.NaN;
  return value <= 0xffff ? value : words.fail(word, expected);
}

function parseStructure(words: Words): SidStructure {
  const bits = () => {
    const value = words.unsigned('a length in bits', 255);
    words.take(',');
    return value;
  };
  const structure = [bits(), bits(), bits(), bits(), bits(), bits()] as const;
  words.expect(']');
  return structure;
}
