import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodecContext } from '../../src/bgp/context.ts';
import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { decodeMessage, readMessage } from '../../src/bgp/message.ts';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import { eachRegular } from '../../src/bgp/regular-update.ts';
import { AdjRibIn } from '../../src/rib/adj-rib-in.ts';
import { update } from '../events/update-samples.ts';

const SESSIONS: readonly CodecContext[] = [new Set<FamilyId>(), new Set([IPV4_UNICAST, IPV6_UNICAST])].map(
  (addPath) => ({ asn4: true, addPath, maxMessageLength: 65535, peering: 'internal', families: undefined }),
);

type Step =
  | { readonly type: 'update'; readonly nth: number; readonly decoded: boolean }
  | { readonly type: 'stale' | 'sweep' | 'replace'; readonly family: FamilyId };

/** Few UPDATEs, so that they come again. */
const UPDATES = 4;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('update' as const),
      nth: fc.nat(UPDATES - 1),
      decoded: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('stale' as const, 'sweep' as const, 'replace' as const),
      family: fc.constantFrom(IPV4_UNICAST, IPV6_UNICAST),
    }),
  },
);

/** Undefined: the message ends the session. */
function read(octets: Uint8Array, session: CodecContext) {
  try {
    const message = readMessage(octets, session);
    const plain = decodeMessage(octets, session);
    return message.type === 'update' && plain.type === 'update' ? { message, plain } : undefined;
  } catch {
    return undefined;
  }
}

const shown = (rib: AdjRibIn, family: FamilyId) =>
  [...rib.routes(family)]
    .map(({ nlri, nextHop, attributes }) => [nlriKey(nlri), JSON.stringify([nlri, nextHop, attributes])])
    .sort(([a = ''], [b = '']) => a.localeCompare(b));

const told = (rib: AdjRibIn) => ({
  size: rib.size,
  families: [IPV4_UNICAST, IPV6_UNICAST].map((family) => [
    rib.sizeOf(family),
    rib.staleCount(family),
    shown(rib, family),
  ]),
});

function act(rib: AdjRibIn, one: Exclude<Step, { type: 'update' }>): number | undefined {
  if (one.type === 'stale') return rib.markStale(one.family);
  if (one.type === 'sweep') return rib.sweep(one.family);
  rib.replaceStale(one.family, (route) => (route.attributes.med === undefined ? route : undefined));
  return undefined;
}

describe('routes of regular UPDATEs, kept as octets', () => {
  it('are those that are kept as values', () => {
    let compact = 0;
    fc.assert(
      fc.property(
        fc
          .constantFrom(...SESSIONS)
          .chain((session) =>
            fc.tuple(
              fc.constant(session),
              fc.array(update(session), { minLength: UPDATES, maxLength: UPDATES }),
              fc.array(step, { maxLength: 12 }),
            ),
          ),
        ([session, updates, steps]) => {
          const [rib, model] = [new AdjRibIn(), new AdjRibIn()];
          for (const one of steps) {
            if (one.type !== 'update') {
              expect(act(rib, one)).toBe(act(model, one));
              continue;
            }
            const octets = (updates[one.nth] as Uint8Array).slice();
            const messages = read(octets, session);
            if (messages === undefined) continue;
            model.apply(messages.plain.update);
            const { regular } = messages.message;
            if (regular === undefined || one.decoded) rib.apply(messages.message.update);
            else {
              compact++;
              const each = (regularUpdate: Parameters<AdjRibIn['applyRegular']>[0]) => {
                rib.applyRegular(regularUpdate);
                return true;
              };
              expect(eachRegular(octets, 0, { context: regular, each })).toBe(octets.length);
              octets.fill(0xee);
            }
          }
          expect(told(rib)).toEqual(told(model));
        },
      ),
      { numRuns: 200 },
    );
    expect(compact).toBeGreaterThan(100);
  }, 60_000);
});
