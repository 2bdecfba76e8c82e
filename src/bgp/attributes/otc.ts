import { parseAsNumber } from './as-number.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';

/** Only to Customer (OTC), RFC 9234 section 5: an AS number. Events show it as ExaBGP does: unnamed. */
export const otc = attribute<number, 'otc'>({
  code: 35,
  rfc: 'RFC 9234',
  key: 'otc',
  word: 'otc',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => r.u32(),
  encode: (w, value) => w.u32(value, 'AS number'),
  toJson: (value) => ({ 'attribute-0x23-0xE0': `0x${hex(value)}` }),
  toText: (value) => `attribute [ 0x23 0xE0 0x${hex(value)} ]`,
  toConfig: (value) => `otc ${value}`,
  parse: parseAsNumber,
});

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
