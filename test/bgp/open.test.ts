import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilityTlvs } from '../../src/bgp/capabilities/index.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { HEADER_LENGTH } from '../../src/bgp/header.ts';
import { decodeOpen, encodeOpen, makeOpen, openAs } from '../../src/bgp/open.ts';
import { checkOpen } from '../../src/bgp/open-check.ts';
import { makeOpenFor, type OpenParameters } from '../../src/bgp/open-layout.ts';
import { fromHex, toHex } from '../../src/wire/hex.ts';

const octets = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array(0);

function judge(text: string): string {
  try {
    const open = decodeOpen(octets(text));
    checkOpen(open, { peerAs: 65001, localAs: 65002, routerId: 0x0a090002, asn4: true });
    return 'accept';
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return `${err.code}/${err.subcode}${err.subcode === 1 ? ` ${toHex(err.data)}` : ''}`;
  }
}

describe('OPEN received', () => {
  it.each([
    { what: 'good', body: '04fde9001e0a09000110020e010400010001020041040000fde9', expected: 'accept' },
    { what: 'version 3', body: '03fde9001e0a09000110020e010400010001020041040000fde9', expected: '2/1 0004' },
    { what: 'wrong AS', body: '04fde7001e0a0900010e020c01040001000141040000fde7', expected: '2/2' },
    { what: 'AS 0', body: '040000001e0a0900010e020c010400010001410400000000', expected: '2/2' },
    { what: 'identifier 0', body: '04fde9001e0000000010020e010400010001020041040000fde9', expected: '2/3' },
    { what: 'our identifier, external', body: '04fde9001e0a09000200', expected: 'accept' },
    { what: 'hold time 1', body: '04fde900010a09000100', expected: '2/6' },
    { what: 'hold time 2', body: '04fde900020a09000100', expected: '2/6' },
    { what: 'hold time 0', body: '04fde900000a09000100', expected: 'accept' },
    {
      what: 'parameters too long',
      body: '04fde9001e0a09000140020e010400010001020041040000fde9',
      expected: '2/0',
    },
    { what: 'octets after them', body: '04fde9001e0a0900010000', expected: '2/0' },
    { what: 'authentication', body: '04fde9001e0a0900010401020000', expected: '2/4' },
    { what: 'parameter 77', body: '04fde9001e0a090001044d020000', expected: '2/4' },
    { what: 'capability too long', body: '04fde9001e0a09000108020601c800010001', expected: '2/0' },
    { what: 'half a capability', body: '04fde9001e0a09000103020141', expected: '2/0' },
    {
      what: 'AS capability of three octets',
      body: '04fde9001e0a0900010d020b010400010001410300fde9',
      expected: 'accept',
    },
    {
      what: 'RFC 9072',
      body: '04fde9001e0a090001ffff000f02000c01040001000141040000fde9',
      expected: 'accept',
    },
    {
      what: 'RFC 9072, any first length',
      body: '04fde9001e0a090001 01 ff 000f 02000c01040001000141040000fde9',
      expected: 'accept',
    },
    {
      what: 'RFC 9072 too long',
      body: '04fde9001e0a090001ffff040002000c01040001000141040000fde9',
      expected: '2/0',
    },
    {
      what: 'RFC 9072, parameter too long',
      body: '04fde9001e0a090001ffff000f02ffff01040001000141040000fde9',
      expected: '2/0',
    },
    { what: 'RFC 9072, 255 within', body: '04fde9001e0a090001ffff0003ff0000', expected: '2/4' },
  ])('$what', ({ body, expected }) => {
    expect(judge(body)).toBe(expected);
  });

  it('refuses our own identifier from an internal peer', () => {
    const open = decodeOpen(octets('04fde9001e0a09000200'));
    const ours = { peerAs: 65001, localAs: 65001, routerId: 0x0a090002, asn4: true };
    expect(() => checkOpen(open, ours)).toThrow('10.9.0.2 is an invalid router_id');
  });

  it('says which AS was expected', () => {
    const open = decodeOpen(octets('04fdf1001e0a09000200'));
    const ours = { peerAs: 65000, localAs: 65001, routerId: 1, asn4: true };
    expect(() => checkOpen(open, ours)).toThrow('ASN in OPEN (65009) did not match ASN expected (65000)');
  });

  /** AS 23456 in the field, 70000 in capability 65. */
  const LARGE = '045ba0001e0a0900010802064104 00011170';
  it.each([
    ['both sides have capability 65', LARGE, true, 'accept'],
    ['we have none', LARGE, false, 'ASN in OPEN (23456) did not match ASN expected (70000)'],
    [
      'the peer has none',
      '045ba0001e0a09000100',
      true,
      'ASN in OPEN (23456) did not match ASN expected (70000)',
    ],
  ])('a peer of AS 70000 where %s', (_, body, asn4, expected) => {
    const judged = () =>
      checkOpen(decodeOpen(octets(body)), { peerAs: 70000, localAs: 65001, routerId: 1, asn4 });
    if (expected === 'accept') judged();
    else expect(judged).toThrow(expected);
  });

  it('throws nothing else for noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
        try {
          decodeOpen(noise);
          decodeOpen(Uint8Array.of(4, ...noise));
        } catch (err) {
          expect(err).toBeInstanceOf(NotificationError);
        }
      }),
    );
  });
});

const BASE: OpenParameters = {
  as: 65000,
  holdTimeSeconds: 180,
  routerId: 0x01020304,
  families: [IPV4_UNICAST, IPV6_UNICAST],
  asn4: true,
  nexthops: undefined,
  addPath: [],
  routeRefresh: false,
  operational: false,
  extendedMessage: true,
  linkLocalNexthop: false,
  multiSession: false,
};

const FULL: OpenParameters = {
  ...BASE,
  nexthops: [{ family: IPV4_UNICAST, nextHopAfi: 2 }],
  addPath: [
    { family: IPV4_UNICAST, send: true, receive: true },
    { family: IPV6_UNICAST, send: true, receive: true },
  ],
  gracefulRestart: { timeSeconds: 120, families: [IPV4_UNICAST, IPV6_UNICAST] },
  routeRefresh: true,
  operational: true,
};

const FULL_PARAMETERS = `0206010400010001 0206010400020001 020641040000fde8 02080506000100010002
  020a4508000101030002010 3 020c400a80780001018000020180 02020200 02024600 0202b900`;

it('what many peers announce alike is kept once, and not as a view of what was read', () => {
  const body = octets('04fde9001e0a0900010d020b010400010001c90300fde9');
  const first = decodeOpen(body);
  const second = decodeOpen(octets('04fdea001e0a0900020d020b010400010001c90300fde9'));
  expect(second).toMatchObject({ myAs: 0xfdea, routerId: 0x0a090002 });
  expect(second.capabilityTlvs).toBe(first.capabilityTlvs);
  expect(second.capabilities).toBe(first.capabilities);
  body.fill(0, 10);
  expect(first.capabilityTlvs[1]).toMatchObject({ key: 'raw', value: octets('00fde9') });
  const other = decodeOpen(octets('04fde9001e0a0900010d020b010400010001c90300fdea'));
  expect(other.capabilityTlvs[1]).toMatchObject({ value: octets('00fdea') });
});

it.each([2, 60])('nothing that an OPEN of %i families says is a view of what was read', (count) => {
  const families = Array.from({ length: count }, (_, i) => 256 + i);
  const { capabilityTlvs, ...rest } = makeOpenFor({
    ...FULL,
    families,
    hostName: 'edge1',
    softwareVersion: 'test 1',
  });
  const unknown = { key: 'raw', code: 200, value: Uint8Array.of(1, 2, 3) } as const;
  const body = encodeOpen(
    makeOpen({ as: 65000, ...rest, capabilityTlvs: [...capabilityTlvs, unknown] }),
  ).slice(HEADER_LENGTH);
  expect(body.length > 512).toBe(count === 60);
  const open = decodeOpen(body);
  const said = structuredClone(open);
  body.fill(0xee);
  expect(open).toEqual(said);
});

describe('our OPEN', () => {
  it.each([
    {
      what: 'link-local next hop',
      given: { ...BASE, families: [IPV6_UNICAST], linkLocalNexthop: true },
      body: '04 fde8 00b4 01020304 18 0206010400020001 020641040000fde8 02020600 02024d00',
    },
    {
      what: 'paths limit',
      given: {
        ...BASE,
        families: [IPV4_UNICAST],
        addPath: [{ family: IPV4_UNICAST, send: false, receive: true }],
        pathsLimit: [{ family: IPV4_UNICAST, limit: 10 }],
      },
      body: '04 fde8 00b4 01020304 25 0206010400010001 020641040000fde8 0206450400010101 02074c05000101000a 02020600',
    },
    { what: 'much', given: FULL, body: `04 fde8 00b4 01020304 4c ${FULL_PARAMETERS} 02020600` },
    {
      what: 'more',
      given: {
        ...FULL,
        extendedMessage: false,
        hostName: 'r1',
        domainName: 'ex.com',
        softwareVersion: 'ExaBGP/5.0.13',
        multiSession: true,
      },
      body: `04 fde8 00b4 01020304 72 ${FULL_PARAMETERS} 020c490a027231 06 65782e636f6d
        02104b0e0d4578614247502f352e302e3133 0203440100 0203440101`,
    },
    {
      what: 'an AS of four octets',
      given: { ...BASE, as: 4200000000, families: [IPV4_UNICAST], extendedMessage: false },
      body: '04 5ba0 00b4 01020304 10 0206010400010001 02064104fa56ea00',
    },
  ])('has the octets and order of the recordings: $what', ({ given, body }) => {
    const open = makeOpenFor(given);
    const wire = encodeOpen(open);
    expect(toHex(wire.subarray(HEADER_LENGTH))).toBe(body.replace(/\s/g, ''));
    expect(decodeOpen(wire.subarray(HEADER_LENGTH))).toEqual(open);
    expect(openAs(open)).toBe(given.as);
  });

  it('takes the extended form of RFC 9072 when it must', () => {
    const families = Array.from({ length: 60 }, (_, i) => 256 + i);
    const open = makeOpenFor({ ...BASE, families });
    const body = encodeOpen(open).subarray(HEADER_LENGTH);
    expect(toHex(body.subarray(9, 13))).toBe('ffff022a');
    expect(decodeOpen(body)).toEqual(open);
  });

  it.each([31, 32])('keeps the plain form up to 255 octets: %i families', (count) => {
    const tlvs = capabilityTlvs(
      'multiprotocol',
      Array.from({ length: count }, (_, i) => 256 + i),
    );
    const open = makeOpen({ as: 1, holdTimeSeconds: 0, routerId: 1, capabilityTlvs: tlvs });
    const body = encodeOpen(open).subarray(HEADER_LENGTH);
    expect(body[9]).toBe(count === 31 ? 248 : 255);
    expect(body[10]).toBe(count === 31 ? 2 : 255);
    expect(decodeOpen(body)).toEqual(open);
  });
});
