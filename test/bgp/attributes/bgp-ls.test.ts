import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bgpLs } from '../../../src/bgp/attributes/bgp-ls.ts';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { API_VERSIONS, type ApiVersion } from '../../../src/bgp/json.ts';
import { Reader } from '../../../src/wire/reader.ts';
import { written } from '../../../src/wire/writer.ts';
import { hex, toHex } from '../words.ts';

function shown(octets: string, version: ApiVersion): unknown {
  const value = bgpLs.decode(new Reader(hex(octets)), DEFAULT_CONTEXT);
  expect(toHex(written((w) => bgpLs.encode(w, value, DEFAULT_CONTEXT)))).toBe(toHex(hex(octets)));
  return bgpLs.toJson?.(value, version)['bgp-ls'];
}

const ADJ = { F: 0, B: 0, V: 1, L: 1, S: 0, P: 0, RSV: 0 };
const PREFIX = { R: 0, N: 1, P: 0, E: 0, V: 0, L: 0, RSV: 0 };
const END_X = { B: 0, S: 0, P: 0, RSV: 0 };
const SID = 'fc300000000000000000000000000001';
const unknown = (...types: string[]) => ({
  'attribute-not-implemented': types.length === 1 ? types[0] : types,
});

interface Row {
  readonly octets: string;
  readonly json: unknown;
  /** Of versions 4 and 5, where they are others. */
  readonly json4?: unknown;
  readonly json5?: unknown;
}

const ROWS: readonly Row[] = [
  {
    octets: '0102 0008 00000172 000001bb',
    json: { 'link-local-remote-identifiers': { 'local-id': 370, 'remote-id': 443 } },
    json4: unknown('258'),
    json5: { 'generic-lsid-258': ['0x00000172000001BB'] },
  },
  { octets: '0107 0004 00020003', json: { 'generic-lsid-263': ['0x00020003'] }, json4: unknown('263') },
  {
    octets: '010a 0002 010a 270f 0003 010203',
    json: { 'generic-lsid-266': ['0x010A'], 'generic-lsid-9999': ['0x010203'] },
    json4: unknown('266', '9999'),
  },
  { octets: '0400 0001 a0', json: { 'node-flags': { O: 1, T: 0, E: 1, B: 0, R: 0, V: 0, RSV: 0 } } },
  {
    octets: '0401 0002 0102',
    json: { opaque: '0102' },
    json4: { opaque: '\u0001\u0002' },
    json5: { opaque: '\u0001\u0002' },
  },
  { octets: '0402 0004 72747231', json: { 'node-name': 'rtr1' } },
  // JSON has a way to write any of it
  { octets: '0402 0005 615c620a7f', json: { 'node-name': 'a\\b\n\u007f' } },
  {
    octets: '0403 0003 490001',
    json: { 'area-ids': ['4784129'] },
    json4: { 'area-id': '490001' },
    json5: { 'area-id': '4784129' },
  },
  {
    octets: '0404 0004 0a010101',
    json: { 'local-router-ids': ['10.1.1.1'] },
    json4: { 'local-te-router-ids': ['10.1.1.1'] },
    json5: { 'local-te-router-ids': ['10.1.1.1'] },
  },
  {
    octets: '0406 0004 0a020202',
    json: { 'remote-router-ids': ['10.2.2.2'] },
    json4: { 'remote-te-router-id': '10.2.2.2' },
    json5: { 'remote-te-router-id': '10.2.2.2' },
  },
  {
    octets: '0406 0004 0a020202 0406 0004 0a020203',
    json: { 'remote-router-ids': ['10.2.2.2', '10.2.2.3'] },
    json4: { 'remote-te-router-id': ['10.2.2.2', '10.2.2.3'] },
    json5: { 'remote-te-router-id': ['10.2.2.2', '10.2.2.3'] },
  },
  { octets: '040b 0002 0001', json: { 'sr-algorithms': [0, 1] } },
  {
    octets: '040a 000c 8000 0003e8 0489 0003 003e80',
    json: { 'sr-capability-flags': { I: 1, V: 0, RSV: 0 }, sids: [[1000, 16000]] },
  },
  ...['040c', '040d', '040f', '0462', '0487', '0495', '04e3'].map((type): Row => {
    const number = Number.parseInt(type, 16);
    return {
      octets: `${type} 0002 0102`,
      json: { [`generic-lsid-${number}`]: ['0x0102'] },
      json4: unknown(String(number)),
    };
  }),
  {
    octets: '040e 0004 40000000',
    json: { 'srv6-capabilities': { flags: { O: 1 } } },
    json4: unknown('1038'),
  },
  { octets: '0440 0004 000000ff', json: { 'admin-group-mask': 255 }, json4: { 'admin-group-mask': [255] } },
  { octets: '0441 0004 4cee6b28', json: { 'maximum-link-bandwidth': 125000000 } },
  { octets: '0442 0004 4cee6b28', json: { 'maximum-reservable-link-bandwidth': 125000000 } },
  {
    octets: `0443 0020 ${'4cee6b28'.repeat(8)}`,
    json: { 'unreserved-bandwidth': Array(8).fill(125000000) },
  },
  { octets: '0444 0004 00000014', json: { 'te-metric': 20 } },
  {
    octets: '0445 0002 0400',
    json: {
      'link-protection-flags': {
        ExtraTrafic: 0,
        Unprotected: 0,
        Shared: 1,
        'Dedicated 1:1': 0,
        'Dedicated 1+1': 0,
        Enhanced: 0,
        RSV: 0,
      },
    },
  },
  { octets: '0446 0001 80', json: { 'mpls-mask': { LDP: 1, 'RSVP-TE': 0, RSV: 0 } } },
  { octets: '0447 0001 0a', json: { 'igp-metric': 10 } },
  { octets: '0447 0002 000a', json: { 'igp-metric': 10 } },
  { octets: '0447 0003 00000a', json: { 'igp-metric': 10 } },
  { octets: '0448 0008 00000001 00000002', json: { 'shared-risk-link-groups': [1, 2] } },
  {
    octets: '0449 0002 0102',
    json: { 'opaque-link': '0102' },
    json4: { 'opaque-link': '\u0001\u0002' },
    json5: { 'opaque-link': '\u0001\u0002' },
  },
  { octets: '044a 0006 6c696e6b2d61', json: { 'link-name': 'link-a' } },
  {
    octets: '044b 0007 30000000 049310',
    json: { 'sr-adjs': [{ flags: ADJ, sids: [299792], weight: 0, 'undecoded-sids': [] }] },
    json4: { 'sr-adj-flags': ADJ, sids: [[299792]], 'undecoded-sids': [], 'sr-adj-weight': 0 },
    json5: { 'sr-adj': { flags: ADJ, sids: [299792], weight: 0, 'undecoded-sids': [] } },
  },
  {
    octets: `0452 0016 0039 00 00 00 00 ${SID}`,
    json: { 'srv6-endx': [{ flags: END_X, behavior: 57, algorithm: 0, weight: 0, sid: 'fc30::1' }] },
    json4: unknown('1106'),
  },
  {
    octets: `0453 001c 0039 e0 80 05 00 010134000041 ${SID}`,
    json: {
      'srv6-lan-endx-isis': [
        {
          flags: { B: 1, S: 1, P: 1, RSV: 0 },
          behavior: 57,
          algorithm: 128,
          weight: 5,
          'neighbor-id': '010134000041',
          sid: 'fc30::1',
        },
      ],
    },
    json4: unknown('1107'),
  },
  {
    octets: `0452 001e 0039 00 00 00 00 ${SID} 04e4 0004 20101040`,
    json: {
      'srv6-endx': [
        {
          flags: END_X,
          behavior: 57,
          algorithm: 0,
          weight: 0,
          sid: 'fc30::1',
          'srv6-sid-structure': { loc_block_len: 32, loc_node_len: 16, func_len: 16, arg_len: 64 },
        },
      ],
    },
    json4: unknown('1106'),
  },
  {
    octets: `0454 001a 0039 00 00 00 00 0a000001 ${SID}`,
    json: {
      'srv6-lan-endx-ospf': [
        { flags: END_X, behavior: 57, algorithm: 0, weight: 0, 'neighbor-id': '0a000001', sid: 'fc30::1' },
      ],
    },
    json4: unknown('1108'),
  },
  {
    octets: '045a 0004 800003e8',
    json: { 'unidirectional-link-delay': { 'delay-us': 1000, anomalous: true } },
    json4: unknown('1114'),
    json5: { 'generic-lsid-1114': ['0x800003E8'] },
  },
  {
    octets: '045b 0008 00000001 00000002',
    json: {
      'minmax-unidirectional-link-delay': { 'min-delay-us': 1, 'max-delay-us': 2, anomalous: false },
    },
    json4: unknown('1115'),
    json5: { 'generic-lsid-1115': ['0x0000000100000002'] },
  },
  {
    octets: '045c 0004 00000007',
    json: { 'unidirectional-delay-variation': 7 },
    json4: unknown('1116'),
    json5: { 'generic-lsid-1116': ['0x00000007'] },
  },
  {
    octets: '045d 0004 00000064',
    json: { 'unidirectional-link-loss': { 'loss-percent': 0.0003, anomalous: false } },
    json4: unknown('1117'),
    json5: { 'generic-lsid-1117': ['0x00000064'] },
  },
  ...(
    [
      ['045e', 'residual'],
      ['045f', 'available'],
    ] as const
  ).map(
    ([type, word]): Row => ({
      octets: `${type} 0004 4cee6b28`,
      json: { [`unidirectional-${word}-bandwidth`]: 125000000 },
      json4: unknown(String(Number.parseInt(type, 16))),
      json5: { [`generic-lsid-${Number.parseInt(type, 16)}`]: ['0x4CEE6B28'] },
    }),
  ),
  {
    octets: '0460 0004 4cee6b28',
    json: { 'unidirectional-utilized-bandwidth': 125000000 },
    json4: unknown('1120'),
    json5: { 'generic-lsid-1120': ['0x4CEE6B28'] },
  },
  { octets: '0480 0001 80', json: { 'igp-flags': { D: 1, N: 0, L: 0, P: 0, RSV: 0 } } },
  { octets: '0481 0004 00000001', json: { 'igp-route-tags': [1] } },
  { octets: '0483 0004 0000000a', json: { 'prefix-metric': 10 } },
  {
    octets: '0485 0002 0102',
    json: { 'opaque-prefix': '0102' },
    json4: { 'opaque-prefix': '\u0001\u0002' },
    json5: { 'opaque-prefix': '\u0001\u0002' },
  },
  { octets: '0484 0004 0a090909', json: { 'ospf-forwarding-address': '10.9.9.9' } },
  {
    octets: '048a 0008 80800000 0000000a',
    json: { 'srv6-locators': [{ flags: { D: 1, RSV: 0 }, algorithm: 128, metric: 10 }] },
    json4: unknown('1162'),
    json5: { 'srv6-locator': { flags: { D: 1, RSV: 0 }, algorithm: 128, metric: 10 } },
  },
  {
    octets: '0486 0008 40000000 00000064',
    json: {
      'sr-prefix-sids': [{ 'sr-prefix-flags': PREFIX, sids: [100], 'undecoded-sids': [], 'sr-algorithm': 0 }],
    },
    json4: { 'sr-prefix-flags': PREFIX, sids: [100], 'undecoded-sids': [], 'sr-algorithm': 0 },
    json5: { 'sr-prefix-flags': PREFIX, sids: [100], 'undecoded-sids': [], 'sr-algorithm': 0 },
  },
  { octets: '0492 0001 40', json: { 'sr-prefix-attribute-flags': { X: 0, R: 1, N: 0, RSV: 0 } } },
  { octets: '0493 0004 0a010101', json: { 'sr-source-router-id': '10.1.1.1' } },
  {
    octets: '04e2 0004 0030 00 00 04e4 0004 28181000',
    json: {
      'srv6-endpoint-behavior': { 'endpoint-behavior': 48, flags: [], algorithm: 0 },
      'srv6-sid-structure': { loc_block_len: 40, loc_node_len: 24, func_len: 16, arg_len: 0 },
    },
    json4: unknown('1250', '1252'),
  },
];

describe('BGP-LS attribute', () => {
  it.each(ROWS)('$octets', ({ octets, json, json4, json5 }) => {
    expect(shown(octets, 4)).toEqual(json4 ?? json);
    expect(shown(octets, 5)).toEqual(json5 ?? json);
    expect(shown(octets, 6)).toEqual(json);
  });

  it('names LAN adjacencies by version', () => {
    const octets = '044c 000d 30000000 010134000041 049310';
    const item = { flags: ADJ, weight: 0, 'system-id': '010134000041', sids: [299792], undecoded: [] };
    expect(shown(octets, 5)).toEqual({ 'sr-adj-lan-sids': [item] });
    expect(shown(octets, 6)).toEqual({ 'sr-adj-lan': [item] });
    expect(shown(octets, 4)).toEqual({
      'sr-adj-lan-flags': ADJ,
      sids: [299792],
      'undecoded-sids': [],
      'sr-adj-lan-weight': 0,
    });
  });

  it('reads the adjacencies of OSPF, whose flags stand elsewhere', () => {
    const flags = { F: 0, B: 1, V: 1, L: 0, S: 0, P: 0, RSV: 0 };
    expect(shown('044b 0007 60000000 049310', 6)).toEqual({
      'sr-adjs': [{ flags, sids: [299792], weight: 0, 'undecoded-sids': [] }],
    });
    const lan = { flags, weight: 5, sids: [299792], undecoded: [] };
    const other = { ...lan, flags: { ...flags, B: 0, V: 0 }, sids: [7] };
    expect(shown('044c 000b 60050000 0a000001 049310', 6)).toEqual({
      'sr-adj-lan': [{ ...lan, 'system-id': '0a000001' }],
    });
    expect(shown('044c 000c 00050000 0a000001 00000007', 6)).toEqual({
      'sr-adj-lan': [{ ...other, 'system-id': '0a000001' }],
    });
  });

  it('puts lists first in version 6, and keeps the order in others', () => {
    const octets = '0447 0001 0a 0404 0004 0a010101 0402 0001 61 270f 0001 01';
    const keys = (version: ApiVersion) => Object.keys(shown(octets, version) as object);
    expect(keys(6)).toEqual(['local-router-ids', 'generic-lsid-9999', 'igp-metric', 'node-name']);
    expect(keys(5)).toEqual(['igp-metric', 'local-te-router-ids', 'node-name', 'generic-lsid-9999']);
  });

  it('reads TLVs of any type and length', () => {
    const type = fc.oneof(
      fc.integer({ min: 1024, max: 1180 }),
      fc.integer({ min: 256, max: 270 }),
      fc.constantFrom(1250, 1251, 1252),
    );
    const tlv = fc.record({ type, value: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(fc.array(tlv, { maxLength: 5 }), fc.constantFrom(...API_VERSIONS), (tlvs, version) => {
        expect(JSON.stringify(Object.keys(bgpLs.toJson?.(tlvs, version) ?? {}))).toBe('["bgp-ls"]');
      }),
    );
  });
});
