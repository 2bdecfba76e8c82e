import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedAttributeError } from '../../src/bgp/errors.ts';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { API_VERSIONS } from '../../src/bgp/json.ts';
import { encoderFor, renderOnce } from '../../src/events/encoder.ts';
import type { Event, Neighbor } from '../../src/events/event.ts';
import { FORMS, type RenderOptions } from '../../src/events/options.ts';
import { BMP_ORIGIN, IDENTITY, MARKER, messageEvent, neighbor, octets, PLAIN, TIME_MS } from './samples.ts';

const JSON5 = encoderFor('json', 5, IDENTITY);
const TEXT5 = encoderFor('text', 5, IDENTITY);

function counterOf(line: string | Uint8Array | undefined): number {
  return JSON.parse(Buffer.from(line ?? '').toString()).counter;
}

describe('the counter', () => {
  it('numbers the JSON lines of a neighbor from 1, whatever encoder makes them', () => {
    const event: Event = { type: 'state', state: 'up', neighbor: neighbor(), timeMs: TIME_MS };
    expect(counterOf(JSON5.encode(event, PLAIN))).toBe(1);
    TEXT5.encode(event, PLAIN);
    expect(counterOf(encoderFor('json', 4, IDENTITY).encode(event, PLAIN))).toBe(2);
    expect(counterOf(JSON5.encode({ ...event, neighbor: neighbor() }, PLAIN))).toBe(1);
  });
});

describe('renderOnce', () => {
  const variants: readonly Partial<RenderOptions>[] = [
    {},
    { form: 'packets' },
    { negotiated: true },
    { compact: true },
  ];

  it('gives the same line to all that want the same, and counts it once', () => {
    const event = messageEvent(`${MARKER}001A02 0003100A010000`);
    const render = renderOnce(event);
    const line = render(JSON5, PLAIN);
    expect(render(encoderFor('json', 5, IDENTITY), { ...PLAIN, compact: false })).toBe(line);
    expect('neighbor' in event && event.neighbor.counter.value).toBe(1);
  });

  it('tells apart what differs', () => {
    const render = renderOnce(messageEvent(`${MARKER}001A02 0003100A010000`));
    const lines = [JSON5, encoderFor('json', 4, IDENTITY)].flatMap((encoder) =>
      variants.map((options) => render(encoder, { ...PLAIN, ...options })),
    );
    expect(lines.map(counterOf)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(render(TEXT5, PLAIN)).toContain('neighbor 127.0.0.1 receive update start\n');
    expect(render(TEXT5, { ...PLAIN, negotiated: true })).toBe(render(TEXT5, PLAIN));
  });

  it('leaves out steps that another version has in another place, and does not count them', () => {
    const event: Event = { type: 'fsm', state: 'IDLE', versions: [4], neighbor: neighbor(), timeMs: TIME_MS };
    const render = renderOnce(event);
    expect(render(JSON5, PLAIN)).toBeUndefined();
    expect(counterOf(render(encoderFor('json', 4, IDENTITY), PLAIN))).toBe(1);
  });

  it('remembers that an event has no text', () => {
    const render = renderOnce({ type: 'fsm', state: 'IDLE', neighbor: neighbor(), timeMs: TIME_MS });
    expect(render(TEXT5, PLAIN)).toBeUndefined();
    expect(render(TEXT5, PLAIN)).toBeUndefined();
  });
});

/** `npm run soak` takes more. */
const LONG = process.env.PEERLINE_SOAK === '1';
const RUNS = LONG ? 100_000 : 500;
const patient = { timeout: LONG ? 600_000 : 20_000 };

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', '\u2028', '\u0085', '\ud800', '\udc00', '{', '}', 'é'),
  }),
);
const some = fc.uint8Array({ maxLength: 40 });

const neighbors = fc
  .record({ localAddress: hostile, peerAddress: hostile, routerId: hostile })
  .map((texts): Neighbor => ({ ...neighbor(), ...texts }));
const origins = fc
  .record({ routerName: hostile, distinguisher: hostile, table: hostile, repaired: hostile })
  .map((texts) => ({ ...BMP_ORIGIN, ...texts }));
const common = fc.record({ neighbor: neighbors, timeMs: fc.double(), bmp: origins });
const tlvs = fc.array(fc.record({ type: fc.nat(), word: hostile, value: some, text: hostile }), {
  maxLength: 3,
});

const events: fc.Arbitrary<Event> = fc
  .record({ at: common, text: hostile, bytes: some, number: fc.nat(255), tlvs, fatal: fc.boolean() })
  .chain(({ at, text, bytes, number, tlvs: list, fatal }) => {
    const message = { ...at, direction: 'receive', octets: bytes, negotiated: undefined } as const;
    const router = { type: 'bmp', timeMs: at.timeMs, router: text, routerName: text } as const;
    const malformed = [
      new MalformedAttributeError({
        code: number,
        attribute: text,
        action: 'attribute-discard',
        reason: text,
        octets: bytes,
      }),
    ];
    const notification = { code: number, subcode: number % 12, data: bytes };
    const bmpReason = { code: number, word: text, notification, tlvs: list };
    const nlri = [{ family: 65535, value: { octets: bytes } }];
    const update = {
      attributes: { raw: [{ code: 99, flags: 0xc0, value: bytes }] },
      announced: [{ family: 65535, nextHop: undefined, nlri }],
      withdrawn: [{ family: 65535, nlri }],
      endOfRib: fatal ? IPV4_UNICAST : undefined,
      malformed,
      action: 'attribute-discard',
    } as const;
    return fc.constantFrom<Event>(
      { ...at, type: 'state', state: 'down', reason: text, bmpReason },
      { ...at, type: 'signal', code: number, name: text },
      { ...message, type: 'update', update },
      { ...message, type: 'notification', notification },
      { ...message, type: 'notification', notification: { ...notification, code: 6, subcode: 2 } },
      { ...message, type: 'keepalive' },
      { ...message, type: 'refresh', refresh: { family: number, subtype: number } },
      { ...router, message: 'disconnected', reason: text },
      { ...router, message: 'initiation', initiation: { tlvs: list } },
      { ...router, message: 'termination', termination: { tlvs: list, reason: text } },
      {
        ...router,
        ...at,
        message: 'statistics',
        statistics: [{ type: number, word: text, value: BigInt(number), octets: bytes }],
      },
      { ...router, ...at, message: 'mirroring', information: undefined, octets: bytes },
      { ...router, message: 'error', reason: text, offset: number, octets: bytes, fatal },
    );
  });
const options = fc.record({
  form: fc.constantFrom(...FORMS),
  negotiated: fc.boolean(),
  compact: fc.boolean(),
  version: fc.constantFrom(...API_VERSIONS),
});

describe('whatever peers send', () => {
  it('a JSON event is one line of printable ASCII that is JSON', patient, () => {
    fc.assert(
      fc.property(events, options, (event, { version, ...rest }) => {
        const line = encoderFor('json', version, IDENTITY).encode(event, rest) ?? '';
        expect(line).toMatch(/^[ -~]+\n$/);
        expect(JSON.parse(line)).toMatchObject({ host: 'vm' });
      }),
      { numRuns: RUNS },
    );
  });

  it('a text event has no line but its own', patient, () => {
    fc.assert(
      fc.property(events, options, (event, { version, ...rest }) => {
        const text = encoderFor('text', version, IDENTITY).encode(event, rest);
        if (text === undefined) return;
        expect(text.endsWith('\n\n')).toBe(true);
        const lines = text.slice(0, -2).split('\n');
        for (const line of lines) {
          expect(line).toMatch(/^(neighbor |bmp | header 0x)/);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        }
        if (event.type !== 'update' || rest.form === 'packets') expect(lines).toHaveLength(1);
      }),
      { numRuns: RUNS },
    );
  });

  it('octets are shown as they came', () => {
    const event: Event = { ...messageEvent(`${MARKER}001304`), octets: octets('00') } as Event;
    expect(JSON.parse(JSON5.encode(event, { ...PLAIN, form: 'packets' }) ?? '').neighbor.message).toEqual({
      category: 4,
      header: '0x00',
      body: '0x',
    });
  });
});
