import type { Words } from '../syntax/words.ts';
import { type Writer, written } from '../wire/writer.ts';
import { labelOctets, parseSegments } from './attributes/sr-segments.ts';
import { writeSubTlv } from './attributes/tunnel-words.ts';
import { AFI, type FamilyId, familyId, SAFI } from './family.ts';
import { nlriCodec } from './nlri/index.ts';
import { MAX_LABEL } from './nlri/labels.ts';
import { addressWord } from './nlri/words.ts';
import type { Route } from './route.ts';
import { type Purpose, RouteBuilder } from './route-builder.ts';

/** Tunnel type of RFC 9830 section 2.2. */
const SR_POLICY = 15;
/** In a label's four octets: bottom of stack. */
const BOTTOM = 0x100;
const MPLS_BINDING_SID_FLAGS = 0x10;

/** One sub-TLV of an SR Policy tunnel, RFC 9830 section 2.4. */
interface SubTlv {
  readonly word: string;
  readonly code: number;
  /** It may stand more than once. */
  readonly many?: boolean;
  /** Writes the value of what follows the word. */
  parse(words: Words, w: Writer): void;
}

/** In the order in which they are sent. */
const SUB_TLVS: readonly SubTlv[] = [
  {
    word: 'preference',
    code: 12,
    parse: (words, w) => void w.u16(0).u32(words.unsigned('a preference', 0xffffffff)),
  },
  { word: 'priority', code: 15, parse: (words, w) => void w.u8(words.unsigned('a priority', 255)).u8(0) },
  { word: 'binding-sid', code: 13, parse: parseBindingSid },
  {
    word: 'srv6-binding-sid',
    code: 20,
    parse: (words, w) => void w.u16(0).octets(addressWord(words, 16)),
  },
  { word: 'segment-list', code: 128, many: true, parse: parseSegmentList },
  { word: 'policy-name', code: 130, parse: parseName },
  { word: 'candidate-path-name', code: 129, parse: parseName },
];

const WORDS = SUB_TLVS.map(({ word }) => word);

/**
 * `distinguisher N color N endpoint IP next-hop IP [preference N] … [segment-list …]…`.
 * @param family undefined: found from the endpoint
 * @throws WordError
 */
export function parseSrPolicyRoute(
  words: Words,
  options: { readonly family?: FamilyId; readonly purpose: Purpose },
): Route[] {
  const family = options.family ?? familyId(endpointAfi(words), SAFI['sr-policy']);
  const value = nlriCodec(family).parse?.(words);
  const found: { readonly tlv: SubTlv; readonly value: Uint8Array }[] = [];
  const builder = new RouteBuilder({
    family,
    purpose: options.purpose,
    extra: {
      words: WORDS,
      read(word) {
        const tlv = SUB_TLVS.find((one) => one.word === word.text);
        if (tlv === undefined) return false;
        const octets = written((w) => tlv.parse(words, w));
        if (tlv.many === true || !found.some((one) => one.tlv === tlv)) found.push({ tlv, value: octets });
        return true;
      },
    },
  });
  builder.readAll(words);
  const subTlvs = written((w) => {
    for (const tlv of SUB_TLVS) {
      for (const one of found) if (one.tlv === tlv) writeSubTlv(w, tlv.code, one.value);
    }
  });
  if (subTlvs.length > 0) builder.attribute('tunnelEncap', [{ type: SR_POLICY, subTlvs }]);
  return value === undefined ? [] : builder.valueRoutes(family, value, words);
}

function endpointAfi(words: Words): number {
  for (let i = 0; i < words.remaining; i++) {
    const isEndpoint = words.peek(i)?.text === 'endpoint';
    if (isEndpoint) return words.peek(i + 1)?.text.includes(':') === true ? AFI.ipv6 : AFI.ipv4;
  }
  return AFI.ipv4;
}

/** `mpls LABEL`, or `mpls null` for none. */
function parseBindingSid(words: Words, w: Writer): void {
  words.expect('mpls');
  if (words.take('null')) {
    w.u16(0);
    return;
  }
  const label = words.unsigned("a label (or 'null')", MAX_LABEL);
  w.u8(MPLS_BINDING_SID_FLAGS).u8(0);
  const at = w.length;
  w.octets(labelOctets(label)).patchU16(at + 2, ((label & 0xf) << 12) + BOTTOM, 'label');
}

function parseSegmentList(words: Words, w: Writer): void {
  w.u8(0);
  if (words.take('weight')) {
    const weight = words.unsigned('a weight', 0xffffffff);
    w.u8(9).u8Length('weight', () => w.u16(0).u32(weight));
  }
  if (words.peek()?.text !== 'segment') words.failNext("'segment' and its type", ['segment']);
  parseSegments(words, w);
}

function parseName(words: Words, w: Writer): void {
  const expected = 'a name of 1 to 255 octets';
  const word = words.next(expected);
  const octets = new TextEncoder().encode(word.text);
  if (octets.length < 1 || octets.length > 255) words.fail(word, expected);
  w.u8(0).octets(octets);
}
