import type { ExtendedCommunityCodec } from './codec.ts';
import { AS4, IPV4, laidOut, MAC, U8, U16, U24, U32 } from './layout.ts';

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
  // RFC 7432 section 7.8
  laidOut(0x03, 0x0d, 'default-gateway', []),
  // RFC 4577 section 4.2.6: area, route type, options
  laidOut(0x03, 0x06, 'ospf-route-type', [IPV4, U8, U8]),
  ...administered(0x05, 'ospf-domain-id'),
  laidOut(0x01, 0x07, 'ospf-router-id', [IPV4]),
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
  // RFC 9832 section 4.3: reserved, class
  laidOut(0x0a, 0x02, 'transport-class', [U16, U32]),
  // RFC 8955 section 7.4 and RFC 7674: redirection to a route target of an address or a four-octet AS
  laidOut(0x81, 0x08, 'redirect', [IPV4, U16]),
  laidOut(0x82, 0x08, 'redirect', [AS4, U16]),
];
