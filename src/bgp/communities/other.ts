import { Reader } from '../../wire/reader.ts';
import { written } from '../../wire/writer.ts';
import { TUNNEL_TYPES, tunnelWord } from '../attributes/tunnel-types.ts';
import type { ExtendedCommunityCodec } from './codec.ts';
import { as2Local, community, decimal, float32At, rated } from './octets.ts';

/** BGP Tunnel Encapsulation types as ExaBGP names them, RFC 9012 section 12. */
const TUNNELS = new Map([
  [0, 'Default'],
  [1, 'L2TPv3'],
  [2, 'GRE'],
  [7, 'IP-in-IP'],
  [8, 'VXLAN'],
  [9, 'NVGRE'],
  [10, 'MPLS'],
  [12, 'VXLAN-GPE'],
  [13, 'MPLS-in-UDP'],
]);

/** Link bandwidth: an AS number and bytes per second. ExaBGP reads it and never names it: events show octets. */
function bandwidth(type: number, word: string): ExtendedCommunityCodec {
  return {
    type,
    subtype: 0x04,
    word,
    toText: () => '',
    toConfig: (octets) => `${word}:${new Reader(octets.subarray(2)).u16()}:${float32At(octets, 4)}`,
    parse: (text) => rated(type, 0x04, text),
  };
}

/** Encapsulation (RFC 9012), MAC mobility (RFC 7432), link bandwidth, mobile user plane. */
export const OTHERS: readonly ExtendedCommunityCodec[] = [
  {
    type: 0x03,
    subtype: 0x0c,
    word: 'encap',
    toText(octets, version) {
      const tunnel = new Reader(octets.subarray(6)).u16();
      return `encap:${TUNNELS.get(tunnel) ?? (version === 4 ? `encap:UNKNOWN-${tunnel}` : `Reserved-${tunnel}`)}`;
    },
    toConfig: (octets) => `encap:${tunnelWord(new Reader(octets.subarray(6)).u16())}`,
    parse(text) {
      const shown = [...TUNNELS].find(([, name]) => name.toLowerCase() === text.toLowerCase())?.[0];
      const tunnel = shown ?? TUNNEL_TYPES.get(text.toLowerCase());
      return tunnel === undefined ? undefined : community(0x03, 0x0c, [0, 0, 0, 0, 0, tunnel]);
    },
  },
  {
    type: 0x06,
    subtype: 0x00,
    word: 'mac-mobility',
    toText(octets) {
      const r = new Reader(octets.subarray(2));
      const sticky = (r.u8() & 1) === 1;
      r.u8();
      return `mac-mobility:${r.u32()}${sticky ? ':sticky' : ''}`;
    },
    parse(text) {
      const parts = /^(\d{1,10})(:sticky)?$/.exec(text);
      const sequence = decimal(parts?.[1], 0xffffffff);
      if (sequence === undefined) return undefined;
      return written((w) =>
        w
          .u16(0x0600)
          .u8(parts?.[2] === undefined ? 0 : 1)
          .u8(0)
          .u32(sequence),
      );
    },
  },
  bandwidth(0x40, 'bandwidth'),
  bandwidth(0x00, 'transitive-bandwidth'),
  {
    type: 0x0c,
    subtype: 0x00,
    word: 'mup',
    toText(octets, version) {
      const r = new Reader(octets.subarray(2));
      return version === 4 ? '' : `mup:${r.u16()}:${r.u32()}`;
    },
    parse(text) {
      const six = as2Local(text);
      return six === undefined ? undefined : community(0x0c, 0x00, six);
    },
  },
];
