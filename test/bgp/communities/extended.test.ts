import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
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
    const known = fc.constantFrom(
      0x0002,
      0x0102,
      0x0202,
      0x0003,
      0x0103,
      0x0203,
      0x8008,
      0x800a,
      0x0c00,
      0x030c,
      0x0800,
      0x030b,
      0x030d,
      0x0306,
      0x0005,
      0x0205,
      0x0107,
      0x0209,
      0x010b,
      0x0600,
      0x0601,
      0x0602,
      0x0603,
      0x0604,
      0x0a02,
      0x8108,
      0x8208,
    );
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
});
