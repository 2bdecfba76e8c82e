import { capability } from './codec.ts';

/** Four-octet AS number, RFC 6793 section 3: the speaker's AS. */
export const asn4 = capability<number, 'asn4'>({
  code: 65,
  key: 'asn4',
  word: 'asn4',
  rfc: 'RFC 6793',
  decode: (r) => r.u32(),
  encode: (w, value) => w.u32(value, 'AS number'),
  toJson: (value) => ({ name: 'asn4', asn4: value }),
  toText: (value) => `asn4(${value})`,
});
