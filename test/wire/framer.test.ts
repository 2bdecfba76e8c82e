import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer, type Framing } from '../../src/wire/framer.ts';

const FRAMING: Framing = {
  headerLength: 2,
  lengthOf(octets, at) {
    const length = ((octets[at] as number) << 8) | (octets[at + 1] as number);
    if (length < 2) throw new RangeError('shorter than its header');
    return length;
  },
};

function frame(body: Uint8Array): Uint8Array {
  const length = body.length + 2;
  return Uint8Array.of(length >> 8, length & 255, ...body);
}

describe('Framer', () => {
  it('yields the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }),
        (bodies, cuts) => {
          const messages = bodies.map(frame);
          const stream = new Uint8Array(Buffer.concat(messages));
          const framer = new Framer(FRAMING);
          const seen: Uint8Array[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = 1 + (cuts[i % cuts.length] as number);
            for (const message of framer.push(stream.subarray(at, at + size))) seen.push(message.slice());
            at += size;
          }
          expect(seen).toEqual(messages);
          expect(framer.pending).toBe(0);
        },
      ),
    );
  });

  it('offers uncut what begins in the chunk, and goes on behind what was taken', () => {
    const [one, two, three] = [frame(Uint8Array.of(1)), frame(Uint8Array.of(2, 2)), frame(Uint8Array.of(3))];
    const framer = new Framer(FRAMING);
    framer.feed(Uint8Array.from([...one, ...two, ...three.subarray(0, 1)]));
    const offered: number[] = [];
    const taken = framer.skim((octets, from) => {
      offered.push(octets.length, from);
      return from + one.length;
    });
    expect([taken, offered]).toEqual([true, [8, 0]]);
    expect(framer.skim((_, from) => from)).toBe(false);
    expect(framer.next()).toEqual(two);
    expect(framer.next()).toBeUndefined();
    framer.feed(three.subarray(1));
    expect(framer.skim(() => expect.unreachable('in mid message'))).toBe(false);
    expect(framer.next()).toEqual(three);
    expect(framer.next()).toBeUndefined();
  });

  it('lets a broken header out', () => {
    const framer = new Framer(FRAMING);
    expect(() => [...framer.push(Uint8Array.of(0, 1, 0))]).toThrow(RangeError);
  });

  it('does not copy messages that arrive whole', () => {
    const chunk = frame(Uint8Array.of(1, 2, 3));
    const [message] = [...new Framer(FRAMING).push(chunk)];
    expect(message?.buffer).toBe(chunk.buffer);
  });
});
