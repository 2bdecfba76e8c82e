import type { ExtendedCommunityCodec } from './codec.ts';
import { AS4, IPV4, laidOut, MAC, nameAfter, SIX, U8, U16, U24, U32 } from './layout.ts';

/** The three forms of an administrator: two-octet AS, IPv4 address, four-octet AS. */
function administered(subtype: number, word: string): readonly ExtendedCommunityCodec[] {
  return [
    laidOut(0x00, subtype, word, [U16, U32]),
    laidOut(0x01, subtype, word, [IPV4, U16]),
    laidOut(0x02, subtype, word, [AS4, U16]),
  ];
}

/** Communities of IANA's registry that ExaBGP has no name for: its events show octets, or nothing. */
export const REGISTERED: readonly ExtendedCommunityCodec[] = [
  // RFC 9012 section 4.3: flags, color
  laidOut(0x03, 0x0b, 'color', [U16, U32]),
  // RFC 9012 section 4.3 names the color; these of the same type are of drafts and of RFC 7543, 7900, 7902
  laidOut(0x03, 0x01, 'cost', [U8, U8, U32]),
  laidOut(0x43, 0x01, 'cost-non-transitive', [U8, U8, U32]),
  laidOut(0x03, 0x03, 'cp-orf', [SIX]),
  laidOut(0x03, 0x04, 'extranet-source', [SIX]),
  laidOut(0x03, 0x05, 'extranet-separation', [SIX]),
  laidOut(0x03, 0x07, 'pmsi-flags', [SIX]),
  laidOut(0x03, 0x08, 'context-label-space', [U16, U32]),
  laidOut(0x03, 0x0e, 'ppmp-label', [U16, U32]),
  laidOut(0x03, 0x0f, 'group-policy-class-tag', [U16, U32]),
  laidOut(0x03, 0x14, 'consistent-hash-sort-order', [U16, U32]),
  laidOut(0x03, 0x17, 'group-policy-id', [U16, U32]),
  laidOut(0x03, 0x1b, 'local-color-mapping', [U16, U32]),
  laidOut(0x03, 0xaa, 'load-balance', [SIX]),
  // RFC 8097 section 2
  laidOut(0x43, 0x00, 'origin-validation-state', [nameAfter(5, ['valid', 'not-found', 'invalid'])]),
  // RFC 7432 section 7.8
  laidOut(0x03, 0x0d, 'default-gateway', []),
  // RFC 4577 section 4.2.6: area, route type, options
  laidOut(0x03, 0x06, 'ospf-route-type', [IPV4, U8, U8]),
  ...administered(0x05, 'ospf-domain-id'),
  laidOut(0x01, 0x07, 'ospf-router-id', [IPV4]),
  // RFC 4384
  laidOut(0x00, 0x08, 'data-collection', [U16, U32]),
  laidOut(0x02, 0x08, 'data-collection', [AS4, U16]),
  laidOut(0x02, 0x04, 'generic', [AS4, U16]),
  laidOut(0x42, 0x04, 'generic-non-transitive', [AS4, U16]),
  ...administered(0x10, 'vpn-distinguisher'),
  ...administered(0x13, 'route-target-record'),
  ...administered(0x15, 'rt-derived'),
  laidOut(0x00, 0x80, 'virtual-network', [U16, U32]),
  laidOut(0x40, 0x80, 'virtual-network-non-transitive', [U16, U32]),
  // draft-ietf-idr-node-target-ext-comm, RFC 7524, RFC 9081
  laidOut(0x01, 0x09, 'node-target', [IPV4, U16]),
  laidOut(0x01, 0x12, 'segmented-next-hop', [IPV4, U16]),
  laidOut(0x01, 0x14, 'vrf-recursive-next-hop', [IPV4, U16]),
  laidOut(0x01, 0x20, 'mvpn-sa-rp', [IPV4, U16]),
  // RFC 6514: what a multicast VPN's source is reached by
  laidOut(0x00, 0x09, 'source-as', [U16, U32]),
  laidOut(0x02, 0x09, 'source-as', [AS4, U16]),
  laidOut(0x01, 0x0b, 'vrf-route-import', [IPV4, U16]),
  ...administered(0x0a, 'l2vpn-id'),
  // RFC 7432 section 7.5: flags, reserved, label
  laidOut(0x06, 0x01, 'esi-label', [U8, U16, U24]),
  laidOut(0x06, 0x02, 'es-import', [MAC]),
  // RFC 9135 section 8.1
  laidOut(0x06, 0x03, 'router-mac', [MAC]),
  // RFC 8214 section 3.1: control flags, MTU
  laidOut(0x06, 0x04, 'layer2-attributes', [U16, U16]),
  // RFC 8317: flags, reserved, leaf label; RFC 8584: algorithm, capabilities, reserved
  laidOut(0x06, 0x05, 'e-tree', [U8, U16, U24]),
  laidOut(0x06, 0x06, 'df-election', [U8, U16, U24]),
  laidOut(0x06, 0x07, 'i-sid', [U24, U24]),
  // RFC 9047, RFC 9251 section 9.5: flags
  laidOut(0x06, 0x08, 'arp-nd', [U8]),
  laidOut(0x06, 0x09, 'multicast-flags', [U16]),
  // RFC 9251 section 9.6: an EVI's route target, by its form
  laidOut(0x06, 0x0a, 'evi-rt', [U16, U32]),
  laidOut(0x06, 0x0b, 'evi-rt', [IPV4, U16]),
  laidOut(0x06, 0x0c, 'evi-rt', [AS4, U16]),
  laidOut(0x06, 0x0d, 'evi-rt-ipv6', [SIX]),
  laidOut(0x06, 0x0e, 'attachment-circuit', [U16, U32]),
  // RFC 9722 section 3.1: seconds and fraction
  laidOut(0x06, 0x0f, 'service-carving-time', [U32, U16]),
  laidOut(0x06, 0x10, 'evpn-link-bandwidth', [SIX]),
  // RFC 9015 sections 3.1 and 7.4: pool type and pool; path, index and type of a service function
  laidOut(0x0b, 0x01, 'sfir-pool', [U16, U32]),
  laidOut(0x0b, 0x02, 'sfc-mpls-labels', [SIX]),
  laidOut(0x80, 0x0d, 'sfc-classifier', [U24, U8, U16]),
  // draft-ietf-idr-flowspec-path-redirect: flags, type, identifier
  laidOut(0x09, 0x00, 'redirect-to-indirection', [U8, U8, U32]),
  // RFC 7796: flags; Cisco: a security group
  laidOut(0x80, 0x0b, 'vpls-e-tree', [U16]),
  laidOut(0x80, 0x04, 'security-group', [U16, U32]),
  laidOut(0x81, 0x04, 'security-group', [IPV4, U16]),
  laidOut(0x82, 0x04, 'security-group', [AS4, U16]),
  // RFC 9832 section 4.3: reserved, class
  laidOut(0x0a, 0x02, 'transport-class', [U16, U32]),
  laidOut(0x4a, 0x02, 'transport-class-non-transitive', [U16, U32]),
  // RFC 8955 section 7.4 and RFC 7674: redirection to a route target of an address or a four-octet AS
  laidOut(0x81, 0x08, 'redirect', [IPV4, U16]),
  laidOut(0x82, 0x08, 'redirect', [AS4, U16]),
];
