import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EXTENDED_COMMUNITIES,
  extendedCommunityConfig,
  extendedCommunityOf,
  extendedCommunityString,
  extendedCommunityText,
} from '../../../src/bgp/communities/index.ts';
import { API_VERSIONS } from '../../../src/bgp/json.ts';
import { hex, toHex } from '../words.ts';

describe('configured extended communities', () => {
  it.each([
    ['65000:1', '0002 fde8 00000001'],
    ['target:65000:1', '0002 fde8 00000001'],
    ['origin:65000:2', '0003 fde8 00000002'],
    ['target:70000:3', '0202 00011170 0003'],
    ['origin:70000:4', '0203 00011170 0004'],
    ['target:65000L:11', '0202 0000fde8 000b'],
    ['target4:65000:10', '0202 0000fde8 000a'],
    ['origin4:65000:10', '0203 0000fde8 000a'],
    ['target:1.2.3.4:5', '0102 01020304 0005'],
    ['origin:1.2.3.4:6', '0103 01020304 0006'],
    ['target:65000:1.2.3.4', '0002 fde8 01020304'],
    ['redirect:65000:8', '8008 fde8 00000008'],
    ['redirect-to-nexthop', '0800 000000000000'],
    ['l2info:19:0:1500:111', '800a 13 00 05dc 006f'],
    ['bandwidth:65000:1000', '4004 fde8 447a0000'],
    ['mup:10:10', '0c00 000a 0000000a'],
    ['color:0:100', '030b 0000 00000064'],
    ['default-gateway', '030d 000000000000'],
    ['ospf-route-type:0.0.0.1:5:1', '0306 00000001 05 01'],
    ['ospf-domain-id:65000:512', '0005 fde8 00000200'],
    ['ospf-domain-id:10.0.0.1:512', '0105 0a000001 0200'],
    ['ospf-domain-id:70000:512', '0205 00011170 0200'],
    ['ospf-router-id:10.0.0.1', '0107 0a000001 0000'],
    ['source-as:65000:0', '0009 fde8 00000000'],
    ['source-as:65000L:0', '0209 0000fde8 0000'],
    ['vrf-route-import:10.0.0.1:5', '010b 0a000001 0005'],
    ['l2vpn-id:65000:7', '000a fde8 00000007'],
    ['mac-mobility:5', '0600 00 00 00000005'],
    ['mac-mobility:5:sticky', '0600 01 00 00000005'],
    ['esi-label:1:0:3201', '0601 01 0000 000c81'],
    ['es-import:00-11-22-33-44-55', '0602 001122334455'],
    ['router-mac:00-11-22-33-44-55', '0603 001122334455'],
    ['layer2-attributes:2:1500', '0604 0002 05dc 0000'],
    ['transport-class:0:100', '0a02 0000 00000064'],
    ['redirect:10.0.0.1:5', '8108 0a000001 0005'],
    ['redirect:70000:5', '8208 00011170 0005'],
    ['redirect:65000L:5', '8208 0000fde8 0005'],
    ['cost:1:2:3', '0301 01 02 00000003'],
    ['origin-validation-state:invalid', '4300 0000000000 02'],
    ['data-collection:65000:7', '0008 fde8 00000007'],
    ['vpn-distinguisher:10.0.0.1:7', '0110 0a000001 0007'],
    ['route-target-record:70000:7', '0213 00011170 0007'],
    ['node-target:10.0.0.1:0', '0109 0a000001 0000'],
    ['segmented-next-hop:10.0.0.1:0', '0112 0a000001 0000'],
    ['e-tree:1:0:3201', '0605 01 0000 000c81'],
    ['df-election:1:0:0', '0606 01 0000 000000'],
    ['arp-nd:2', '0608 02 0000000000'],
    ['multicast-flags:3', '0609 0003 00000000'],
    ['evi-rt:65000:7', '060a fde8 00000007'],
    ['evi-rt:10.0.0.1:7', '060b 0a000001 0007'],
    ['evi-rt:70000:7', '060c 00011170 0007'],
    ['service-carving-time:10:1', '060f 0000000a 0001'],
    ['sfir-pool:1:7', '0b01 0001 00000007'],
    ['sfc-classifier:1:255:7', '800d 000001 ff 0007'],
    ['redirect-to-indirection:0:1:7', '0900 00 01 00000007'],
    ['transport-class-non-transitive:0:100', '4a02 0000 00000064'],
    ['security-group:65000:7', '8004 fde8 00000007'],
    ['transitive-bandwidth:65000:1000', '0004 fde8 447a0000'],
    ['encap:geneve', '030c 000000000013'],
    ['rate-limit:9600', '8006 0000 46160000'],
    ['rate-limit:65000:9600', '8006 fde8 46160000'],
    ['rate-limit:9600:packets', '800c 0000 46160000'],
    ['rate-limit:65000:9600:packets', '800c fde8 46160000'],
    ['action:sample-terminal', '8007 000000000003'],
    ['mark:46', '8009 00000000002e'],
    ['copy-to-nexthop', '0800 000000000001'],
    ['redirect-to-nexthop-ietf:10.0.0.1', '010c 0a000001 0000'],
    ['copy-to-nexthop-ietf:10.0.0.1', '010c 0a000001 0001'],
    ['interface-set:transitive:input:65000:100', '0702 0000fde8 4064'],
    ['interface-set:non-transitive:output:65000:100', '4702 0000fde8 8064'],
    ['load-balance:0x000000000001', '03aa 000000000001'],
    ['0x0002fde800000001', '0002 fde8 00000001'],
  ])('%s', (text, octets) => {
    expect(toHex(extendedCommunityOf(text) ?? new Uint8Array(0))).toBe(toHex(hex(octets)));
  });

  it.each([
    'color:1',
    'color:0:4294967296',
    'router-mac:0-1-2-3-4-5',
    'default-gateway:1',
    'esi-label:1:2',
    'target:65536:65536',
    '0x0002',
    'target:1.2.3:4',
    'l2info:1:2:3',
    'cost:256:0:0',
    'origin-validation-state:maybe',
    'mark:64',
    'action:nothing',
    'rate-limit:-1',
    'rate-limit:65536:1',
    'rate-limit:1:bits',
    'interface-set:transitive:both:65000:100',
    'interface-set:transitive:input:65000:16384',
    'redirect-to-nexthop-ietf:2001:db8::1',
    'load-balance:0x0001',
    'e-tree:1:0:16777216',
    'target',
    '',
  ])('refuses %s', (text) => expect(extendedCommunityOf(text)).toBeUndefined());
});

describe('shown extended communities', () => {
  it.each([
    ['0002fdea00000064', 'target:65002:100'],
    ['4002fdea00000064', 'target:65002:100'],
    ['01020a0000020064', 'target:10.0.0.2:100'],
    ['0202fa56ea010064', 'target:4200000001:100', 'target:4200000001L:100'],
    ['0003fdea00000064', 'origin:65002:0.0.0.100'],
    ['01030a0000020064', 'origin:100:10.0.0.2', 'origin:100:10.0.0.2', 'origin:10.0.0.2:100'],
    ['030c000000000008', 'encap:VXLAN'],
    ['800a130005dc0064', 'l2info:19:0:1500:100'],
    ['8006000049742400', 'rate-limit:1000000'],
    ['8006000000000000', 'rate-limit:0'],
    ['8007000000000003', 'action sample-terminal'],
    ['8008fdea00000064', 'redirect:65002:100'],
    ['8009000000000010', 'mark 16'],
    ['0800000000000000', 'redirect-to-nexthop'],
    ['0800000000000001', 'copy-to-nexthop'],
    ['010c0a0000020000', 'redirect-to-nexthop-ietf 10.0.0.2'],
    ['010c0a0000020001', 'copy-to-nexthop-ietf 10.0.0.2 (with copy)'],
    ['0600010000000005', 'mac-mobility:5:sticky'],
    ['0c00000a0000000a', 'mup:10:10', ''],
    ['4004fdea4b3ebc20', '', '', '0x4004FDEA4B3EBC20'],
    ['030b000000000064', '', '', '0x030B000000000064'],
    ['0603001122334455', '', '', '0x0603001122334455'],
    ['82080001117000ff', '', '', '0x82080001117000FF'],
    ['0107 0a000001 0000'.replaceAll(' ', ''), '', '', '0x01070A0000010000'],
  ])('%s', (octets, five, four = five, six = five) => {
    const shown = API_VERSIONS.map((version) => extendedCommunityString(hex(octets), version));
    expect(shown).toEqual([four, five, six]);
  });

  it('shows octets in text where it knows no name', () => {
    expect(extendedCommunityText(hex('4004fdea4b3ebc20'), 4)).toBe('0x4004FDEA4B3EBC20');
  });

  it('writes to configuration what reads back as the same octets', () => {
    const known = fc.constantFrom(...EXTENDED_COMMUNITIES.map(({ type, subtype }) => type * 256 + subtype));
    const octets = fc
      .tuple(fc.oneof(known, fc.nat(0xffff)), fc.uint8Array({ minLength: 6, maxLength: 6 }))
      .map(([type, six]) => Uint8Array.of(type >>> 8, type & 255, ...six));
    fc.assert(
      fc.property(octets, (value) => {
        expect(extendedCommunityOf(extendedCommunityConfig(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('has a word for every type that is named, but the non-transitive target', () => {
    const samples = [
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1],
      [0, 0, 0, 1, 0x40, 1],
    ];
    const unnamed = EXTENDED_COMMUNITIES.filter(({ type, subtype }) =>
      samples.every((six) => extendedCommunityConfig(Uint8Array.of(type, subtype, ...six)).startsWith('0x')),
    );
    const numbers = unnamed.map(({ type, subtype }) => (type * 256 + subtype).toString(16));
    expect(numbers).toEqual(['4002']);
  });
});
