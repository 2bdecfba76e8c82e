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
    ['0x0002fde800000001', '0002 fde8 00000001'],
  ])('%s', (text, octets) => {
    expect(toHex(extendedCommunityOf(text) ?? new Uint8Array(0))).toBe(toHex(hex(octets)));
  });

  it.each(['color:1', 'target:65536:65536', '0x0002', 'target:1.2.3:4', 'l2info:1:2:3', 'target', ''])(
    'refuses %s',
    (text) => expect(extendedCommunityOf(text)).toBeUndefined(),
  );
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
