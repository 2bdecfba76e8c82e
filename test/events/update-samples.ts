import fc from 'fast-check';
import { FLAG } from '../../src/bgp/attributes/codec.ts';
import { ATTRIBUTES } from '../../src/bgp/attributes/index.ts';
import type { AnyAttribute } from '../../src/bgp/attributes/table.ts';
import type { CodecContext } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { message } from '../../src/bgp/header.ts';
import { written } from '../../src/wire/writer.ts';
import { GENERATORS } from '../bgp/attributes/generators.ts';

const ROWS = (ATTRIBUTES as readonly AnyAttribute[]).filter((row) => row.render !== undefined);
/** Codes of the attributes that have a short way. */
export const CODES = new Set(ROWS.map((row) => row.code));

/** Prefixes with host bits, some of them with a path identifier that the session may not carry. */
const prefix = (most: number, pathIds: boolean) =>
  fc
    .tuple(fc.nat(most), fc.uint8Array({ minLength: 20, maxLength: 20 }))
    .map(([bits, octets]) => [
      ...(pathIds ? octets.subarray(16) : []),
      bits,
      ...octets.subarray(0, (bits + 7) >> 3),
    ]);

const routes = (family: number, { addPath }: CodecContext) =>
  fc
    .array(prefix(family === IPV4_UNICAST ? 32 : 128, addPath.has(family)), { maxLength: 6 })
    .map((all) => all.flat());

function attributeOctets(code: number, flags: number, value: readonly number[] | Uint8Array): number[] {
  const long = value.length > 255 || (flags & FLAG.extendedLength) !== 0;
  const length = long ? [value.length >> 8, value.length & 255] : [value.length];
  return [long ? flags | FLAG.extendedLength : flags, code, ...length, ...value];
}

const hot = (row: AnyAttribute, session: CodecContext): fc.Arbitrary<number[]> =>
  (GENERATORS[row.key] as fc.Arbitrary<unknown>).map((value) =>
    attributeOctets(
      row.code,
      row.flags,
      written((w) => row.encode(w, value, session)),
    ),
  );

const multiprotocol = (session: CodecContext): fc.Arbitrary<number[]>[] => [
  fc
    .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), routes(IPV6_UNICAST, session))
    .map(([hop, nlri]) => attributeOctets(14, 0x90, [0, 2, 1, 16, ...hop, 0, ...nlri])),
  routes(IPV6_UNICAST, session).map((nlri) => attributeOctets(15, 0x80, [0, 2, 1, ...nlri])),
];

/** The three that announcements must have, some of the others, in any order: most of these are regular. */
const attributes = (session: CodecContext): fc.Arbitrary<number[]> => {
  const all = ROWS.map((row) => ({ row, octets: hot(row, session) }));
  const mandatory = all.filter(({ row }) => row.code <= 3).map(({ octets }) => octets);
  const others = [
    ...all.filter(({ row }) => row.code > 3).map(({ octets }) => octets),
    ...multiprotocol(session),
  ];
  return fc
    .tuple(fc.subarray(others), fc.boolean())
    .chain(([some, shuffled]) => {
      const list = [...mandatory, ...some];
      return shuffled ? fc.shuffledSubarray(list, { minLength: list.length }) : fc.constant(list);
    })
    .chain((list) => fc.tuple(...list))
    .map((list) => list.flat());
};

/** UPDATEs most of which are regular. */
export const update = (session: CodecContext): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(routes(IPV4_UNICAST, session), attributes(session), routes(IPV4_UNICAST, session))
    .map(([withdrawn, octets, announced]) =>
      message(
        'update',
        (w) => {
          w.u16Length('withdrawn', () => w.octets(Uint8Array.from(withdrawn)));
          w.u16Length('attributes', () => w.octets(Uint8Array.from(octets)));
          w.octets(Uint8Array.from(announced));
        },
        65535,
      ),
    );
