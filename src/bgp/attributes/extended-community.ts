import {
  extendedCommunityConfig,
  extendedCommunityString,
  extendedCommunityText,
  extendedCommunityValue,
  parseExtendedCommunity,
} from '../communities/index.ts';
import type { ApiVersion, Json } from '../json.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { items, listText } from './list.ts';

const ascending = (values: readonly Uint8Array[]) => [...values].sort((a, b) => Buffer.compare(a, b));

function toJson(octets: Uint8Array, version: ApiVersion): Readonly<Record<string, Json>> {
  const members = {
    value: extendedCommunityValue(octets),
    string: extendedCommunityString(octets, version),
  };
  const type = octets[0] ?? 0;
  const interfaceSet = (type === 0x07 || type === 0x47) && octets[1] === 0x02;
  return version === 6 && interfaceSet ? { ...members, transitive: (type & 0x40) === 0 } : members;
}

/** EXTENDED COMMUNITIES, RFC 4360: eight octets each, in their order; written in ascending order. */
export const extendedCommunity = attribute<readonly Uint8Array[], 'extendedCommunity'>({
  code: 16,
  rfc: 'RFC 4360',
  key: 'extendedCommunity',
  word: 'extended-community',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => items(r, 8, (item) => item.octets(8).slice()),
  encode: (w, value) => {
    for (const one of ascending(value)) w.octets(one);
  },
  toJson: (value, version) => ({ 'extended-community': value.map((one) => toJson(one, version)) }),
  toText: (value, version) =>
    listText(
      'extended-community',
      ascending(value).map((one) => extendedCommunityText(one, version)),
    ),
  toConfig: (value) => listText('extended-community', value.map(extendedCommunityConfig)),
  parse: (words) => words.list(parseExtendedCommunity),
});
