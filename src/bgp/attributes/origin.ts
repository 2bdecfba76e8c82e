import { attribute, WELL_KNOWN } from './codec.ts';
import { renderOrigin } from './render.ts';

const ORIGINS = ['igp', 'egp', 'incomplete'] as const;
export type Origin = (typeof ORIGINS)[number];

/** ORIGIN, RFC 4271 section 5.1.1: one octet. */
export const origin = attribute<Origin, 'origin'>({
  code: 1,
  rfc: 'RFC 4271',
  key: 'origin',
  word: 'origin',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  subcode: 'Invalid ORIGIN Attribute',
  decode(r) {
    const value = r.u8();
    const found = ORIGINS[value];
    if (found === undefined) throw new RangeError(`${value} is not an origin (0 to 2)`);
    return found;
  },
  encode: (w, value) => w.u8(ORIGINS.indexOf(value)),
  toJson: (value) => ({ origin: value }),
  toText: (value) => `origin ${value}`,
  render: renderOrigin,
  parse: (words) => words.oneOf(ORIGINS, 'an origin'),
});
