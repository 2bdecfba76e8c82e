import type { CapabilityCodec } from './codec.ts';
import { capability } from './codec.ts';

/**
 * Multisession, draft-ietf-idr-bgp-multisession section 4.2: a flags octet, then the capability codes that
 * tell sessions apart. Value: all octets, those of several TLVs joined; one octet per TLV is sent.
 */
function row<const Key extends string>(names: {
  readonly code: number;
  readonly key: Key;
  readonly word: string;
  readonly variant: 'RFC' | 'Cisco';
}): CapabilityCodec<readonly number[], Key> {
  return capability<readonly number[], Key>({
    code: names.code,
    key: names.key,
    word: names.word,
    rfc: 'draft-ietf-idr-bgp-multisession',
    decode: (r) => [...r.rest()],
    encode(w, value) {
      for (const octet of value) w.u8(octet);
    },
    merge: (first, second) => [...first, ...second],
    split: (value) => (value.length === 0 ? [value] : value.map((octet) => [octet])),
    toJson: (value) => ({
      name: 'multisession',
      variant: names.variant,
      capabilities: value.slice(1).map(String),
    }),
    toText: (value) =>
      `${names.variant === 'Cisco' ? 'cisco ' : ''}multisession(${value.slice(1).join(',')})`,
  });
}

export const multisession = row({ code: 68, key: 'multisession', word: 'multi-session', variant: 'RFC' });
export const ciscoMultisession = row({
  code: 131,
  key: 'ciscoMultisession',
  word: 'cisco-multi-session',
  variant: 'Cisco',
});
