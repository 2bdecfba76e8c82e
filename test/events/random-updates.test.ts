import process from 'node:process';
import fc from 'fast-check';
import { it, onTestFinished } from 'vitest';
import { ATTRIBUTES } from '../../src/bgp/attributes/index.ts';
import type { AnyAttribute } from '../../src/bgp/attributes/table.ts';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { message } from '../../src/bgp/header.ts';
import { API_VERSIONS } from '../../src/bgp/json.ts';
import { type Message, readMessage } from '../../src/bgp/message.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import { messageEvent } from '../../src/events/message-event.ts';
import { written } from '../../src/wire/writer.ts';
import { GENERATORS } from '../bgp/attributes/generators.ts';
import { mutated, randomOf } from '../support/mutate.ts';
import { IDENTITY, NEGOTIATED, neighbor, TIME_MS } from './samples.ts';
import { update } from './update-samples.ts';

/** `npm run soak` takes a million. */
const LONG = process.env.PEERLINE_SOAK === '1';
const COUNT = LONG ? 1_000_000 : 5_000;
const SEED = Number(process.env.PEERLINE_SEED ?? 1);
const HEADER_OCTETS = 19;

/** Every attribute that there is, a few of each, in UPDATEs of their own. */
function eachAttribute(): Uint8Array[] {
  return (ATTRIBUTES as readonly AnyAttribute[]).flatMap((row) => {
    const values = fc.sample(GENERATORS[row.key] as fc.Arbitrary<unknown>, { seed: SEED, numRuns: 8 });
    return values.map((value) => {
      const octets = written((w) => row.encode(w, value, DEFAULT_CONTEXT));
      return message(
        'update',
        (w) => {
          w.u16(0);
          w.u16Length('attributes', () => {
            w.octets(Uint8Array.of(0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 10, 0, 0, 2));
            w.u8(row.flags | 0x10).u8(row.code);
            w.u16Length('value', () => w.octets(octets));
          });
          w.octets(Uint8Array.of(16, 10, 1));
        },
        65_535,
      );
    });
  });
}

function read(octets: Uint8Array): Message | undefined {
  try {
    return readMessage(octets, DEFAULT_CONTEXT);
  } catch (err) {
    // what ends a session is no update
    if (err instanceof Error && err.constructor.name === 'NotificationError') return undefined;
    throw err;
  }
}

const RAW_CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

it(`${COUNT} random updates are ${COUNT} lines of JSON`, { timeout: LONG ? 1_200_000 : 60_000 }, () => {
  // most of them are malformed, and where in the program that was found is half of what it takes to say so
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  onTestFinished(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  const corpus = [
    ...eachAttribute(),
    ...fc.sample(update({ ...DEFAULT_CONTEXT, maxMessageLength: 65_535 }), { seed: SEED, numRuns: 100 }),
  ];
  const random = randomOf(SEED);
  const encoders = API_VERSIONS.map((version) => encoderFor('json', version, IDENTITY));
  const forms = ['parsed', 'consolidate'] as const;
  let told = 0;
  for (let tries = 0; told < COUNT; tries++) {
    if (tries > COUNT * 20) throw new Error('most of them end the session');
    const octets = mutated(corpus[random(corpus.length)] ?? new Uint8Array(0), random, HEADER_OCTETS);
    const found = read(octets);
    if (found === undefined) continue;
    const of = { neighbor: neighbor(), timeMs: TIME_MS, direction: 'receive', octets } as const;
    const event = messageEvent(found, { ...of, negotiated: NEGOTIATED });
    const form = forms[random(2)] ?? 'parsed';
    const line = encoders[random(encoders.length)]?.encode(event, { form, negotiated: false });
    const text = Buffer.from(line ?? '').toString();
    if (!text.endsWith('\n') || RAW_CONTROL.test(text.slice(0, -1)) || !isObject(text)) {
      throw new Error(`${JSON.stringify(text)} of ${Buffer.from(octets).toString('hex')}`);
    }
    told++;
  }
});

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
