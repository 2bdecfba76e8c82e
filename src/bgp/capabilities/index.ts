import { ShortInputError } from '../../wire/errors.ts';
import { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import {
  type Capabilities,
  type CapabilityKey,
  type CapabilityTlv,
  capabilityByCode,
  capabilityByKey,
} from './table.ts';

export { capabilitiesToJson, capabilitiesToText, shownCapabilities } from './show.ts';
export { CAPABILITIES, type Capabilities, type CapabilityKey, type CapabilityTlv } from './table.ts';

/** The TLVs that announce `value`, in order. */
export function capabilityTlvs<K extends CapabilityKey>(
  key: K,
  value: NonNullable<Capabilities[K]>,
): readonly CapabilityTlv[] {
  const codec = capabilityByKey(key);
  const values = codec.split?.(value) ?? [value];
  return values.map((one) => ({ key, code: codec.code, value: one }) as CapabilityTlv);
}

/**
 * The capabilities of one Capabilities Optional Parameter, RFC 5492 section 4: code, length, value.
 * One whose value cannot be read is kept raw, with the reason: it is as if it had not been sent.
 * @throws ShortInputError when a length leaves the parameter
 */
export function decodeCapabilities(octets: Uint8Array): CapabilityTlv[] {
  const r = new Reader(octets);
  const tlvs: CapabilityTlv[] = [];
  while (!r.done) tlvs.push(decodeCapability(r.u8(), r.octets(r.u8())));
  return tlvs;
}

function decodeCapability(code: number, value: Uint8Array): CapabilityTlv {
  const codec = capabilityByCode(code);
  if (codec === undefined) return { key: 'raw', code, value: value.slice() };
  try {
    const r = new Reader(value);
    const decoded = codec.decode(r);
    if (!r.done) throw new RangeError(`${r.remaining} octets are left over`);
    return { key: codec.key, code, value: decoded } as CapabilityTlv;
  } catch (err) {
    if (!(err instanceof RangeError || err instanceof ShortInputError)) throw err;
    return { key: 'raw', code, value: value.slice(), malformed: err.message };
  }
}

/** Code, length and value of one TLV. */
export function encodeCapability(w: Writer, tlv: CapabilityTlv): void {
  w.u8(tlv.code, 'capability code');
  w.u8Length('capability', () => {
    if (tlv.key === 'raw') w.octets(tlv.value);
    else capabilityByKey(tlv.key).encode(w, tlv.value);
  });
}

/** What TLVs mean together. */
export function mergeCapabilities(tlvs: readonly CapabilityTlv[]): Capabilities {
  const merged: Record<string, unknown> = {};
  for (const tlv of tlvs) {
    if (tlv.key === 'raw') continue;
    const first = merged[tlv.key];
    const codec = capabilityByKey(tlv.key);
    if (first === undefined) merged[tlv.key] = tlv.value;
    else if (codec.merge !== undefined) merged[tlv.key] = codec.merge(first, tlv.value);
  }
  return merged as Capabilities;
}
