import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Attributes } from '../../src/bgp/attributes/index.ts';
import type { CodecContext } from '../../src/bgp/context.ts';
import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { decodeMessage, readMessage } from '../../src/bgp/message.ts';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import { eachRegular, type RegularUpdate } from '../../src/bgp/regular-update.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import { AdjRibIn } from '../../src/rib/adj-rib-in.ts';
import { AttributePool } from '../../src/rib/octets/attribute-pool.ts';
import { OctetTable } from '../../src/rib/octets/hash-table.ts';
import { finished } from '../../src/wire/finished.ts';
import { update } from '../events/update-samples.ts';
import { route } from './neighbor.ts';

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
    .map(({ nlri, nextHop, attributes }) => {
      const inOrder = Object.entries(attributes).sort(([a], [b]) => a.localeCompare(b));
      return [nlriKey(nlri), JSON.stringify([nlri, nextHop, inOrder])];
    })
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
  // what had none has one then, and goes the next time
  const replace = (communities: readonly number[]) =>
    communities.length % 2 === 1 ? undefined : [...communities, 1];
  finished(rib.replacingStale(one.family, replace));
  return undefined;
}

const PREFIXES_OF_UPDATE = 500;

/** Regular UPDATEs of so many routes; what they have in common goes round. */
function fill(rib: AdjRibIn, routes: number, communities: readonly (readonly number[])[] = [[]]): void {
  const context = SESSIONS[0] as CodecContext;
  for (let n = 0; n < routes; n += PREFIXES_OF_UPDATE) {
    const prefixes = Array.from({ length: Math.min(PREFIXES_OF_UPDATE, routes - n) }, (_, i) =>
      prefixOf(n + i),
    );
    const community = communities[(n / PREFIXES_OF_UPDATE) % communities.length] ?? [];
    const nextHop = Uint8Array.of(192, 0, 2, 1);
    const attributes: Attributes = {
      origin: 'igp',
      asPath: [],
      nextHop,
      med: n,
      localPreference: 100,
      ...(community.length > 0 && { community }),
    };
    const nlri = prefixes.map((prefix) => route(prefix, undefined).nlri);
    const announced = { family: IPV4_UNICAST, nextHop: { address: nextHop }, nlri };
    for (const octets of encodeUpdates({ attributes, announced }, context)) {
      const message = readMessage(octets, context);
      const regular = message.type === 'update' ? message.regular : undefined;
      if (regular === undefined) throw new Error('not regular');
      const each = (one: RegularUpdate) => {
        rib.applyRegular(one);
        return true;
      };
      eachRegular(octets, 0, { context: regular, each });
    }
  }
}

function prefixOf(n: number): string {
  return `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`;
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
          for (const family of [IPV4_UNICAST, IPV6_UNICAST]) {
            // who sweeps looks at each of them
            const stale = rib.staleCount(family);
            expect([rib.sweep(family), rib.staleCount(family)]).toEqual([stale, 0]);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(compact).toBeGreaterThan(100);
  }, 60_000);
});

describe('routes that are stale', () => {
  const count = (rib: AdjRibIn) => [rib.size, rib.staleCount(IPV4_UNICAST)];

  it('are those that did not come again since they were marked, however often that was', () => {
    const rib = new AdjRibIn();
    fill(rib, 600);
    // more often than a number of 16 bits can tell
    for (let times = 0; times < 70_000; times++) rib.markStale(IPV4_UNICAST);
    expect(count(rib)).toEqual([600, 600]);
    fill(rib, 500);
    expect(count(rib)).toEqual([600, 100]);
    expect(rib.sweep(IPV4_UNICAST)).toBe(100);
    expect(count(rib)).toEqual([500, 0]);
    expect(rib.sweep(IPV4_UNICAST)).toBe(0);
    rib.markStale(IPV4_UNICAST);
    expect(rib.sweep(IPV4_UNICAST)).toBe(500);
  });

  it('are counted as they come and go, not when they are asked for', () => {
    const rib = new AdjRibIn();
    fill(rib, 3000);
    const looks = vi.spyOn(OctetTable.prototype, 'mark');
    rib.markStale(IPV4_UNICAST);
    expect([...count(rib), looks.mock.calls.length]).toEqual([3000, 3000, 0]);
    looks.mockRestore();
  });

  it('are forgotten some at a time; what comes meanwhile stays, and what is marked meanwhile is stale still', () => {
    const rib = new AdjRibIn();
    fill(rib, 5000);
    rib.markStale(IPV4_UNICAST);
    const sweeping = rib.sweeping(IPV4_UNICAST);
    expect(sweeping.next().done).toBe(false);
    expect(rib.size).toBeGreaterThan(3500);
    fill(rib, 1500);
    rib.markStale(IPV4_UNICAST);
    for (let before = rib.size; sweeping.next().done === false; before = rib.size)
      expect(before - rib.size).toBeLessThanOrEqual(1100);
    expect(count(rib)).toEqual([1500, 1500]);
  });

  it('go at once with their family; attributes that only they had are given up some at a time', () => {
    const rib = new AdjRibIn();
    fill(rib, 5000);
    const nextHop = { address: Uint8Array.from({ length: 16 }, (_, i) => 0x20 + i) };
    const announced = { family: IPV6_UNICAST, nextHop, nlri: [route('2001:db8::/32', undefined).nlri] };
    const context = SESSIONS[0] as CodecContext;
    const each = (one: RegularUpdate) => {
      rib.applyRegular(one);
      return true;
    };
    const attributes: Attributes = { origin: 'igp', asPath: [], localPreference: 100 };
    for (const octets of encodeUpdates({ attributes, announced }, context))
      eachRegular(octets, 0, { context, each });
    const released = vi.spyOn(AttributePool.prototype, 'release');
    rib.clear(IPV4_UNICAST);
    expect([rib.size, released.mock.calls.length]).toEqual([1, 0]);
    const settling = rib.settling();
    for (let before = 0, goesOn = true; goesOn; before = released.mock.calls.length) {
      goesOn = settling.next().done !== true;
      expect(released.mock.calls.length - before).toBeLessThanOrEqual(1024);
    }
    expect(released).toHaveBeenCalledTimes(5000);
    released.mockRestore();
  });

  it('are read some at a time, whoever reads', () => {
    const rib = new AdjRibIn();
    fill(rib, 10_000);
    const looks = vi.spyOn(OctetTable.prototype, 'value');
    for (const work of [rib.routes(), rib.updates(64)]) {
      for (let before = looks.mock.calls.length; work.next().done !== true; before = looks.mock.calls.length)
        expect(looks.mock.calls.length - before).toBeLessThanOrEqual(2048);
    }
    looks.mockRestore();
  });

  it('get other communities, or go, some at a time; their other attributes stay, and so does what comes meanwhile', () => {
    const rib = new AdjRibIn();
    fill(rib, 6000, [[], [1], [2, 3]]);
    rib.markStale(IPV4_UNICAST);
    const work = rib.replacingStale(IPV4_UNICAST, (all) => (all.includes(1) ? undefined : [...all, 9]));
    const replaced = () =>
      [...rib.routes()].filter(({ attributes }) => attributes.community?.includes(9)).length;
    expect([work.next().done, rib.size < 6000, rib.size > 4000]).toEqual([false, true, true]);
    fill(rib, 500, [[7]]);
    for (let before = replaced(); work.next().done !== true; before = replaced())
      expect(replaced() - before).toBeLessThanOrEqual(2048);
    expect(count(rib)).toEqual([4000, 3500]);
    const having = (text: string | undefined) =>
      [...rib.routes()].filter(({ attributes }) => attributes.community?.join() === text);
    expect(['7', '9', '2,3,9'].map((text) => having(text).length)).toEqual([500, 1500, 2000]);
    expect(new Set(having('2,3,9').map(({ attributes }) => attributes.med))).toEqual(
      new Set([1000, 2500, 4000, 5500]),
    );
    expect(rib.sweep(IPV4_UNICAST)).toBe(3500);
  });
});
