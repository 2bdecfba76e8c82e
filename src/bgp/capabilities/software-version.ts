import { printable } from '../../wire/text.ts';
import { capability } from './codec.ts';
import { shortText, writeShortText } from './hostname.ts';

/** Software version, draft-abraitis-bgp-version-capability: text after its length. */
export const softwareVersion = capability<string, 'softwareVersion'>({
  code: 75,
  key: 'softwareVersion',
  word: 'software-version',
  since: 5,
  rfc: 'draft-abraitis-bgp-version-capability',
  decode: (r) => shortText(r),
  encode: (w, value) => writeShortText(w, 'software version', value),
  toJson: (value) => ({ software: printable(value) }),
  toText: (value) => `software version(${printable(value)})`,
});
