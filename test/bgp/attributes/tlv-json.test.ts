import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesToJson, decodeAttributes, encodeAttributes } from '../../../src/bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { written } from '../../../src/wire/writer.ts';
import { hex, toHex } from '../words.ts';

const FLAGS = { F: 0, B: 0, V: 1, L: 1, S: 0, P: 0, RSV: 0 };

function attributesOf(octets: string) {
  const { attributes, malformed } = decodeAttributes(hex(octets), DEFAULT_CONTEXT);
  expect(malformed).toEqual([]);
  expect(toHex(written((w) => encodeAttributes(w, attributes, DEFAULT_CONTEXT)))).toBe(toHex(hex(octets)));
  return attributes;
}

describe('TLVs in events', () => {
  it.each([
    // adjacency SIDs make a list: labels, then an index
    [
      '801d 16 044b 0007 30000000 049310 044b 0007 30000000 049300',
      {
        'sr-adjs': [299792, 299776].map((sid) => ({
          flags: FLAGS,
          sids: [sid],
          weight: 0,
          'undecoded-sids': [],
        })),
      },
    ],
    ['801d 0d 0403 0009 49000000 00ff9800 00', { 'area-ids': ['1346612317385085419520'] }],
    [
      '801d 10 0404 0004 c0a8af31 0404 0004 c0a8af33',
      { 'local-router-ids': ['192.168.175.49', '192.168.175.51'] },
    ],
    [
      '801d 10 040a 000c 8000 0003e8 0489 0003 003e80',
      { 'sr-capability-flags': { I: 1, V: 0, RSV: 0 }, sids: [[1000, 16000]] },
    ],
    [
      '801d 0c 048a 0008 80800000 0000000a',
      { 'srv6-locators': [{ flags: { D: 1, RSV: 0 }, algorithm: 128, metric: 10 }] },
    ],
    // too short for what it is: octets
    ['801d 05 044b 0001 30', { 'generic-lsid-1099': ['0x30'] }],
  ])('%s', (octets, json) => {
    expect(attributesToJson(attributesOf(octets), 6)).toEqual({ 'bgp-ls': json });
  });

  it('names the parts of an SR Policy', () => {
    const octets =
      'c017 28 000f 0024 0c06000000000064 0d06100005dc0100 80 0011 00 0906000000000001 0106000003e81100';
    const attributes = attributesOf(octets);
    expect(attributesToJson(attributes, 6)).toEqual({
      'tunnel-encap': {
        'sr-policy': {
          preference: 100,
          'binding-sid': { type: 'mpls', label: 24000 },
          'segment-lists': [{ weight: 1, segments: [{ type: 'A', label: 16001, tc: 0, s: true, ttl: 0 }] }],
        },
      },
    });
    for (const version of [4, 5] as const)
      expect(Object.keys(attributesToJson(attributes, version))).toEqual(['attribute-0x17-0xE0']);
  });

  it('shows whatever comes without throwing', () => {
    const types = fc.constantFrom(1027, 1034, 1038, 1093, 1099, 1100, 1106, 1108, 1158, 1162, 1250, 1252);
    const tlvs = fc.array(fc.tuple(types, fc.uint8Array({ maxLength: 40 })), { maxLength: 6 });
    fc.assert(
      fc.property(tlvs, fc.constantFrom(4, 5, 6), (list, version) => {
        const bgpLs = list.map(([type, value]) => ({ type, value }));
        expect(() => JSON.stringify(attributesToJson({ bgpLs }, version as 4 | 5 | 6))).not.toThrow();
      }),
    );
  });
});

describe('attributes that nobody knows', () => {
  it.each([
    ['c063 02 aabb', 0xc0],
    // an extended length that was not needed
    ['7099 0004 00000064', 0x70],
  ])('%s keeps its flags and octets', (octets, flags) => {
    expect(attributesOf(octets).raw?.[0]?.flags).toBe(flags);
  });

  it('refuses a well-known one from a peer only', () => {
    const { malformed } = decodeAttributes(hex('4099 01 00'), { ...DEFAULT_CONTEXT, peering: 'external' });
    expect(malformed.map(({ action }) => action)).toEqual(['session-reset']);
    expect(decodeAttributes(hex('4099 01 00'), DEFAULT_CONTEXT).malformed).toEqual([]);
  });
});
