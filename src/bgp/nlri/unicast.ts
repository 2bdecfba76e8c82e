import { formatPrefix, type Prefix, readPrefix, writePrefix } from '../../wire/prefix.ts';
import { type FamilyId, IPV4_MULTICAST, IPV4_UNICAST, IPV6_MULTICAST, IPV6_UNICAST } from '../family.ts';
import { nlri } from './codec.ts';
import { framedPrefix } from './skip.ts';
import { addressOctets, prefixWord } from './words.ts';

/** IPv4 and IPv6 unicast and multicast: bare prefixes, RFC 4271 section 4.3 and RFC 4760. */
function prefixFamily(family: FamilyId, rfc: string) {
  const octets = addressOctets(family);
  return nlri<Prefix>({
    family,
    rfc,
    decode: (r) => readPrefix(r, octets),
    encode: (w, value) => writePrefix(w, value),
    skip: framedPrefix(octets),
    zeroIsDefault: true,
    key: formatPrefix,
    toJson: (value) => ({ nlri: formatPrefix(value) }),
    toText: formatPrefix,
    parse: (words) => prefixWord(words, octets),
  });
}

export const ipv4Unicast = prefixFamily(IPV4_UNICAST, 'RFC 4271');
export const ipv6Unicast = prefixFamily(IPV6_UNICAST, 'RFC 4760');
export const ipv4Multicast = prefixFamily(IPV4_MULTICAST, 'RFC 4760');
export const ipv6Multicast = prefixFamily(IPV6_MULTICAST, 'RFC 4760');
