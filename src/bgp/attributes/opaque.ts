import { toHex } from '../../wire/hex.ts';
import { hexWord } from '../nlri/words.ts';
import { attribute, FLAG, OPTIONAL_NON_TRANSITIVE, OPTIONAL_TRANSITIVE } from './codec.ts';

const upper = (octet: number) => octet.toString(16).toUpperCase().padStart(2, '0');

/**
 * An attribute that has a name and whose octets are passed through. Events show it as ExaBGP shows what it does
 * not know: unnamed, with the Partial bit where it is transitive.
 */
function opaque<const Key extends string>(
  code: number,
  key: Key,
  word: string,
  registered: { readonly rfc: string; readonly flags: number },
) {
  const { rfc, flags } = registered;
  const shown = (flags & FLAG.transitive) === 0 ? flags : flags | FLAG.partial;
  return attribute<Uint8Array, Key>({
    code,
    rfc,
    key,
    word,
    flags,
    malformed: 'attribute-discard',
    wrongFlags: 'attribute-discard',
    decode: (r) => r.rest().slice(),
    encode: (w, value) => void w.octets(value),
    toJson: (value) => ({ [`attribute-0x${upper(code)}-0x${upper(shown)}`]: `0x${toHex(value)}` }),
    toText: (value) => `attribute [ 0x${upper(code)} 0x${upper(shown)} 0x${toHex(value)} ]`,
    toConfig: (value) => `${word} 0x${toHex(value)}`,
    parse: (words) => hexWord(words),
  });
}

/** Traffic Engineering, RFC 5543. */
export const trafficEngineering = opaque(24, 'trafficEngineering', 'traffic-engineering', {
  rfc: 'RFC 5543',
  flags: OPTIONAL_NON_TRANSITIVE,
});
/** PE Distinguisher Labels, RFC 6514 section 8. */
export const peDistinguisherLabels = opaque(27, 'peDistinguisherLabels', 'pe-distinguisher-labels', {
  rfc: 'RFC 6514',
  flags: OPTIONAL_TRANSITIVE,
});
/** BGPsec_PATH, RFC 8205 section 3. */
export const bgpsecPath = opaque(33, 'bgpsecPath', 'bgpsec-path', {
  rfc: 'RFC 8205',
  flags: OPTIONAL_NON_TRANSITIVE,
});
/** BGP Community Container. */
export const communityContainer = opaque(34, 'communityContainer', 'community-container', {
  rfc: 'draft-ietf-idr-wide-bgp-communities',
  flags: OPTIONAL_TRANSITIVE,
});
/** Service Function Path, RFC 9015 section 3.2. */
export const sfp = opaque(37, 'sfp', 'sfp', { rfc: 'RFC 9015', flags: OPTIONAL_TRANSITIVE });
/** Next Hop Dependent Characteristics. */
export const nextHopCharacteristics = opaque(39, 'nextHopCharacteristics', 'next-hop-characteristics', {
  rfc: 'draft-ietf-idr-entropy-label',
  flags: OPTIONAL_TRANSITIVE,
});
/** BIER, RFC 9793 section 3. */
export const bier = opaque(41, 'bier', 'bier', { rfc: 'RFC 9793', flags: OPTIONAL_TRANSITIVE });
/** Metadata Path of an edge service. */
export const edgeMetadata = opaque(42, 'edgeMetadata', 'edge-metadata', {
  rfc: 'draft-ietf-idr-5g-edge-service-metadata',
  flags: OPTIONAL_TRANSITIVE,
});
