import { describe, expect, it } from 'vitest';
import { pmsi } from '../../../src/bgp/attributes/pmsi.ts';
import { prefixSid } from '../../../src/bgp/attributes/prefix-sid.ts';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { API_VERSIONS } from '../../../src/bgp/json.ts';
import { Reader } from '../../../src/wire/reader.ts';
import { hex } from '../words.ts';

describe('PMSI tunnel by version', () => {
  it.each([
    ['00 00 000640 ', 'pmsi:notunnel:0:100:', 'pmsi:notunnel:0:100:'],
    [
      '00 03 000000 0a000002e8000001',
      'pmsi:pim-ssmtree:0:0:0x0A000002E8000001',
      'pmsi:pim-ssmtree:0:0:0x0A000002E8000001',
    ],
    [
      '00 06 000640 0a000002',
      'pmsi:ingressreplication:0:100(1600):10.0.0.2',
      'pmsi:ingressreplication:0:100:10.0.0.2',
    ],
    [
      '01 06 000641 0a000002',
      'pmsi:ingressreplication:1:100(1601):10.0.0.2',
      'pmsi:ingressreplication:1:100(1601):10.0.0.2',
    ],
    ['00 2a 000000 01', 'pmsi:unknown:0:0:0x01', 'pmsi:unknown:0:0:0x01'],
  ])('%s', (octets, five, six) => {
    const value = pmsi.decode(new Reader(hex(octets)), DEFAULT_CONTEXT);
    expect(API_VERSIONS.map((version) => pmsi.toJson?.(value, version).pmsi)).toEqual([five, five, six]);
    expect(pmsi.toText?.(value, 6)).toBe(`pmsi ${six}`);
  });
});

describe('prefix SID in every version', () => {
  const sid = '20010db8000000000000000000000001';
  const service = { sid: '2001:db8::1', flags: 0, endpoint_behavior: 18 };
  it.each([
    ['01 0007 00 0000 00000064', { 'sr-label-index': 100 }, 'bgp-prefix-sid [ 100 ]'],
    [
      '01 0007 00 0000 00000064 03 0008 0000 013880 0003e8',
      { 'sr-label-index': 100, 'sr-srgbs': [[80000, 1000]] },
      'bgp-prefix-sid [ 100, [ ( 80000,1000 ) ] ]',
    ],
    [
      `05 0022 00 01 001e 00 ${sid} 00 0012 00 01 0006 281810000000`,
      {
        'l3-service': [
          {
            ...service,
            structure: {
              'locator-block-length': 40,
              'locator-node-length': 24,
              'function-length': 16,
              'argument-length': 0,
              'transposition-length': 0,
              'transposition-offset': 0,
            },
          },
        ],
      },
      'bgp-prefix-sid-srv6 ( l3-service 2001:db8::1 0x12 [40,24,16,0,0,0] )',
    ],
    [
      `06 0019 00 01 0015 00 ${sid} 00 0012 00`,
      { 'l2-service': [service] },
      'bgp-prefix-sid-srv6 ( l2-service 2001:db8::1 0x12 )',
    ],
    [
      '2a 0003 010203',
      { 'attribute-not-implemented-42': '0x010203' },
      'attribute [ 0x28 0xC0 0x2a0003010203 ]',
    ],
  ])('%s', (octets, json, text) => {
    const value = prefixSid.decode(new Reader(hex(octets)), DEFAULT_CONTEXT);
    for (const version of API_VERSIONS) {
      expect(prefixSid.toJson?.(value, version)).toEqual({ 'bgp-prefix-sid': json });
      expect(prefixSid.toText?.(value, version)).toBe(text);
    }
  });
});
