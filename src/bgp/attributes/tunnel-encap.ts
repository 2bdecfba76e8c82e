import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import type { ApiVersion, Json } from '../json.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { SR_POLICY_TUNNEL, srPolicyToJson } from './sr-policy-json.ts';
import type { Tunnel } from './tunnel-types.ts';
import { parseTunnels, tunnelsToText } from './tunnel-words.ts';

/** RFC 9012 section 2: sub-TLV types from 128 on have a length of two octets. */
function checkSubTlvs(octets: Uint8Array): void {
  const r = new Reader(octets);
  while (!r.done) r.octets(r.u8() < 128 ? r.u8() : r.u16());
}

const RESERVED = 0;

/** RFC 9012 section 13: an attribute that leaves no tunnel to use is as if it were not there. */
function decode(r: Reader): Tunnel[] {
  if (r.done) throw new RangeError('no tunnel');
  const tunnels: Tunnel[] = [];
  while (!r.done) {
    const type = r.u16();
    const subTlvs = r.octets(r.u16()).slice();
    checkSubTlvs(subTlvs);
    tunnels.push({ type, subTlvs });
  }
  if (tunnels.every(({ type }) => type === RESERVED))
    throw new RangeError('no tunnel but of the reserved type 0');
  return tunnels;
}

function encode(w: Writer, value: readonly Tunnel[]): void {
  for (const { type, subTlvs } of value) {
    w.u16(type).u16Length('tunnel', () => w.octets(subTlvs));
  }
}

const hex = (value: readonly Tunnel[]) => `0x${toHex(written((w) => encode(w, value)))}`;

/** ExaBGP 4.2 shows it unnamed; so do we whatever is no SR Policy. */
function toJson(value: readonly Tunnel[], version: ApiVersion): Readonly<Record<string, Json>> {
  const [first, ...more] = value;
  if (version !== 6 || first?.type !== SR_POLICY_TUNNEL || more.length > 0) {
    return { 'attribute-0x17-0xE0': hex(value) };
  }
  return { 'tunnel-encap': { 'sr-policy': srPolicyToJson(first.subTlvs) } };
}

/** Tunnel Encapsulation, RFC 9012 section 2: tunnels with sub-TLVs. */
export const tunnelEncap = attribute<readonly Tunnel[], 'tunnelEncap'>({
  code: 23,
  rfc: 'RFC 9012',
  key: 'tunnelEncap',
  word: 'tunnel-encap',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  decode,
  encode,
  toJson,
  toText: (value) => `attribute [ 0x17 0xE0 ${hex(value)} ]`,
  toConfig: (value) => `tunnel-encap ${tunnelsToText(value)}`,
  parse: parseTunnels,
});
