import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CAPABILITIES,
  type Capabilities,
  type CapabilityKey,
  type CapabilityTlv,
  capabilitiesToJson,
  capabilitiesToText,
  capabilityTlvs,
  decodeCapabilities,
  encodeCapability,
  mergeCapabilities,
  shownCapabilities,
} from '../../../src/bgp/capabilities/index.ts';
import { ShortInputError } from '../../../src/wire/errors.ts';
import { fromHex, toHex } from '../../../src/wire/hex.ts';
import { written } from '../../../src/wire/writer.ts';

const octets = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array(0);

function announced(tlvs: readonly CapabilityTlv[]) {
  return { capabilityTlvs: tlvs, capabilities: mergeCapabilities(tlvs) };
}

const received = (text: string) => announced(decodeCapabilities(octets(text)));

describe('capability', () => {
  it.each([
    {
      octets: '01 04 0001 00 01 01 04 0002 00 01',
      json: { 1: { name: 'multiprotocol', families: ['ipv4/unicast', 'ipv6/unicast'] } },
      text: 'multiprotocol(ipv4 unicast,ipv6 unicast)',
    },
    { octets: '02 00', json: { 2: { name: 'route-refresh', variant: 'RFC' } }, text: 'route refresh' },
    {
      octets: '80 00 02 00',
      json: {
        128: { name: 'route-refresh', variant: 'RFC' },
        2: { name: 'route-refresh', variant: 'RFC' },
      },
      text: 'route refresh, route refresh',
    },
    {
      octets: '02 00 80 00',
      json: {
        2: { name: 'route-refresh', variant: 'Cisco' },
        128: { name: 'route-refresh', variant: 'Cisco' },
      },
      text: 'cisco route refresh, cisco route refresh',
    },
    {
      octets: '05 06 0001 0001 0002',
      json: { 5: { name: 'nexthop', conversion: ['ipv4/unicast/ipv6'] } },
      text: 'nexthop(ipv4 unicast ipv6)',
    },
    {
      octets: '06 00',
      json: { 6: { name: 'extended-message', size: 65535 } },
      text: 'extended message(65535)',
    },
    {
      octets: '07 03 08 0001 07 03 00 0002',
      json: {
        7: {
          name: 'bgpsec',
          afi: [
            { afi: 'ipv4', direction: 'send', version: 0 },
            { afi: 'ipv6', direction: 'receive', version: 0 },
          ],
        },
      },
      text: 'bgpsec(send ipv4,receive ipv6)',
    },
    { octets: '09 01 03', json: { 9: { name: 'role', role: 'customer' } }, text: 'role(customer)' },
    {
      octets: '40 06 8078 0001 01 80',
      json: {
        64: {
          name: 'graceful restart',
          time: 120,
          'address-family-flags': { 'ipv4/unicast': ['restart'] },
          'restart-flags': ['forwarding'],
        },
      },
      text: 'graceful restart flags 0x8 time 120 ipv4/unicast=0x80',
    },
    {
      octets: '40 02 0078',
      json: {
        64: { name: 'graceful restart', time: 120, 'address-family-flags': {}, 'restart-flags': [] },
      },
      text: 'graceful restart flags 0x0 time 120 ',
    },
    { octets: '41 04 0000fde9', json: { 65: { name: 'asn4', asn4: 65001 } }, text: 'asn4(65001)' },
    {
      octets: '44 01 00 44 01 01',
      json: { 68: { name: 'multisession', variant: 'RFC', capabilities: ['1'] } },
      text: 'multisession(1)',
    },
    {
      octets: '45 04 0001 01 03',
      json: { 69: { name: 'addpath', 'ipv4/unicast': 'send/receive' } },
      text: 'addpath(send/receive ipv4 unicast)',
    },
    // RFC 7911 section 4: another value is ignored
    { octets: '45 04 0001 01 09', json: { 69: { name: 'addpath' } }, text: 'addpath()' },
    {
      octets: '47 07 0001 01 80 000e10',
      json: {
        71: {
          name: 'long-lived-graceful-restart',
          families: [{ family: 'ipv4/unicast', time: 3600, flags: ['forwarding'] }],
        },
      },
      text: 'long-lived graceful restart(ipv4 unicast 3600)',
    },
    {
      octets: '49 0c 04 686f7374 06 646f6d61696e',
      json: { 73: { 'host-name': 'host', 'domain-name': 'domain' } },
      text: 'hostname(host domain)',
    },
    {
      octets: '49 0c 0a 61620a1b5b33316d225c 00',
      json: { 73: { 'host-name': 'ab\\x0a\\x1b[31m"\\x5c', 'domain-name': '' } },
      text: 'hostname(ab\\x0a\\x1b[31m"\\x5c )',
    },
    { octets: '4b 02 01 41', json: { 75: { software: 'A' } }, text: 'software version(a)' },
    { octets: 'b9 00', json: { 185: { name: 'operational' } }, text: 'operational' },
    {
      octets: '42 02 6869',
      json: { 66: { name: 'unknown', iana: 'unknown', value: 66, raw: '6869' } },
      text: 'unknown 66',
    },
  ])('$octets', ({ octets: text, json, text: words }) => {
    const open = received(text);
    expect(Object.fromEntries(capabilitiesToJson(open, 'receive', 5))).toEqual(json);
    expect(capabilitiesToText(open, 'receive', 5)).toBe(words);
  });

  it.each([
    { octets: '01 03 000100', why: 'multiprotocol of three octets' },
    { octets: '41 03 00fde9', why: 'AS of three octets' },
    { octets: '40 01 00', why: 'graceful restart of one octet' },
    { octets: '40 05 0078 0001 01', why: 'graceful restart, partial family' },
    { octets: '47 05 0001 01 00 01', why: 'long-lived graceful restart of five octets' },
    { octets: '49 04 c8 616263', why: 'host name beyond the value' },
    { octets: '4b 02 ff 41', why: 'software version beyond the value' },
    { octets: '05 05 0001 0001 00', why: 'next hop encoding of five octets' },
    { octets: '02 01 00', why: 'route refresh with a value' },
  ])('is ignored and kept: $why', ({ octets: text }) => {
    const [tlv] = decodeCapabilities(octets(text));
    expect(tlv).toMatchObject({ key: 'raw', malformed: expect.any(String) });
    expect(mergeCapabilities(tlv === undefined ? [] : [tlv])).toEqual({});
    expect(toHex(written((w) => tlv && encodeCapability(w, tlv)))).toBe(text.replaceAll(' ', ''));
  });

  it('is unknown to events of a version before it', () => {
    const raw = { name: 'unknown', iana: 'unassigned', value: 73, raw: '04686F737406646F6D61696E' };
    const open = received('49 0c 04 686f7374 06 646f6d61696e');
    expect([...capabilitiesToJson(open, 'receive', 4)]).toEqual([['73', raw]]);
  });

  it('keeps the order of the octets', () => {
    const shown = shownCapabilities(received('b9 00 02 00 41 04 0000fde9 02 00'), 'receive', 5);
    expect(shown.map((c) => c.key)).toEqual(['185', '2', '65']);
    const json = capabilitiesToJson(received('b9 00 02 00 41 04 0000fde9 02 00'), 'receive', 4);
    expect([...json.keys()]).toEqual(['185', '2', '65']);
  });

  it('has a name in our own OPEN, which lists a host name always', () => {
    const open = announced([
      ...capabilityTlvs('operational', true),
      ...capabilityTlvs('multisession', [0, 1]),
    ]);
    const keys = (version: 4 | 5 | 6) => shownCapabilities(open, 'send', version).map((c) => c.key);
    expect(keys(4)).toEqual(['exabgp-experimental-operational', 'multi-session']);
    expect(keys(5)).toEqual(['operational', 'hostname', 'multi-session']);
    expect(capabilitiesToJson(open, 'send', 5).get('hostname')).toEqual({
      'host-name': null,
      'domain-name': null,
    });
    expect(capabilitiesToJson(open, 'send', 6).get('hostname')).toEqual({
      'host-name': '',
      'domain-name': '',
    });
  });
});

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const family = fc.tuple(u16, u8).map(([afi, safi]) => afi * 256 + safi);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 5 });
const name = fc.string({ maxLength: 20, unit: 'grapheme-ascii' });
const here = fc.constant(true as const);

/** One generator per row: a new row without one does not compile. */
const VALUES: { readonly [K in CapabilityKey]: fc.Arbitrary<NonNullable<Capabilities[K]>> } = {
  multiprotocol: fc.uniqueArray(family, { minLength: 1, maxLength: 5 }),
  routeRefresh: here,
  orf: some(fc.record({ family, types: fc.array(fc.record({ type: u8, mode: u8 }), { maxLength: 4 }) })),
  extendedNextHop: some(fc.record({ family, nextHopAfi: u16 })),
  extendedMessage: here,
  bgpsec: some(
    fc.record({
      version: fc.integer({ min: 0, max: 15 }),
      direction: fc.constantFrom('send', 'receive'),
      afi: u16,
    }),
  ),
  multipleLabels: some(fc.record({ family, count: u8 })),
  role: u8,
  gracefulRestart: fc.record({
    flags: fc.integer({ min: 0, max: 15 }),
    timeSeconds: fc.integer({ min: 0, max: 4095 }),
    families: fc.array(fc.record({ family, flags: u8 }), { maxLength: 5 }),
  }),
  asn4: fc.integer({ min: 0, max: 0xffffffff }),
  dynamic: some(u8),
  multisession: some(u8),
  addPath: some(fc.record({ family, mode: fc.integer({ min: 0, max: 3 }) })),
  enhancedRouteRefresh: here,
  longLivedGracefulRestart: some(
    fc.record({ family, flags: u8, timeSeconds: fc.integer({ min: 0, max: 0xffffff }) }),
  ),
  hostname: fc.record({ host: name, domain: name }),
  bfdStrict: here,
  softwareVersion: name,
  pathsLimit: some(fc.record({ family, limit: u16 })),
  linkLocalNexthop: here,
  ciscoRouteRefresh: here,
  ciscoMultisession: some(u8),
  operational: here,
};

describe('every row', () => {
  it.each(CAPABILITIES.map((row) => row.key))('%s is read as it was written', (key) => {
    fc.assert(
      fc.property(VALUES[key] as fc.Arbitrary<never>, (value) => {
        const wire = written((w) => {
          for (const tlv of capabilityTlvs(key, value)) encodeCapability(w, tlv);
        });
        const open = announced(decodeCapabilities(wire));
        expect(open.capabilities[key]).toEqual(value);
        expect(capabilitiesToText(open, 'receive', 6)).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 50 },
    );
  });

  it('takes any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          const open = announced(decodeCapabilities(noise));
          capabilitiesToJson(open, 'receive', 5);
          capabilitiesToText(open, 'send', 4);
        } catch (err) {
          expect(err).toBeInstanceOf(ShortInputError);
        }
      }),
    );
  });

  it('takes any value of any code', () => {
    fc.assert(
      fc.property(u8, fc.uint8Array({ maxLength: 40 }), (code, value) => {
        const open = announced(decodeCapabilities(Uint8Array.of(code, value.length, ...value)));
        expect(open.capabilityTlvs).toHaveLength(1);
        capabilitiesToJson(open, 'receive', 6);
      }),
    );
  });
});
