import { formatAddress, sameOctets } from '../../wire/address.ts';
import { FieldOverflowError, ShortInputError } from '../../wire/errors.ts';
import { toHex } from '../../wire/hex.ts';
import { masked, octetsOf, PrefixError, readPrefixAddress } from '../../wire/prefix.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { AFI, afiOf, type FamilyId, familyId, SAFI } from '../family.ts';
import type { ApiVersion, JsonObject } from '../json.ts';
import { type NextHop, nlri } from './codec.ts';
import {
  componentType,
  type FlowComponent,
  type FlowPrefix,
  type FlowRule,
  type FlowTerm,
  isLayer2,
} from './flowspec-components.ts';
import { flowAfi, parseFlow, sortedComponents } from './flowspec-parse.ts';
import { componentsToText, componentTexts, type FlowWording } from './flowspec-text.ts';
import { formatRd, RD_OCTETS, type RouteDistinguisher, rdToText } from './rd.ts';
import { expectRd, hexWord } from './words.ts';

const END_OF_LIST = 0x80;
const AND = 0x40;
/** Lengths from here on take two octets, RFC 8955 section 4.1. */
const LONG_LENGTH = 0xf0;
const MAX_LENGTH = 0xfff;

const RFC: Readonly<Record<number, string>> = {
  [AFI.ipv4]: 'RFC 8955',
  [AFI.ipv6]: 'RFC 8956',
  [AFI.l2vpn]: 'draft-ietf-idr-flowspec-l2vpn',
};

/**
 * Flow specifications, RFC 8955 and RFC 8956; in a VPN after an RD. A length of one or two octets, then
 * components by type. What breaks the rules inside the length is kept as octets: other routes of the
 * message are not its prey.
 */
function flowspec(family: FamilyId, isVpn: boolean) {
  const afi = afiOf(family);
  return nlri<FlowRule>({
    family,
    rfc: RFC[afi] ?? '',
    nextHopOptional: true,
    decode(r) {
      const first = r.u8();
      const body = r.slice(first < LONG_LENGTH ? first : (first & 0x0f) * 256 + r.u8());
      const rd = isVpn ? { rd: body.octets(RD_OCTETS) } : {};
      const octets = body.rest();
      const components = tryComponents(octets, afi, true) ?? tryComponents(octets, afi, false);
      if (components === undefined) return { ...rd, raw: octets };
      const same = sameOctets(ruleOctets({ components }), octets);
      return same ? { ...rd, components } : { ...rd, components, octets };
    },
    encode(w, value) {
      const body = ruleOctets(value);
      if (body.length < LONG_LENGTH) w.u8(body.length);
      else if (body.length <= MAX_LENGTH) w.u16(0xf000 + body.length);
      else throw new FieldOverflowError('octets of a flow specification', body.length, MAX_LENGTH);
      w.octets(body);
    },
    // Of layer 2 there are several drafts: what is not understood may be of another.
    ...(afi === AFI.l2vpn ? {} : { problem: (value: FlowRule) => ruleProblem(value, afi) }),
    skip: (r) => skipRule(r, isVpn ? RD_OCTETS : 0, afi),
    key: (value) => toHex(ruleOctets(value)),
    toJson: (value, version, nextHop) => ruleToJson(value, afi, version, nextHop),
    toText: (value, version) => ruleToText(value, afi, { version, readable: true }),
    parse(words) {
      words.take('flow');
      words.take('route');
      if (words.take('raw')) {
        const raw = hexWord(words);
        return isVpn ? { rd: expectRd(words), raw } : { raw };
      }
      const rule = parseFlow(words, isVpn);
      if (rule.components.length === 0) words.failNext('a match component');
      if (isVpn && rule.rd === undefined) words.failNext("'rd'", ['rd']);
      const other = rule.components.some(
        (c) => 'address' in c && c.address.length !== (afi === AFI.ipv6 ? 16 : 4),
      );
      if (afi !== AFI.l2vpn && rule.components.some(isLayer2))
        words.failNext('no component of layer 2 before');
      if (other) words.failNext(`only ${afi === AFI.ipv6 ? 'IPv6' : 'IPv4'} prefixes in the rule before`);
      return rule;
    },
  });
}

const LAST_COMPONENT = 13;
const LAST_LAYER2_COMPONENT = 24;

/** A length, an RD where there is one, and the type of the first component. */
function skipRule(r: Reader, rdOctets: number, afi: number): boolean {
  const first = r.u8();
  if (first >= LONG_LENGTH && r.remaining < 1) return false;
  const length = first < LONG_LENGTH ? first : (first & 0x0f) * 256 + r.u8();
  if (length < rdOctets + 2 || length > r.remaining) return false;
  r.octets(rdOctets);
  const type = r.octets(length - rdOctets)[0] ?? 0;
  return type > 0 && type <= (afi === AFI.l2vpn ? LAST_LAYER2_COMPONENT : LAST_COMPONENT);
}

/** Family and value of a rule from its components in any order; the AFI is the prefixes' when not given. */
export function makeFlow(
  components: readonly FlowComponent[],
  options: { readonly rd?: RouteDistinguisher; readonly afi?: number } = {},
): { family: FamilyId; value: FlowRule } {
  const { rd, afi = flowAfi(components) } = options;
  const sorted = sortedComponents(components);
  if (rd === undefined) return { family: familyId(afi, SAFI.flow), value: { components: sorted } };
  return { family: familyId(afi, SAFI['flow-vpn']), value: { rd, components: sorted } };
}

/** RFC 8955 section 4.2: components that are known, once each, by type. */
function ruleProblem(rule: FlowRule, afi: number): string | undefined {
  if ('raw' in rule) {
    try {
      readComponents(new Reader(rule.raw), afi, false);
    } catch (err) {
      if (isBroken(err)) return err.message;
      throw err;
    }
  } else {
    const wrong = rule.components.find(({ type }, i) => i > 0 && type <= (rule.components[i - 1]?.type ?? 0));
    if (wrong !== undefined) return `component type ${wrong.type} is there twice or out of order`;
  }
  return undefined;
}

function isBroken(err: unknown): err is Error {
  return err instanceof RangeError || err instanceof PrefixError || err instanceof ShortInputError;
}

function readComponents(r: Reader, afi: number, shifted: boolean): FlowComponent[] {
  const out: FlowComponent[] = [];
  while (!r.done) out.push(readComponent(r, afi, shifted));
  if (out.length === 0) throw new RangeError('no component');
  return out;
}

function tryComponents(octets: Uint8Array, afi: number, shifted: boolean): FlowComponent[] | undefined {
  try {
    return readComponents(new Reader(octets), afi, shifted);
  } catch (err) {
    if (isBroken(err)) return undefined;
    throw err;
  }
}

function readComponent(r: Reader, afi: number, shifted: boolean): FlowComponent {
  const type = r.u8();
  const row = componentType(type);
  if (row === undefined || (isLayer2(row) && afi !== AFI.l2vpn)) {
    throw new RangeError(`component type ${type} is not known`);
  }
  if (row.kind === 'mac') return { type, mac: readMac(r) };
  if (row.kind !== 'prefix') return { type, terms: readTerms(r, row.kind === 'bitmask' ? 3 : 7) };
  const length = r.u8();
  if (afi !== AFI.ipv6) return { type, address: readPrefixAddress(r, length, 4), length };
  const offset = r.u8();
  if (length > 128 || (offset >= length && length + offset > 0)) {
    throw new RangeError(`an IPv6 prefix of ${length} bits from bit ${offset} on`);
  }
  if (offset === 0 || !shifted) return { type, address: readPrefixAddress(r, length, 16), length, offset };
  const address = shift(readPrefixAddress(r, length - offset, 16), -offset);
  return { type, address, length, offset, shifted };
}

function readMac(r: Reader): Uint8Array {
  const length = r.u8();
  if (length !== 6) throw new RangeError(`a MAC address of ${length} octets`);
  return r.octets(length);
}

/** Moves 16 octets to the left by `bits`, or to the right when negative. */
function shift(octets: Uint8Array, bits: number): Uint8Array {
  const value = BigInt(`0x${toHex(octets)}`);
  const moved = bits < 0 ? value >> BigInt(-bits) : BigInt.asUintN(128, value << BigInt(bits));
  return new Uint8Array(Buffer.from(moved.toString(16).padStart(32, '0'), 'hex'));
}

/** Reserved bits of the operators are ignored, as is AND on the first test (RFC 8955 section 4.2.1). */
function readTerms(r: Reader, operatorBits: number): FlowTerm[] {
  const terms: FlowTerm[] = [];
  for (;;) {
    const flags = r.u8();
    const octets = 1 << ((flags >> 4) & 3);
    const and = terms.length > 0 && (flags & AND) !== 0;
    terms.push({ and, operator: flags & operatorBits, value: readValue(r, octets), octets });
    if ((flags & END_OF_LIST) !== 0) return terms;
  }
}

function readValue(r: Reader, octets: number): number | bigint {
  if (octets === 1) return r.u8();
  if (octets === 2) return r.u16();
  return octets === 4 ? r.u32() : r.u64();
}

/** All after the length: RD, then components. */
function ruleOctets(rule: FlowRule): Uint8Array {
  return written((w) => {
    if (rule.rd !== undefined) w.octets(rule.rd);
    const octets = 'raw' in rule ? rule.raw : rule.octets;
    if (octets !== undefined) w.octets(octets);
    else if ('components' in rule) for (const component of rule.components) writeComponent(w, component);
  });
}

function writeComponent(w: Writer, component: FlowComponent): void {
  w.u8(component.type);
  if ('terms' in component) {
    component.terms.forEach((term, i) => {
      writeTerm(w, term, i === component.terms.length - 1);
    });
    return;
  }
  if ('mac' in component) {
    w.u8Length('MAC address', () => w.octets(component.mac));
    return;
  }
  w.u8(component.length);
  if (component.address.length === 16) w.u8(component.offset ?? 0);
  w.octets(prefixOctets(component));
}

function prefixOctets({ address, length, offset = 0, shifted }: FlowPrefix): Uint8Array {
  if (shifted !== true) return address.subarray(0, octetsOf(length));
  return masked(shift(address, offset), length - offset).subarray(0, octetsOf(length - offset));
}

function writeTerm(w: Writer, { and, operator, value, octets }: FlowTerm, isLast: boolean): void {
  const size = 31 - Math.clz32(octets);
  w.u8((isLast ? END_OF_LIST : 0) | (and ? AND : 0) | (size << 4) | operator);
  if (octets === 1) w.u8(Number(value), 'flow specification value');
  else if (octets === 2) w.u16(Number(value), 'flow specification value');
  else if (octets === 4) w.u32(Number(value), 'flow specification value');
  else w.u64(BigInt(value), 'flow specification value');
}

function ruleToJson(rule: FlowRule, afi: number, version: ApiVersion, nextHop?: NextHop): JsonObject {
  const rd = rule.rd === undefined ? {} : { rd: formatRd(rule.rd) };
  if ('raw' in rule) return { parsed: false, raw: toHex(rule.raw).toUpperCase(), ...rd };
  const address =
    nextHop === undefined || nextHop.address.length === 0 ? undefined : formatAddress(nextHop.address);
  const shown = address === undefined ? {} : { 'next-hop': address };
  const hop = address === undefined || version === 6 ? '' : ` next-hop ${address}`;
  const wording = { version, readable: false };
  const string = `${ruleToText(rule, afi, wording, formatRd)}${hop}`;
  return { ...componentTexts(rule.components, afi, wording), ...rd, ...shown, string };
}

function ruleToText(rule: FlowRule, afi: number, wording: FlowWording, rdText = rdToText): string {
  const octets = 'raw' in rule ? rule.raw : wording.readable ? rule.octets : undefined;
  const match =
    'components' in rule && octets === undefined
      ? componentsToText(rule.components, afi, wording)
      : `raw 0x${toHex(octets ?? new Uint8Array())}`;
  return `flow ${match}${rule.rd === undefined ? '' : ` rd ${rdText(rule.rd)}`}`;
}

export const ipv4Flow = flowspec(familyId(AFI.ipv4, SAFI.flow), false);
export const ipv6Flow = flowspec(familyId(AFI.ipv6, SAFI.flow), false);
export const ipv4FlowVpn = flowspec(familyId(AFI.ipv4, SAFI['flow-vpn']), true);
export const l2vpnFlow = flowspec(familyId(AFI.l2vpn, SAFI.flow), false);
export const l2vpnFlowVpn = flowspec(familyId(AFI.l2vpn, SAFI['flow-vpn']), true);
export const ipv6FlowVpn = flowspec(familyId(AFI.ipv6, SAFI['flow-vpn']), true);
