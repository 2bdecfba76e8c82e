import type { Words } from '../../syntax/words.ts';
import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { asNumberOf } from './as-number.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';

/** A domain that the route was in, and the SAFI of the route there (0 is not set). */
interface Domain {
  readonly admin: number;
  readonly local: number;
  readonly safi: number;
}

/** Segments as they stand on the wire: up to 255 domains each, the last domain first. */
export type DomainPath = readonly (readonly Domain[])[];

const MOST = 255;

function decode(r: Reader): DomainPath {
  if (r.done) throw new RangeError('no domain');
  const segments: Domain[][] = [];
  while (!r.done) {
    const count = r.u8();
    if (count === 0) throw new RangeError('a segment without domains');
    segments.push(Array.from({ length: count }, () => ({ admin: r.u32(), local: r.u16(), safi: r.u8() })));
  }
  return segments;
}

function encode(w: Writer, segments: DomainPath): void {
  for (const domains of segments) {
    w.u8(domains.length, 'domains of a D-PATH segment');
    for (const { admin, local, safi } of domains) w.u32(admin).u16(local).u8(safi);
  }
}

/** `65000:1:70`, the domain and a SAFI; `65000:1` has none. */
function parseDomain(words: Words): Domain {
  const expected = 'a domain as AS:NUMBER:SAFI (65000:1:70)';
  const word = words.next(expected);
  const [, as = '', local, safi = '0'] = /^([\d.]+):(\d{1,5})(?::(\d{1,3}))?$/.exec(word.text) ?? [];
  const admin = asNumberOf(as);
  const fits = admin !== undefined && Number(local) <= 0xffff && Number(safi) <= 0xff;
  return fits ? { admin, local: Number(local), safi: Number(safi) } : words.fail(word, expected);
}

/** One segment `[ D D ]`, or several in one more pair of brackets. */
function parse(words: Words): DomainPath {
  const nested = words.peek()?.text === '[' && words.peek(1)?.text === '[';
  const segments = nested ? words.list(parseSegment) : [parseSegment(words)];
  return segments;
}

function parseSegment(words: Words): Domain[] {
  const at = words.peek();
  const domains = words.list(parseDomain);
  const fits = domains.length >= 1 && domains.length <= MOST;
  return fits || at === undefined ? domains : words.fail(at, `1 to ${MOST} domains in a segment`);
}

function segmentText(domains: readonly Domain[]): string {
  return `[ ${domains.map(({ admin, local, safi }) => `${admin}:${local}:${safi}`).join(' ')} ]`;
}

const hex = (value: DomainPath) => `0x${toHex(written((w) => encode(w, value)))}`;

/**
 * D-PATH, draft-ietf-bess-evpn-ipvpn-interworking section 4: segments of domains. Events show it as ExaBGP does:
 * unnamed.
 */
export const domainPath = attribute<DomainPath, 'domainPath'>({
  code: 36,
  rfc: 'draft-ietf-bess-evpn-ipvpn-interworking',
  key: 'domainPath',
  word: 'd-path',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode,
  encode,
  toJson: (value) => ({ 'attribute-0x24-0xE0': hex(value) }),
  toText: (value) => `attribute [ 0x24 0xE0 ${hex(value)} ]`,
  toConfig(value) {
    const texts = value.map(segmentText);
    return `d-path ${texts.length === 1 ? texts.join() : `[ ${texts.join(' ')} ]`}`;
  },
  parse,
});
