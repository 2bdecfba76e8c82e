import {
  formatPrefix,
  type Prefix,
  PrefixError,
  parsePrefix,
  readPrefix,
  writePrefix,
} from '../../wire/prefix.ts';
import {
  AFI,
  afiOf,
  type FamilyId,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
} from '../family.ts';
import { nlri } from './codec.ts';

/** IPv4 and IPv6 unicast and multicast: bare prefixes, RFC 4271 section 4.3 and RFC 4760. */
function prefixFamily(family: FamilyId, rfc: string) {
  const octets = afiOf(family) === AFI.ipv4 ? 4 : 16;
  return nlri<Prefix>({
    family,
    rfc,
    decode: (r) => readPrefix(r, octets),
    encode: (w, value) => writePrefix(w, value),
    key: formatPrefix,
    toJson: (value) => ({ nlri: formatPrefix(value) }),
    toText: formatPrefix,
    parse(words) {
      const expected = octets === 4 ? 'an IPv4 prefix' : 'an IPv6 prefix';
      const word = words.next(expected);
      try {
        const prefix = parsePrefix(word.text);
        if (prefix.address.length === octets) return prefix;
      } catch (err) {
        if (!(err instanceof PrefixError)) throw err;
        words.fail(word, `${expected}: ${err.message}`);
      }
      return words.fail(word, expected);
    },
  });
}

export const ipv4Unicast = prefixFamily(IPV4_UNICAST, 'RFC 4271');
export const ipv6Unicast = prefixFamily(IPV6_UNICAST, 'RFC 4760');
export const ipv4Multicast = prefixFamily(IPV4_MULTICAST, 'RFC 4760');
export const ipv6Multicast = prefixFamily(IPV6_MULTICAST, 'RFC 4760');
