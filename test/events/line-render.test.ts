import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodecContext } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { message } from '../../src/bgp/header.ts';
import { API_VERSIONS } from '../../src/bgp/json.ts';
import { decodeMessage, type Message, readMessage } from '../../src/bgp/message.ts';
import { eachRegular } from '../../src/bgp/regular-update.ts';
import { type Encoder, encoderFor } from '../../src/events/encoder.ts';
import type { Event } from '../../src/events/event.ts';
import { messageEvent } from '../../src/events/message-event.ts';
import type { RenderOptions } from '../../src/events/options.ts';
import { IDENTITY, NEGOTIATED, neighbor, TIME_MS } from './samples.ts';
import { CODES, update } from './update-samples.ts';

const context: fc.Arbitrary<CodecContext> = fc.record({
  asn4: fc.boolean(),
  addPath: fc.subarray([IPV4_UNICAST, IPV6_UNICAST]).map((families) => new Set(families)),
  maxMessageLength: fc.constantFrom(4096, 65535),
  peering: fc.constantFrom('internal', 'external', 'confederation', undefined),
  families: fc.constantFrom(undefined, new Set([IPV4_UNICAST]), new Set([IPV4_UNICAST, IPV6_UNICAST])),
});

interface Sample {
  readonly session: CodecContext;
  readonly octets: Uint8Array;
}

const sample: fc.Arbitrary<Sample> = context.chain((session) =>
  update(session).map((octets) => ({ session, octets })),
);

/** One octet behind the header changed. */
const damaged: fc.Arbitrary<Sample> = fc
  .tuple(sample, fc.nat(), fc.nat(255))
  .map(([{ session, octets }, at, value]) => {
    const copy = octets.slice();
    copy[19 + (at % (copy.length - 19))] = value;
    return { session, octets: copy };
  });

function outcome(read: () => Message): unknown {
  try {
    const found = read();
    return found.type === 'update' ? found.update : found;
  } catch (err) {
    return err instanceof Error ? err.message : err;
  }
}

/** Checks all that is said of one message; returns whether it is regular. */
function check({ session, octets }: Sample): boolean {
  expect(outcome(() => readMessage(octets, session))).toEqual(outcome(() => decodeMessage(octets, session)));
  let read: Message;
  try {
    read = readMessage(octets, session);
  } catch {
    return false;
  }
  if (read.type !== 'update' || read.regular === undefined) return false;
  expect(read.update.malformed).toEqual([]);
  for (const version of API_VERSIONS) {
    const encoder = encoderFor('json', version, IDENTITY);
    for (const negotiated of [false, true]) {
      for (const compact of [false, true]) {
        const common = { neighbor: neighbor(), timeMs: TIME_MS, direction: 'receive', octets } as const;
        const event = messageEvent(read, { ...common, negotiated: negotiated ? NEGOTIATED : undefined });
        const options = { form: 'parsed', negotiated, compact } as const;
        const plain = encoder.encode(event, options);
        common.neighbor.counter.value = 0;
        const short = encoder.render?.(event, options);
        expect(Buffer.from(short ?? []).toString()).toBe(plain);
        common.neighbor.counter.value = 0;
        expect(linesOfRun([octets, octets], event, { session, encoder, options })).toEqual([plain, 2]);
      }
    }
  }
  return true;
}

/** Of UPDATEs that stand in a row in one chunk: the first line, and how many there are. */
function linesOfRun(
  messages: readonly Uint8Array[],
  event: Event,
  { session, encoder, options }: { session: CodecContext; encoder: Encoder; options: RenderOptions },
): [string, number] {
  if (event.type !== 'update') return ['', 0];
  const run = encoder.run?.(event, options);
  const chunk = Buffer.concat([...messages, Buffer.from('the next message')]);
  const to = eachRegular(chunk, 0, { context: session, each: (one) => (run?.add(one) ?? 0) > 0 });
  expect(to).toBe(chunk.length - 'the next message'.length);
  const lines = Buffer.from(run?.take() ?? [])
    .toString()
    .split('\n');
  return [`${lines[0]}\n`, lines.length - 1];
}

describe('the short way from an UPDATE to its line', () => {
  it('gives the octets that the plain way gives, in every version', () => {
    let regular = 0;
    fc.assert(
      fc.property(sample, (one) => {
        if (check(one)) regular++;
      }),
      { numRuns: 400 },
    );
    expect(regular).toBeGreaterThan(80);
  }, 60_000);

  it('takes nothing that the plain way has something to say about', () => {
    fc.assert(
      fc.property(damaged, (one) => void check(one)),
      { numRuns: 600 },
    );
  }, 60_000);

  it('knows every attribute that is in most UPDATEs', () => {
    expect([...CODES]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 32]);
  });

  it.each([0, 1000, 1795382032062.069, 1795382032000, 1795382032100.5])(
    'shows the time %d as numbers are',
    (timeMs) => {
      const session = {
        asn4: true,
        addPath: new Set<number>(),
        maxMessageLength: 4096,
        peering: undefined,
        families: undefined,
      };
      const octets = message('update', (w) => w.u16(2).u8(8).u8(10).u16(0));
      const event = messageEvent(readMessage(octets, session), {
        neighbor: neighbor(),
        timeMs,
        direction: 'send',
        octets,
        negotiated: NEGOTIATED,
      });
      const encoder = encoderFor('json', 5, { ...IDENTITY, host: 'a "counter": 0, "time": 0' });
      const options = { form: 'parsed', negotiated: false } as const;
      const line = Buffer.from(encoder.render?.(event, options) ?? []).toString();
      if ('neighbor' in event && event.neighbor !== undefined) event.neighbor.counter.value = 0;
      expect(line).toBe(encoder.encode(event, options));
    },
  );
});
