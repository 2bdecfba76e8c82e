/** One tunnel of the attribute: its type and the octets of its sub-TLVs, which are whole. */
export interface Tunnel {
  readonly type: number;
  readonly subTlvs: Uint8Array;
}

/** BGP Tunnel Encapsulation types, RFC 9012 section 12 and IANA's registry, by the word in configuration. */
export const TUNNEL_TYPES: ReadonlyMap<string, number> = new Map([
  ['l2tpv3', 1],
  ['gre', 2],
  ['ip-in-ip', 7],
  ['vxlan', 8],
  ['nvgre', 9],
  ['mpls', 10],
  ['mpls-in-gre', 11],
  ['vxlan-gpe', 12],
  ['mpls-in-udp', 13],
  ['ipv6', 14],
  ['sr-policy', 15],
  ['bare', 16],
  ['geneve', 19],
  ['any', 20],
  ['gtp', 21],
]);

export function tunnelWord(type: number): string {
  return [...TUNNEL_TYPES].find(([, code]) => code === type)?.[0] ?? String(type);
}
