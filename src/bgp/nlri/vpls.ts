import type { Words } from '../../syntax/words.ts';
import { toHex } from '../../wire/hex.ts';
import type { Writer } from '../../wire/writer.ts';
import { AFI, familyId, SAFI } from '../family.ts';
import { nlri, type RawNlri } from './codec.ts';
import { type LabelEntry, labelOf, MAX_LABEL } from './labels.ts';
import { formatRd, RD_OCTETS, type RouteDistinguisher, rdToText } from './rd.ts';
import { skipOctets } from './skip.ts';
import { hexWord, pairs, rdWord } from './words.ts';

/** One block of labels of a VPLS edge, RFC 4761 section 3.2.2. */
export interface VplsBlock {
  readonly rd: RouteDistinguisher;
  /** VE identifier. */
  readonly endpoint: number;
  /** VE block offset. */
  readonly offset: number;
  /** VE block size. */
  readonly size: number;
  /** The 24-bit field: label base, then the bits of a label stack's entry. */
  readonly base: LabelEntry;
}

/** What a block has, by its words in text. */
export const VPLS_WORDS = ['rd', 'endpoint', 'base', 'offset', 'size'] as const;

/** What follows one of the words. */
export function parseVplsField(words: Words, key: (typeof VPLS_WORDS)[number]): Partial<VplsBlock> {
  if (key === 'rd') return { rd: rdWord(words) };
  if (key === 'base') return { base: words.unsigned('a label base', MAX_LABEL) * 16 + 1 };
  return { [key]: words.unsigned(`a VE block ${key}`, 0xffff) };
}

/** Octets of a block; NLRI of other lengths (RFC 6074 has one) are kept as they are. */
const LENGTH = 17;

function writeValue(w: Writer, value: VplsBlock | RawNlri): void {
  if ('octets' in value) w.octets(value.octets);
  else
    w.octets(value.rd)
      .u16(value.endpoint, 'endpoint')
      .u16(value.offset, 'offset')
      .u16(value.size, 'size')
      .u24(value.base, 'base');
}

export const vpls = nlri<VplsBlock | RawNlri>({
  family: familyId(AFI.l2vpn, SAFI.vpls),
  rfc: 'RFC 4761',
  decode(r) {
    const body = r.slice(r.u16());
    if (body.remaining !== LENGTH) return { octets: body.rest() };
    return {
      rd: body.octets(RD_OCTETS),
      endpoint: body.u16(),
      offset: body.u16(),
      size: body.u16(),
      base: body.u24(),
    };
  },
  encode(w, value) {
    w.u16Length('VPLS NLRI', () => writeValue(w, value));
  },
  // Of RFC 4761, or the shorter one of RFC 6074: an RD and an address.
  skip(r) {
    if (r.remaining < 2) return false;
    const length = r.u16();
    return length >= RD_OCTETS + 4 && skipOctets(r, length);
  },
  key(value) {
    if ('octets' in value) return `raw ${toHex(value.octets)}`;
    return `${toHex(value.rd)} ${value.endpoint} ${value.offset} ${value.size}`;
  },
  toJson(value) {
    if ('octets' in value) return { parsed: false, raw: toHex(value.octets).toUpperCase() };
    const { rd, endpoint, base, offset, size } = value;
    return { rd: formatRd(rd), endpoint, base: labelOf(base), offset, size };
  },
  toText(value) {
    if ('octets' in value) return `vpls raw 0x${toHex(value.octets)}`;
    const { rd, endpoint, base, offset, size } = value;
    return `vpls rd ${rdToText(rd)} endpoint ${endpoint} base ${labelOf(base)} offset ${offset} size ${size}`;
  },
  parse(words) {
    words.take('vpls');
    if (words.take('raw')) return { octets: hexWord(words) };
    const fields: Partial<VplsBlock>[] = [];
    pairs(words, VPLS_WORDS)((key) => void fields.push(parseVplsField(words, key)));
    return Object.assign({}, ...fields) as VplsBlock;
  },
});
