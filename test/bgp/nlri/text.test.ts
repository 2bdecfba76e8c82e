import { expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { AFI, familyId, IPV4_UNICAST, SAFI } from '../../../src/bgp/family.ts';
import { nlriCodec } from '../../../src/bgp/nlri/index.ts';
import { nlriWithNextHop } from '../../../src/bgp/nlri/text.ts';
import { Reader } from '../../../src/wire/reader.ts';

function nlri(family: number, hex: string, pathId?: number) {
  const codec = nlriCodec(family);
  const value = codec.decode(new Reader(Buffer.from(hex.replaceAll(' ', ''), 'hex')), DEFAULT_CONTEXT, false);
  return pathId === undefined ? { family, value } : { family, value, pathId };
}

const VPN = nlri(familyId(AFI.ipv4, SAFI['mpls-vpn']), '68 000641 0000fdea00000064 0a01');

it.each([
  { what: nlri(IPV4_UNICAST, '100a01'), version: 4, text: '10.1.0.0/16 next-hop 10.0.0.1' },
  {
    what: nlri(IPV4_UNICAST, '100a01', 1),
    version: 5,
    text: '10.1.0.0/16 path-information 0.0.0.1 next-hop 10.0.0.1',
  },
  { what: VPN, version: 4, text: '10.1.0.0/16 label 100 next-hop 10.0.0.1 rd 65002:100' },
  { what: VPN, version: 5, text: '10.1.0.0/16 label 100 next-hop 10.0.0.1 rd 65002:100' },
] as const)('$text in version $version', ({ what, version, text }) => {
  expect(nlriWithNextHop(what, '10.0.0.1', version)).toBe(text);
});

it('version 6 has the next hop last', () => {
  expect(nlriWithNextHop(VPN, '10.0.0.1', 6)).toMatch(/ rd 65002:100 next-hop 10\.0\.0\.1$/);
});
