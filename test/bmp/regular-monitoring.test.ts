import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodecContext } from '../../src/bgp/context.ts';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { message } from '../../src/bgp/header.ts';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage, PerPeerHeader } from '../../src/bmp/messages.ts';
import { PEER_FLAG } from '../../src/bmp/per-peer.ts';
import { nlriFit, plausiblePrefixes } from '../../src/bmp/plausible.ts';
import type { AddPathMode } from '../../src/bmp/reading.ts';
import type { Gather } from '../../src/bmp/regular-monitoring.ts';
import { RouterMemory } from '../../src/bmp/rib/memory.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import { BMP_VIEWS, type Event } from '../../src/events/event.ts';
import type { RenderOptions } from '../../src/events/options.ts';
import { AttributePool } from '../../src/rib/octets/attribute-pool.ts';
import { IDENTITY } from '../events/samples.ts';
import { update as updateOf } from '../events/update-samples.ts';
import { address, header, initiation, monitoring, peerUp, update } from './samples.ts';

const MODES = [
  [0, 0],
  [1, 2],
  [2, 1],
  [3, 3],
] as const;
const NAME = 'edge "1" é';

/** Headers of one peer, and its times: none, before 2001, with and without a fraction, too many microseconds. */
const fields: fc.Arbitrary<Partial<PerPeerHeader>> = fc.oneof(
  fc.record({
    flags: fc.subarray(Object.values(PEER_FLAG)).map((set) => set.reduce((all, one) => all | one, 0)),
    address: fc.constantFrom(address('198.51.100.1'), address('198.51.100.2')),
    timestamp: fc.constantFrom(0, 1.5, 1700000000, 1700000000.000001, 1764100000.123, 4294967295.999999),
  }),
  fc.record({ type: fc.constantFrom(1, 2, 3), flags: fc.constantFrom(0, 0x40, 0x80) }),
);

/** IPv6 addresses where the flags say so, so that what is written is what was meant. */
const whole = (some: Partial<PerPeerHeader>): Partial<PerPeerHeader> =>
  ((some.flags ?? 0) & PEER_FLAG.ipv6) !== 0 && (some.type ?? 0) < 3
    ? { ...some, address: address('2001:db8::1') }
    : some;

interface Sample {
  readonly fields: Partial<PerPeerHeader>;
  readonly octets: Uint8Array;
}

const session: fc.Arbitrary<CodecContext> = fc
  .record({
    asn4: fc.boolean(),
    addPath: fc.subarray([IPV4_UNICAST, IPV6_UNICAST]).map((families) => new Set(families)),
  })
  .map((some) => ({ ...DEFAULT_CONTEXT, ...some }));

/** Prefixes of these have bits behind their length in most cases: the plain way has to look at such. */
const noisy: fc.Arbitrary<Uint8Array> = session.chain((context) => updateOf(context));

const prefix = fc
  .tuple(fc.nat(223), fc.nat(255), fc.constantFrom(16, 24))
  .map(([a, b, bits]) => `${a + 1}.${b}.0.0/${bits}`);
const tidy = (coding?: { readonly ids: boolean; readonly asn4: boolean }): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      prefixes: fc.uniqueArray(prefix, { minLength: 1, maxLength: 5 }),
      ids: fc.boolean(),
      asn4: fc.boolean(),
      asns: fc.constantFrom([], [65001, 65002], [65002], [65002, 65003, 7]),
      which: fc.constantFrom('announces', 'withdraws', 'does both'),
    })
    .map(({ prefixes, which, ...options }) => {
      const body = update(prefixes, { ...options, ...coding }).subarray(19);
      if (which === 'announces') return message('update', (w) => w.octets(body));
      const attributes = body.subarray(2, 4 + ((body[2] as number) << 8) + (body[3] as number));
      const nlri = body.subarray(2 + attributes.length);
      return message('update', (w) => {
        w.u16Length('withdrawn', () => w.octets(nlri));
        if (which === 'withdraws') w.u16(0);
        else w.octets(attributes).octets(nlri);
      });
    });

/** Of few peers and views, and most of one coding; each is sent twice: what it showed is known the second time. */
const samples: fc.Arbitrary<Sample[]> = fc
  .record({ ids: fc.boolean(), asn4: fc.constantFrom(true, true, false) })
  .map((coding) =>
    fc.oneof(
      { weight: 9, arbitrary: tidy(coding) },
      { weight: 1, arbitrary: tidy() },
      { weight: 1, arbitrary: noisy },
    ),
  )
  .chain((octets) =>
    fc.tuple(
      fc.array(fields.map(whole), { minLength: 1, maxLength: 2 }),
      fc.array(octets, { minLength: 2, maxLength: 8 }),
    ),
  )
  .map(([heads, all]) => all.map((octets, i) => ({ fields: heads[i % heads.length] ?? {}, octets })))
  .map((some) => [...some, ...some]);

interface Scenario {
  readonly addPath: AddPathMode;
  readonly modes: readonly [number, number];
  readonly implied: boolean;
  readonly rib: boolean;
  readonly samples: readonly Sample[];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  addPath: fc.constantFrom('auto', 'yes', 'no'),
  modes: fc.constantFrom(...MODES),
  implied: fc.boolean(),
  rib: fc.boolean(),
  samples,
});

function messagesOf({ modes, implied, samples }: Scenario): Uint8Array[] {
  const up: BmpMessage[] = implied ? [] : [{ type: 'peer-up', peer: header(), up: peerUp({}, modes) }];
  const routes = samples.map((one) => monitoring(one.octets, one.fields));
  return [initiation(NAME), ...up, ...routes, initiation('renamed'), ...routes.slice(0, 2)].map((one) =>
    encodeBmp(one),
  );
}

type Way = 'plain' | 'one by one' | 'together';
interface Shape {
  readonly version: ApiVersion;
  readonly options: RenderOptions;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  version: fc.constantFrom(...API_VERSIONS),
  options: fc.record({ form: fc.constant('parsed'), negotiated: fc.boolean(), compact: fc.boolean() }),
});

/** The lines of all events by one way, and what is known of the router afterwards. */
function told(
  { addPath, rib }: Pick<Scenario, 'addPath' | 'rib'>,
  frames: readonly Uint8Array[],
  { way, version, options }: Shape & { readonly way: Way },
) {
  let now = 1000;
  let short = 0;
  const lines: string[] = [];
  const encoder = encoderFor('json', version, IDENTITY);
  const emit = (event: Event): void => {
    if (event.type === 'update' && event.reported !== undefined) short++;
    const line = way === 'plain' ? undefined : encoder.render?.(event, options);
    lines.push(line === undefined ? (encoder.encode(event, options) ?? '') : Buffer.from(line).toString());
  };
  const gather: Gather = (of) => {
    const run = encoder.run?.(of, options);
    return {
      add: (one, reported) => {
        short++;
        run?.add(one, reported);
      },
      end: () => {
        const text = Buffer.from(run?.take() ?? []).toString();
        lines.push(...text.split(/(?<=\n)/).filter((line) => line !== ''));
      },
    };
  };
  const memory = new RouterMemory({ pool: new AttributePool(), views: new Set(BMP_VIEWS) });
  const router = new BmpRouter({
    router: '203.0.113.9:40001',
    now: () => now++ * 0.5,
    emit,
    addPath,
    remember: () => (rib ? memory : undefined),
    plain: way === 'plain',
    gather: way === 'together' ? gather : undefined,
  });
  for (const frame of frames) {
    now = Math.ceil(now / 1000) * 1000;
    router.receive(frame);
  }
  router.flush();
  const peers = router.peers.map(({ peer, record }) => ({
    state: peer.state,
    updates: record.updates,
    repaired: record.repaired,
    views: [...record.views],
  }));
  const lint = router.lint.findings().map(({ id, count, example }) => ({ id, count, example }));
  return { short, lines: withoutTimes(lines), peers, lint, counters: router.counters };
}

/** How often the clock is looked at is nobody's business. */
function withoutTimes(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/"time": [\d.]+/, '"time": 0'));
}

describe('Route Monitoring by the short way', () => {
  it('tells, counts and keeps what the plain way does', () => {
    let short = 0;
    fc.assert(
      fc.property(scenario, shape, (one, some) => {
        const frames = messagesOf(one);
        const { short: none, ...expected } = told(one, frames, { ...some, way: 'plain' });
        expect(none).toBe(0);
        for (const way of ['one by one', 'together'] as const) {
          const { short: taken, ...seen } = told(one, frames, { ...some, way });
          expect(seen).toEqual(expected);
          short += taken;
        }
      }),
      { numRuns: 100 },
    );
    expect(short).toBeGreaterThan(100);
  }, 60_000);

  it('takes a table but for its first message', () => {
    const routes = Array.from({ length: 50 }, (_, i) => monitoring(update([`10.${i}.0.0/16`])));
    const frames = [
      initiation('edge1'),
      { type: 'peer-up', peer: header(), up: peerUp() } as const,
      ...routes,
    ];
    const { short } = told(
      { addPath: 'auto', rib: true },
      frames.map((one) => encodeBmp(one)),
      { version: 5, options: { form: 'parsed', negotiated: false }, way: 'one by one' },
    );
    expect(short).toBe(routes.length - 1);
  });

  it.each([32, 128])('finds prefixes of at most %d bits as plausible as the plain way does', (most) => {
    const family = most === 32 ? IPV4_UNICAST : IPV6_UNICAST;
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc
        .array(
          fc.constantFrom([0], [8, 10], [16, 10, 1], [24, 10, 1, 2], [12, 10, 16], [0, 0, 0, 1], [9, 10, 1]),
          { maxLength: 8 },
        )
        .map((parts) => Uint8Array.from(parts.flat())),
    );
    fc.assert(
      fc.property(octets, fc.boolean(), (some, pathIds) => {
        const padded = Uint8Array.from([1, 2, 3, ...some, 4, 5]);
        const count = plausiblePrefixes(padded, { from: 3, to: 3 + some.length }, most, pathIds);
        expect(count >= 0).toBe(nlriFit(some, family, pathIds) !== 'none');
      }),
      { numRuns: 2000 },
    );
  });
});
