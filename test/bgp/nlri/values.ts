import fc from 'fast-check';
import type { NlriCodec } from '../../../src/bgp/nlri/codec.ts';
import {
  COMPONENTS,
  type FlowComponent,
  type FlowTerm,
  LAYER2_COMPONENTS,
} from '../../../src/bgp/nlri/flowspec-components.ts';
import type { NLRI } from '../../../src/bgp/nlri/index.ts';
import { makeLabeled } from '../../../src/bgp/nlri/labeled.ts';
import { parseRd } from '../../../src/bgp/nlri/rd.ts';
import { makeVpn } from '../../../src/bgp/nlri/vpn.ts';
import { masked, type Prefix } from '../../../src/wire/prefix.ts';

type ValueOf<C> = C extends NlriCodec<infer Value> ? Value : never;
/** One generator a row, in the order of the table: a row without one does not compile. */
type GeneratorsOf<Rows extends readonly unknown[]> = {
  readonly [I in keyof Rows]: fc.Arbitrary<ValueOf<Rows[I]>>;
};

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const label = fc.integer({ min: 0, max: 0xfffff });
const empty = fc.constant(new Uint8Array(0));
const address = fc.oneof(bytes(4), bytes(16));
const optionalAddress = fc.oneof(empty, bytes(4), bytes(16));

const prefix = (octets: 4 | 16): fc.Arbitrary<Prefix> =>
  fc
    .tuple(bytes(octets), fc.integer({ min: 0, max: octets * 8 }))
    .map(([a, length]) => ({ length, address: masked(a, length) }));

const rd = fc.oneof(
  fc.tuple(u16, u32).map(([as, n]) => parseRd(`${as}:${n}`) ?? new Uint8Array(8)),
  fc.tuple(u32, u16).map(([as, n]) => parseRd(`${as > 0xffff ? as : `${as}L`}:${n}`) ?? new Uint8Array(8)),
  bytes(6).map((rest) => Uint8Array.of(0, 1, ...rest)),
  bytes(6).map((rest) => Uint8Array.of(0, 9, ...rest)),
);

// Above another label, 0 and 524288 are what stands for any label in a withdrawal (RFC 8277 section 2.4).
const upperLabel = label.filter((n) => n !== 0 && n !== 0x80000);
const labels = fc.oneof(
  label.map((n) => [n]),
  fc.tuple(upperLabel, label).map((pair) => [...pair]),
);
const labeled = (octets: 4 | 16) => fc.tuple(prefix(octets), labels).map(([p, l]) => makeLabeled(p, l));
const vpn = (octets: 4 | 16) => fc.tuple(rd, prefix(octets), labels).map(([r, p, l]) => makeVpn(r, p, l));
const multicastVpn = (octets: 4 | 16) => fc.record({ rd, prefix: prefix(octets) });

function term(maximum: number, operators: number): fc.Arbitrary<Omit<FlowTerm, 'and'>> {
  return fc
    .record({ operator: fc.integer({ min: 0, max: operators }), value: fc.integer({ min: 0, max: maximum }) })
    .map(({ operator, value }) => ({ operator, value, octets: value <= 0xff ? 1 : value <= 0xffff ? 2 : 4 }));
}

function component(row: (typeof COMPONENTS)[number], octets: 4 | 16): fc.Arbitrary<FlowComponent> {
  const { type } = row;
  if (row.kind === 'mac') return bytes(6).map((mac) => ({ type, mac }));
  if (row.kind !== 'prefix') {
    const terms = fc.array(fc.tuple(term(row.maximum, row.kind === 'numeric' ? 7 : 3), fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    });
    return terms.map((list) => ({ type, terms: list.map(([t, and], i) => ({ and: and && i > 0, ...t })) }));
  }
  return prefix(octets).map((p) => (octets === 4 ? { type, ...p } : { type, ...p, offset: 0 }));
}

const components = (octets: 4 | 16, types = COMPONENTS) =>
  fc
    .subarray([...types], { minLength: 1 })
    .chain((rows) => fc.tuple(...rows.map((row) => component(row, octets))))
    .map((list) => [...list]);
const flow = (octets: 4 | 16) => fc.record({ components: components(octets) });
const layer2 = components(4, [...COMPONENTS, ...LAYER2_COMPONENTS]);
const flowVpn = (octets: 4 | 16) => fc.record({ rd, components: components(octets) });

const field = fc.integer({ min: 0, max: 0xffffff });
const oneLabel = fc.array(field, { minLength: 1, maxLength: 1 });
const esi = fc.oneof(bytes(10), fc.constant(new Uint8Array(10)));
const ethernetTag = u32;
const routeKey = fc
  .tuple(u8, fc.uint8Array({ maxLength: 20 }))
  .map(([t, o]) => Uint8Array.of(t, o.length, ...o));
const group = { source: optionalAddress, group: optionalAddress, originator: address };
const evpnPrefix = fc.oneof(
  fc.record({ length: fc.integer({ min: 0, max: 32 }), address: bytes(4), gateway: bytes(4) }),
  fc.record({ length: fc.integer({ min: 0, max: 128 }), address: bytes(16), gateway: bytes(16) }),
);
const synch = { rd, esi, ethernetTag, ...group, flags: u8 };

function of<const Type extends number, F>(type: Type, fields: fc.Arbitrary<F>) {
  return fields.map((value) => ({ type, fields: value }));
}

const evpn = fc.oneof(
  of(1, fc.record({ rd, esi, ethernetTag, label: oneLabel })),
  of(
    2,
    fc.record({
      rd,
      esi,
      ethernetTag,
      mac: bytes(6),
      ip: optionalAddress,
      labels: fc.array(field, { minLength: 1, maxLength: 2 }),
    }),
  ),
  of(3, fc.record({ rd, ethernetTag, ip: address })),
  of(4, fc.record({ rd, esi, ip: address })),
  of(5, fc.record({ rd, esi, ethernetTag, prefix: evpnPrefix, label: oneLabel })),
  of(6, fc.record({ rd, ethernetTag, ...group, flags: u8 })),
  of(7, fc.record(synch)),
  of(8, fc.record({ ...synch, reserved: u32, maximumResponseTime: u8 })),
  of(9, fc.record({ rd, ethernetTag, regionId: bytes(8) })),
  of(10, fc.record({ rd, ethernetTag, ...group })),
  of(11, fc.record({ 'route-key': routeKey, originator: address })),
  fc.record({ type: fc.integer({ min: 12, max: 255 }), octets: fc.uint8Array({ maxLength: 255 }) }),
);

const sourceAs = u32;
const mcastVpn = fc.oneof(
  of(1, fc.record({ rd, originator: address })),
  of(2, fc.record({ rd, sourceAs })),
  of(3, fc.record({ rd, ...group })),
  of(4, fc.record({ 'route-key': routeKey, originator: address })),
  of(5, fc.record({ rd, source: address, group: address })),
  of(6, fc.record({ rd, sourceAs, source: address, group: address })),
  of(7, fc.record({ rd, sourceAs, source: address, group: address })),
  fc.record({ type: fc.integer({ min: 8, max: 255 }), octets: fc.uint8Array({ maxLength: 255 }) }),
);

const teid = fc
  .tuple(fc.integer({ min: 0, max: 32 }), u32)
  .map(([teidBits, n]) => ({ teid: n % 2 ** teidBits, teidBits }));
const architecture = fc.constant(1);
const mup = (octets: 4 | 16) =>
  fc
    .oneof(
      of(1, fc.record({ rd, prefix: prefix(octets) })),
      of(2, fc.record({ rd, ip: bytes(octets) })),
      of(
        3,
        fc.record({
          rd,
          prefix: prefix(octets),
          teid: u32,
          qfi: fc.integer({ min: 0, max: 63 }),
          endpoint: address,
          source: optionalAddress,
        }),
      ),
      of(
        4,
        fc.record({ rd, endpoint: fc.tuple(bytes(octets), teid).map(([a, t]) => ({ address: a, ...t })) }),
      ),
      fc.record({ type: fc.integer({ min: 5, max: 0xffff }), octets: fc.uint8Array({ maxLength: 255 }) }),
    )
    .chain((route) => architecture.map((value) => ({ architecture: value, ...route })));

const rtc = fc.oneof(
  fc.constant({ origin: 0, routeTarget: new Uint8Array(8), length: 0 }),
  fc.tuple(u32, bytes(8), fc.integer({ min: 33, max: 96 })).map(([origin, target, length]) => ({
    origin,
    routeTarget: masked(target, length - 32),
    length,
  })),
  fc.tuple(u32, fc.constantFrom(0, 1, 2), bytes(6)).map(([origin, type, rest]) => ({
    origin,
    routeTarget: Uint8Array.of(type, 2, ...rest),
    length: 96,
  })),
);

const srPolicy = (octets: 4 | 16) => fc.record({ distinguisher: u32, color: u32, endpoint: bytes(octets) });
const vpls = fc.oneof(
  fc.record({ rd, endpoint: u16, offset: u16, size: u16, base: label.map((n) => n * 16 + 1) }),
  fc.record({ octets: fc.uint8Array({ maxLength: 16 }) }),
);

const tlv = fc.record({
  type: fc.oneof(u16, fc.integer({ min: 258, max: 265 }), fc.integer({ min: 512, max: 518 })),
  octets: fc.uint8Array({ maxLength: 20 }),
});
const plainTlv = tlv.filter(({ type }) => type !== 256 && type !== 257);
const node = fc.record({ type: fc.constantFrom(256, 257), node: fc.array(tlv, { maxLength: 4 }) });
const lsRoute = {
  type: fc.constantFrom(1, 2, 3, 4, 6),
  protocol: u8,
  identifier: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  descriptors: fc.array(fc.oneof(plainTlv, node), { maxLength: 6 }),
};
/** TLVs in the order of RFC 9552 section 5.1, which words can say. */
const ordered = (tlvs: readonly { type: number; octets: Uint8Array }[]) =>
  tlvs.toSorted((a, b) => a.type - b.type || Buffer.compare(a.octets, b.octets));
const octetsUpTo = (maxLength: number) => fc.uint8Array({ maxLength });
const nodeTlv = fc.record({
  type: fc.integer({ min: 511, max: 518 }),
  octets: fc.oneof(bytes(4), bytes(6), bytes(7), bytes(8), octetsUpTo(9)),
});
const linkTlv = fc.record({
  type: fc.integer({ min: 258, max: 266 }),
  octets: fc.oneof(bytes(1), bytes(2), bytes(4), bytes(8), bytes(16), octetsUpTo(9)),
});
const descriptor = fc.oneof(
  linkTlv,
  fc.record({ type: fc.constant(518), octets: bytes(16) }),
  prefix(4).map((p) => ({
    type: 265,
    octets: Uint8Array.of(p.length, ...p.address.subarray(0, (p.length + 7) >> 3)),
  })),
);
const worded = (head: { rd?: fc.Arbitrary<Uint8Array> }) =>
  fc
    .record(
      {
        ...head,
        type: fc.constantFrom(1, 2, 3, 4, 6),
        protocol: fc.nat(12),
        identifier: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        nodes: fc.tuple(fc.array(nodeTlv, { maxLength: 5 }), fc.array(nodeTlv, { maxLength: 5 })),
        tlvs: fc.array(descriptor, { maxLength: 5 }),
      },
      { noNullPrototype: true },
    )
    .map(({ nodes: [local, remote], tlvs, ...rest }) => ({
      ...rest,
      descriptors: [
        { type: 256, node: ordered(local) },
        ...(rest.type === 2 ? [{ type: 257, node: ordered(remote) }] : []),
        ...ordered(tlvs),
      ],
    }));
const unknownLs = fc.record({
  type: fc.integer({ min: 7, max: 0xffff }),
  octets: fc.uint8Array({ maxLength: 40 }),
});

export const VALUES: GeneratorsOf<typeof NLRI> = [
  prefix(4),
  prefix(4),
  labeled(4),
  vpn(4),
  multicastVpn(4),
  mcastVpn,
  srPolicy(4),
  mup(4),
  rtc,
  flow(4),
  flowVpn(4),
  prefix(16),
  prefix(16),
  labeled(16),
  vpn(16),
  multicastVpn(16),
  mcastVpn,
  srPolicy(16),
  mup(16),
  flow(16),
  flowVpn(16),
  vpls,
  evpn,
  fc.record({ components: layer2 }),
  fc.record({ rd, components: layer2 }),
  fc.oneof(fc.record(lsRoute), worded({}), unknownLs),
  fc.oneof(fc.record({ ...lsRoute, rd }), worded({ rd }), unknownLs),
];
