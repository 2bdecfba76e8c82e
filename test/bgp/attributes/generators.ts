import fc from 'fast-check';
import type { AsPathSegment } from '../../../src/bgp/attributes/as-path.ts';
import type { AttributeKey, Attributes } from '../../../src/bgp/attributes/index.ts';
import { labelIndexTlvs, serviceTlv } from '../../../src/bgp/attributes/prefix-sid-tlv.ts';

export const u32 = fc.nat(0xffffffff);
export const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const bytes = fc.uint8Array({ maxLength: 300 });
const as = fc.integer({ min: 1, max: 0xffffffff });

const segment: fc.Arbitrary<AsPathSegment> = fc.record({
  type: fc.constantFrom('set', 'sequence', 'confed-sequence', 'confed-set'),
  asns: fc.array(as, { minLength: 1, maxLength: 8 }),
});
const aggregator = fc.record({ as, address: octets(4) });
const family = fc.nat(0xffffff);
const sortedNumbers = fc
  .array(u32, { minLength: 1, maxLength: 8 })
  .map((values) => [...values].sort((a, b) => a - b));
const sortedOctets = (length: number) =>
  fc
    .array(octets(length), { minLength: 1, maxLength: 8 })
    .map((values) => [...values].sort((a, b) => Buffer.compare(a, b)));
const large = fc
  .uniqueArray(fc.tuple(u32, u32, u32), { minLength: 1, maxLength: 8, selector: (one) => one.join(':') })
  .map((values) => [...values].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));

const bits = fc.nat(255);
const sidStructure = fc.option(fc.tuple(bits, bits, bits, bits, bits, bits), { nil: undefined });

const domain = fc.record({ admin: u32, local: fc.nat(0xffff), safi: fc.nat(255) });

/** A TLV of the BGP-LS attribute, often one that words can say. */
const linkStateTlv = fc.record({
  type: fc.oneof(
    fc.integer({ min: 1024, max: 1180 }),
    fc.constantFrom(258, 1026, 1089, 1091),
    fc.nat(0xffff),
  ),
  value: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    octets(4),
    octets(3),
    octets(8),
    octets(16),
    octets(32),
    fc.stringMatching(/^[a-z0-9]{1,8}$/).map((text) => Uint8Array.from(Buffer.from(text))),
  ),
});
/** A sub-TLV of a tunnel, often one that words can say. */
const subTlv = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map((value) => Uint8Array.of(6, value.length, ...value)),
  octets(4).map((value) => Uint8Array.of(6, 10, 0, 0, 0, 0, 0, 1, ...value)),
  octets(4).map((value) => Uint8Array.of(4, 8, 3, 11, 0, 0, ...value)),
  octets(3).map((value) => Uint8Array.of(1, 12, 0x80, ...value, 0, 0, 0, 0, 0, 0, 0, 0)),
  fc
    .tuple(fc.integer({ min: 1, max: 10 }), fc.constantFrom(1, 2, 4, 8).chain(octets))
    .map(([type, value]) => Uint8Array.of(type, value.length, ...value)),
  octets(5).map((value) => Uint8Array.of(129, 0, 5, ...value)),
);

/** One generator for each row of the table: a row without one does not compile. Lists are in wire order. */
export const GENERATORS: { readonly [K in AttributeKey]: fc.Arbitrary<NonNullable<Attributes[K]>> } = {
  origin: fc.constantFrom('igp', 'egp', 'incomplete'),
  asPath: fc.array(segment, { maxLength: 4 }),
  nextHop: octets(4),
  med: u32,
  localPreference: u32,
  atomicAggregate: fc.constant(true as const),
  aggregator,
  community: sortedNumbers,
  originatorId: u32,
  clusterList: fc.array(u32, { minLength: 1, maxLength: 8 }),
  mpReach: fc.record({ family, nextHop: fc.uint8Array({ maxLength: 48 }), nlri: bytes }),
  mpUnreach: fc.record({ family, nlri: bytes }),
  extendedCommunity: sortedOctets(8),
  as4Path: fc.array(segment, { maxLength: 4 }),
  as4Aggregator: aggregator,
  ipv6ExtendedCommunity: fc.array(octets(20), { minLength: 1, maxLength: 4 }),
  aigp: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
  largeCommunity: large,
  otc: u32,
  bgpLs: fc.array(linkStateTlv, { maxLength: 4 }),
  pmsi: fc.oneof(
    fc.record({
      flags: fc.nat(255),
      tunnelType: fc.constantFrom(0, 1, 5, 7, 9),
      label: fc.nat(0xffffff),
      identifier: fc.uint8Array({ maxLength: 20 }),
    }),
    fc.record({
      flags: fc.nat(255),
      tunnelType: fc.constant(6),
      label: fc.nat(0xffffff),
      identifier: octets(4),
    }),
  ),
  tunnelEncap: fc.array(
    fc.record({
      type: fc.oneof(fc.integer({ min: 1, max: 22 }), fc.integer({ min: 1, max: 0xffff })),
      subTlvs: fc
        .array(subTlv, { maxLength: 3 })
        .map((all) => Uint8Array.from(all.flatMap((one) => [...one]))),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  prefixSid: fc.oneof(
    fc
      .tuple(u32, fc.array(fc.tuple(fc.nat(0xffffff), fc.nat(0xffffff)), { maxLength: 3 }))
      .map(([index, ranges]) => labelIndexTlvs(index, ranges)),
    fc
      .record({
        type: fc.constantFrom(5, 6),
        sid: octets(16),
        behavior: fc.nat(0xffff),
        structure: sidStructure,
      })
      .map(({ type, sid, behavior, structure }) => [
        serviceTlv(type, {
          text: '',
          sid,
          flags: 0,
          behavior,
          ...(structure === undefined ? {} : { structure }),
        }),
      ]),
    fc.record({ type: fc.constantFrom(2, 4, 200), value: bytes }).map((tlv) => [tlv]),
  ),
  trafficEngineering: bytes,
  peDistinguisherLabels: bytes,
  bgpsecPath: bytes,
  communityContainer: bytes,
  domainPath: fc.array(fc.array(domain, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
  sfp: bytes,
  bfdDiscriminator: fc.record({
    mode: fc.nat(255),
    discriminator: u32,
    tlvs: fc
      .array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 })
      .map((all) => Uint8Array.from(all.flatMap((value) => [1, value.length, ...value]))),
  }),
  nextHopCharacteristics: bytes,
  bier: bytes,
  edgeMetadata: bytes,
  attrSet: fc.record({
    originAs: u32,
    attributes: fc.constantFrom(new Uint8Array(0), Uint8Array.of(0x40, 1, 1, 0)),
  }),
};
