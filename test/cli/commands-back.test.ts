import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../src/bgp/attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { AFI, familyId, familyText, SAFI } from '../../src/bgp/family.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import type { NextHop } from '../../src/bgp/nlri/codec.ts';
import { NLRI, type Nlri, type NlriValue, nlriCodec } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import { updateCommands } from '../../src/cli/route-commands.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import { FieldOverflowError } from '../../src/wire/errors.ts';
import { toHex } from '../../src/wire/hex.ts';
import { GENERATORS } from '../bgp/attributes/generators.ts';
import { VALUES } from '../bgp/nlri/values.ts';

const CONTEXT: CodecContext = {
  ...DEFAULT_CONTEXT,
  maxMessageLength: 65535,
  peering: 'internal',
  addPath: new Set(NLRI.map(({ family }) => family)),
};
const IPV6_MUP = familyId(AFI.ipv6, SAFI.mup);

const { nextHop: _hop, mpReach: _reach, mpUnreach: _unreach, ...others } = GENERATORS;
const { as4Path: _path, as4Aggregator: _aggregator, ...sent } = others;
const attributesOf = fc.record(
  { ...sent, raw: fc.constantFrom([], [{ code: 99, flags: 0xc0, value: new Uint8Array(300) }]) },
  { requiredKeys: ['origin', 'asPath'] },
);

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const ipv4 = octets(3).map((rest) => Uint8Array.of(10, ...rest));
const ipv6 = octets(15).map((rest) => Uint8Array.of(0x20, ...rest));
const linkLocal = octets(14).map((rest) => Uint8Array.of(0xfe, 0x80, ...rest));
const nextHopOf = (family: number): fc.Arbitrary<NextHop | undefined> =>
  fc.oneof(
    fc.record({ address: ipv6 }),
    fc.record({ address: linkLocal }),
    fc.record({ address: ipv6, linkLocal }),
    // QUIRK: that of an IPv6 MUP route is written as an IPv6 address
    ...(family === IPV6_MUP ? [] : [fc.record({ address: ipv4 })]),
    ...(nlriCodec(family).nextHopOptional === true ? [fc.constant(undefined)] : []),
  );

/** Undefined: it does not fit a message. */
function updateOf({ nlri, nextHop, attributes }: Route): Uint8Array | undefined {
  if (nextHop === 'self') throw new Error('a next hop of its own');
  try {
    return encodeUpdates(
      { attributes, announced: { family: nlri.family, nextHop, nlri: [nlri] } },
      CONTEXT,
    )[0];
  } catch (err) {
    if (!(err instanceof FieldOverflowError)) throw err;
    return undefined;
  }
}

function withdrawalOf({ nlri }: Route): Uint8Array {
  const withdrawn = { family: nlri.family, nlri: [nlri], nextHop: undefined };
  const [update = new Uint8Array()] = encodeUpdates({ attributes: {}, withdrawn }, CONTEXT);
  return update;
}

/** The one route of the one command that an UPDATE is shown as. */
function routeBack(update: Uint8Array, type: 'announce' | 'withdraw', generic = false): Route {
  const message = decodeMessage(update, CONTEXT);
  if (message.type !== 'update') throw new Error(message.type);
  const commands = updateCommands(message.update, { generic });
  expect(commands).toEqual([expect.stringMatching(new RegExp(`^${type} `))]);
  const command = parseCommand(commands[0] ?? '');
  const [route] = 'routes' in command ? command.routes : [];
  if (route === undefined) throw new Error(command.type);
  return route;
}

const hexOf = (update: Uint8Array | undefined) => toHex(update ?? new Uint8Array());

describe.each(NLRI.map(({ family }, i) => ({ name: familyText(family), family, values: VALUES[i] })))(
  'what decode --command shows of $name',
  ({ family, values }) => {
    const value = values as fc.Arbitrary<NlriValue>;
    const nlriOf = fc
      .tuple(value, fc.nat(0xffffffff))
      .map(([one, pathId]): Nlri => ({ family, value: one, pathId }));

    it('is read, and means the same octets', () => {
      const property = fc.property(nlriOf, attributesOf, nextHopOf(family), (nlri, attributes, nextHop) => {
        const update = updateOf({ nlri, nextHop, attributes: attributes as Attributes });
        if (update === undefined) return;
        expect(hexOf(updateOf(routeBack(update, 'announce')))).toBe(hexOf(update));
      });
      fc.assert(property, { numRuns: 60 });
    });

    it('is read with generic attributes, and means the same octets', () => {
      const property = fc.property(nlriOf, attributesOf, nextHopOf(family), (nlri, attributes, nextHop) => {
        const update = updateOf({ nlri, nextHop, attributes: attributes as Attributes });
        if (update === undefined) return;
        expect(hexOf(updateOf(routeBack(update, 'announce', true)))).toBe(hexOf(update));
      });
      fc.assert(property, { numRuns: 20 });
    });

    it('withdraws the same', () => {
      const property = fc.property(nlriOf, (nlri) => {
        const update = withdrawalOf({ nlri, nextHop: undefined, attributes: {} });
        expect(hexOf(withdrawalOf(routeBack(update, 'withdraw')))).toBe(hexOf(update));
      });
      fc.assert(property, { numRuns: 40 });
    });
  },
);
