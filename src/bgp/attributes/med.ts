import { attribute, OPTIONAL_NON_TRANSITIVE } from './codec.ts';
import { renderMed } from './render.ts';

/** MULTI_EXIT_DISC, RFC 4271 section 5.1.4: 4 octets. */
export const med = attribute<number, 'med'>({
  code: 4,
  rfc: 'RFC 4271',
  key: 'med',
  word: 'med',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => r.u32(),
  encode: (w, value) => w.u32(value, 'med'),
  toJson: (value) => ({ med: value }),
  toText: (value) => `med ${value}`,
  render: renderMed,
  parse: (words) => words.unsigned('a med', 0xffffffff),
});
