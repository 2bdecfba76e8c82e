import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../src/bgp/attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { familyText } from '../../src/bgp/family.ts';
import { NLRI, type NlriValue, nlriCodec } from '../../src/bgp/nlri/index.ts';
import { type Route, routeToText } from '../../src/bgp/route.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { NeighborConfig } from '../../src/config/model.ts';
import { printNeighbor } from '../../src/config/print.ts';
import { FieldOverflowError } from '../../src/wire/errors.ts';
import { toHex } from '../../src/wire/hex.ts';
import { GENERATORS } from '../bgp/attributes/generators.ts';
import { VALUES } from '../bgp/nlri/values.ts';

const CONTEXT: CodecContext = {
  ...DEFAULT_CONTEXT,
  maxMessageLength: 4096,
  peering: 'internal',
  addPath: new Set(NLRI.map(({ family }) => family)),
};

const { nextHop: _hop, mpReach: _reach, mpUnreach: _unreach, ...others } = GENERATORS;
const { as4Path: _path, as4Aggregator: _aggregator, ...sent } = others;
const attributesOf = fc.record(sent, { requiredKeys: [] }) as fc.Arbitrary<Attributes>;
const nextHop = fc
  .uint8Array({ minLength: 15, maxLength: 15 })
  .map((rest) => ({ address: Uint8Array.of(0x20, ...rest) }));
const name = fc.option(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.constantFrom('a;b', '{', '"', '\\', "it's", '# no'),
  ),
  { nil: undefined },
);

function neighborOf(text: string): NeighborConfig {
  const [neighbor] = loadConfig({ text, file: 'p.conf' }).config.neighbors;
  if (neighbor === undefined) throw new Error('no neighbor');
  return neighbor;
}
const BARE = neighborOf('neighbor 10.0.0.1 { router-id 1.2.3.4; }');

/** Undefined: it does not fit a message. */
function octetsOf({ nlri, nextHop: hop, attributes }: Route): string | undefined {
  if (hop === 'self') throw new Error('no address');
  try {
    const announced = { family: nlri.family, nextHop: hop, nlri: [nlri] };
    return encodeUpdates({ attributes, announced }, CONTEXT).map(toHex).join(' ');
  } catch (err) {
    if (!(err instanceof FieldOverflowError)) throw err;
    return undefined;
  }
}

describe.each(NLRI.map(({ family }, i) => ({ words: familyText(family), family, values: VALUES[i] })))(
  'a configured route of $words',
  ({ family, values }) => {
    it('is printed as what is read as the same', () => {
      const routes = fc.record({
        value: values as fc.Arbitrary<NlriValue>,
        pathId: fc.nat(0xffffffff),
        attributes: attributesOf,
        nextHop:
          nlriCodec(family).nextHopOptional === true ? fc.option(nextHop, { nil: undefined }) : nextHop,
        name,
      });
      fc.assert(
        fc.property(routes, ({ value, pathId, name: called, ...rest }) => {
          const route: Route = {
            ...rest,
            nlri: { family, value, pathId },
            ...(called === undefined ? {} : { name: called }),
          };
          const octets = octetsOf(route);
          if (octets === undefined) return;
          const printed = printNeighbor({ ...BARE, families: [], routes: [route] }).join('\n');
          const [back, ...more] = neighborOf(printed).routes;
          expect(more).toEqual([]);
          expect(back?.name, routeToText(route)).toBe(called);
          expect(back === undefined ? undefined : octetsOf(back)).toBe(octets);
        }),
        { numRuns: 15 },
      );
    });
  },
);
