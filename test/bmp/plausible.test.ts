import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { familyId, familyOfWords } from '../../src/bgp/family.ts';
import { decodeNlriField, NLRI } from '../../src/bgp/nlri/index.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import { canTell, nlriFit } from '../../src/bmp/plausible.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { header, monitoring, router } from './samples.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array();

const RD = '0000fdea00000064';
const LS = `02 0000000000000000 0100 0010 0200 0004 0000fde9 0201 0004 00000000`;
const ESI = '00112233445566778899';

/** A route or two of each family, by its RFC. */
const ROUTES: readonly (readonly [string, readonly string[]])[] = [
  ['ipv4 unicast', ['18 0a0102']],
  ['ipv4 multicast', ['18 0a0102']],
  ['ipv4 nlri-mpls', ['30 000641 0a0102']],
  ['ipv4 mpls-vpn', [`70 000641 ${RD} 0a0102`]],
  ['ipv4 mcast-mpls-vpn', [`58 ${RD} 0a0102`]],
  ['ipv4 mcast-vpn', [`05 12 ${RD} 20 0a010101 20 ef010101`, `01 0c ${RD} 0a000002`]],
  ['ipv4 sr-policy', ['60 00000001 00000064 0a000009']],
  ['ipv4 mup', [`01 0001 0c ${RD} 18 0a0001`, `01 0004 11 ${RD} 40 0a000001 00003039`]],
  ['ipv4 rtc', ['60 0000fde9 0002fdea00000064', '20 0000fde9']],
  ['ipv4 flow', ['07 01 20 0a000002 03', '04 0581 1f90']],
  ['ipv4 flow-vpn', [`0b ${RD} 03 81 06`]],
  ['ipv6 unicast', ['20 20010db8']],
  ['ipv6 multicast', ['20 20010db8']],
  ['ipv6 nlri-mpls', ['38 000641 20010db8']],
  ['ipv6 mpls-vpn', [`78 000641 ${RD} 20010db8`]],
  ['ipv6 mcast-mpls-vpn', [`60 ${RD} 20010db8`]],
  ['ipv6 mcast-vpn', [`02 0c ${RD} 0000fde9`]],
  ['ipv6 sr-policy', [`c0 00000001 00000064 20010db8${'0'.repeat(22)}09`]],
  ['ipv6 mup', [`01 0002 18 ${RD} 20010db8${'0'.repeat(22)}01`]],
  ['ipv6 flow', ['07 01 20 00 20010db8', '03 03 81 3a']],
  ['ipv6 flow-vpn', [`0b ${RD} 03 81 3a`]],
  ['l2vpn vpls', [`0011 ${RD} 0003 0001 0008 400011`, `000c ${RD} 0a000009`]],
  ['l2vpn evpn', [`03 11 ${RD} 00000000 20 0a000002`, `04 17 ${RD} ${ESI} 20 0a000002`]],
  ['l2vpn flow', ['04 0e 91 0800']],
  ['l2vpn flow-vpn', [`0c ${RD} 0e 91 86dd`]],
  ['bgp-ls bgp-ls', [`0001 001d ${LS}`]],
  ['bgp-ls bgp-ls-vpn', [`0001 0025 ${RD} ${LS}`]],
];

function familyOf(words: string): number {
  const [afi = '', safi = ''] = words.split(' ');
  return familyOfWords(afi, safi) ?? 0;
}

describe('whether routes have path identifiers shows by their form', () => {
  it('of every family', () => {
    expect(new Set(ROUTES.map(([words]) => familyOf(words)))).toEqual(
      new Set(NLRI.map(({ family }) => family)),
    );
  });

  it.each(ROUTES)('%s', (words, routes) => {
    const family = familyOf(words);
    const without = hex(routes.join(''));
    const withIds = hex(routes.map((route, i) => `0000000${i + 1}${route}`).join(''));
    // the rows are routes indeed
    expect(decodeNlriField(without, family, DEFAULT_CONTEXT, false)).toHaveLength(routes.length);
    expect(nlriFit(without, family, false)).toBe('good');
    expect(nlriFit(withIds, family, true)).toBe('good');
    expect(nlriFit(withIds, family, false)).toBe('none');
    expect(nlriFit(without, family, true)).toBe('none');
  });

  it('but for a family that is not known', () => {
    expect(nlriFit(hex('00000001ff'), familyOf('ipv4 unicast') + 200, true)).toBe('good');
  });

  it('and cut off anywhere they are none', () => {
    for (const [words, [first = '']] of ROUTES) {
      const octets = hex(first);
      const cut = Array.from({ length: octets.length - 1 }, (_, i) => octets.subarray(0, i + 1));
      for (const part of cut) expect([words, nlriFit(part, familyOf(words), false)]).toEqual([words, 'none']);
    }
  });
});

describe('path identifiers that no OPEN declares', () => {
  const LOC_RIB = header({ type: 3, address: new Uint8Array(4), as: 0 });

  it.each(ROUTES)('of %s are repaired and told', (words, routes) => {
    const family = familyOf(words);
    const made = router();
    const octets = routes.map((route, i) => `0000000${i + 1}${route}`).join('');
    const nlri = hex(octets);
    const value = [...hex(`${(family >>> 8).toString(16).padStart(4, '0')}`), family & 0xff, ...nlri];
    const unreach = [0x80, 15, value.length, ...value];
    const body = Uint8Array.from([0, 0, 0, unreach.length, ...unreach]);
    const message = Uint8Array.from([...new Uint8Array(16).fill(0xff), 0, 19 + body.length, 2, ...body]);
    made.router.receive(encodeBmp(monitoring(message, LOC_RIB)));
    const event = made.events.at(-1);
    expect(event).toMatchObject({ type: 'update', bmp: { repaired: `${words} with path identifiers` } });
    const [withdrawn] = event?.type === 'update' ? event.update.withdrawn : [];
    expect(withdrawn?.nlri.map(({ pathId }) => pathId)).toEqual(routes.map((_, i) => i + 1));
  });
});

it('cannot be said of families that nobody knows, whatever their SAFI: nothing is kept for each of these', () => {
  const known = new Set(NLRI.map(({ family }) => family));
  for (let safi = 1; safi < 256; safi++) {
    for (const afi of [3, 99, 0xffff])
      if (!known.has(familyId(afi, safi))) expect(canTell(familyId(afi, safi))).toBe(false);
  }
});
