import fc from 'fast-check';
import { formatPrefix, masked } from '../../src/wire/prefix.ts';

/** Prefixes of IPv4 and IPv6 unicast as they are usually written. */
export const prefixText = fc
  .tuple(fc.boolean(), fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(128), fc.nat(9))
  .map(([four, octets, bits, bare]) => {
    const length = four ? bits % 33 : bits;
    const address = masked(octets.slice(0, four ? 4 : 16), length);
    if (
      four
        ? (address[0] as number) >= 224
        : address[0] === 0xff || address.subarray(0, 10).every((octet) => octet === 0)
    )
      return '10.0.0.0/8';
    const text = formatPrefix({ address, length });
    return bare === 0 ? text.replace(/\/(?:32|128)$/, '') : text;
  });

const number = (most: number) => fc.oneof(fc.nat(most), fc.constantFrom(0, 1, most));
const list = (word: string, one: fc.Arbitrary<string>, minLength = 1) =>
  fc.array(one, { minLength, maxLength: 5 }).map((all) => `${word} [ ${all.join(' ')} ]`);
const u32 = number(0x7fffffff).map(String);
const asn = fc.oneof(fc.integer({ min: 1, max: 0x7fffffff }), fc.constantFrom(23456, 0xffffffff)).map(String);
const half = number(0xffff);

const ATTRIBUTES = [
  fc.constantFrom('origin igp', 'origin egp', 'origin incomplete'),
  fc.oneof(
    list('as-path', asn, 0),
    asn.map((one) => `as-path ${one}`),
  ),
  u32.map((med) => `med ${med}`),
  u32.map((value) => `local-preference ${value}`),
  fc.oneof(
    list(
      'community',
      fc.tuple(half, half).map((parts) => parts.join(':')),
    ),
    fc.constantFrom('community 65000:1', 'community no-export', 'community 0xFFFFFF02', 'community 65000'),
    list('community', fc.constantFrom('no-export', 'NO_ADVERTISE', 'blackhole', '65000:1', '4294967041')),
  ),
  list(
    'extended-community',
    fc.oneof(
      fc
        .tuple(fc.constantFrom('target:', 'origin:', ''), half, u32)
        .map(([word, as, value]) => `${word}${as}:${value}`),
      fc.constantFrom('target:192.0.2.1:5', 'target:70000:7', '0x0002fde800000001', 'target4:65000:1'),
    ),
  ),
  list(
    'large-community',
    fc.tuple(fc.nat(3), fc.nat(3), u32).map((parts) => parts.join(':')),
  ),
] as const;

/** Some attributes, each at most once, in any order. */
export const attributesText = fc
  .tuple(...ATTRIBUTES)
  .chain((all) => fc.shuffledSubarray([...all]))
  .map((some) => some.join(' '));

const nextHop = fc.constantFrom(
  'next-hop 192.0.2.1',
  'next-hop 192.0.2.2',
  'next-hop self',
  'next-hop 2001:db8::1',
);
const selector = fc.constantFrom('', '', 'neighbor 192.0.2.1 ', 'peer * ');

/** A line that announces or withdraws, of the kinds that tables are made of. */
export const usualLine = fc
  .tuple(
    selector,
    fc.constantFrom('announce', 'announce', 'withdraw'),
    nextHop,
    attributesText,
    fc.array(prefixText, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([who, what, hop, attributes, prefixes, many]) => {
    const said = attributes === '' ? hop : `${hop} ${attributes}`;
    return many
      ? `${who}${what} attributes ${said} nlri ${prefixes.join(' ')}`
      : `${who}${what} route ${prefixes[0]} ${said}`;
  });
