import { sameOctets } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import type { Json } from '../json.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { parsePrefixSid } from './prefix-sid-parse.ts';
import {
  LABEL_INDEX,
  labelIndexTlvs,
  ORIGINATOR_SRGB,
  type PrefixSidTlv,
  readRanges,
  SERVICES,
  type ServiceSid,
  serviceTlv,
} from './prefix-sid-tlv.ts';
import { readService } from './srv6-service.ts';

/** @throws RangeError or ShortInputError when a TLV that is known does not read */
function check({ type, value }: PrefixSidTlv): void {
  if (type === LABEL_INDEX && value.length !== 7)
    throw new RangeError(`label index of ${value.length} octets`);
  if (type === ORIGINATOR_SRGB) readRanges(value);
  if (SERVICES.has(type)) readService(value);
}

function decode(r: Reader): PrefixSidTlv[] {
  if (r.done) throw new RangeError('no TLV');
  const tlvs: PrefixSidTlv[] = [];
  while (!r.done) {
    const tlv = { type: r.u8(), value: r.octets(r.u16()).slice() };
    check(tlv);
    tlvs.push(tlv);
  }
  return tlvs;
}

function encode(w: Writer, tlvs: readonly PrefixSidTlv[]): void {
  for (const { type, value } of tlvs) w.u8(type).u16Length('prefix SID TLV', () => w.octets(value));
}

function labelIndexOf(value: Uint8Array): number {
  const r = new Reader(value);
  r.octets(3);
  return r.u32();
}

function sidJson(sid: ServiceSid): Json {
  const { structure } = sid;
  const members = { sid: sid.text, flags: sid.flags, endpoint_behavior: sid.behavior };
  if (structure === undefined) return members;
  const [block, node, func, argument, length, offset] = structure;
  return {
    ...members,
    structure: {
      'locator-block-length': block,
      'locator-node-length': node,
      'function-length': func,
      'argument-length': argument,
      'transposition-length': length,
      'transposition-offset': offset,
    },
  };
}

function tlvJson({ type, value }: PrefixSidTlv): Readonly<Record<string, Json>> {
  if (type === LABEL_INDEX) return { 'sr-label-index': labelIndexOf(value) };
  if (type === ORIGINATOR_SRGB) return { 'sr-srgbs': readRanges(value) };
  const service = SERVICES.get(type);
  if (service !== undefined) return { [service]: readService(value).map(sidJson) };
  return { [`attribute-not-implemented-${type}`]: `0x${toHex(value)}` };
}

const octets = (tlvs: readonly PrefixSidTlv[]) => written((w) => encode(w, tlvs));

/** The text that gives just these TLVs back; undefined when none does. */
function named(tlvs: readonly PrefixSidTlv[]): string | undefined {
  const same = (others: readonly PrefixSidTlv[]) => sameOctets(octets(others), octets(tlvs));
  const [first, second] = tlvs;
  if (first?.type === LABEL_INDEX) {
    const index = labelIndexOf(first.value);
    const ranges = second?.type === ORIGINATOR_SRGB ? readRanges(second.value) : [];
    const pairs = ranges.map(([base, range]) => `( ${base},${range} )`).join(', ');
    if (same(labelIndexTlvs(index, ranges))) return `[ ${index}${pairs === '' ? '' : `, [ ${pairs} ]`} ]`;
  }
  const service = first === undefined ? undefined : SERVICES.get(first.type);
  const sid = service === undefined || first === undefined ? undefined : readService(first.value)[0];
  if (service === undefined || first === undefined || sid === undefined) return undefined;
  if (!same([serviceTlv(first.type, sid)])) return undefined;
  const structure = sid.structure === undefined ? '' : ` [${sid.structure.join(',')}]`;
  return `( ${service} ${sid.text} 0x${sid.behavior.toString(16)}${structure} )`;
}

function toConfig(tlvs: readonly PrefixSidTlv[]): string {
  const text = named(tlvs);
  if (text === undefined) return `attribute [ 0x28 0xC0 0x${toHex(octets(tlvs))} ]`;
  return `bgp-prefix-sid${text.startsWith('(') ? '-srv6' : ''} ${text}`;
}

/**
 * BGP Prefix-SID, RFC 8669 section 3 and RFC 9252 section 2: TLVs as they stand on the wire, checked.
 * Configuration: `bgp-prefix-sid [ INDEX, [ ( BASE,RANGE ) ] ]`, `bgp-prefix-sid-srv6 ( l3-service SID … )`.
 */
export const prefixSid = attribute<readonly PrefixSidTlv[], 'prefixSid'>({
  code: 40,
  rfc: 'RFC 8669, RFC 9252',
  key: 'prefixSid',
  word: 'bgp-prefix-sid',
  aliases: ['bgp-prefix-sid-srv6'],
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  decode,
  encode,
  toJson: (tlvs) => ({ 'bgp-prefix-sid': Object.assign({}, ...tlvs.map(tlvJson)) as Json }),
  toText: toConfig,
  parse: parsePrefixSid,
});
