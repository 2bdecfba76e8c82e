import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { type DecodeOptions, decodeOctets } from '../../src/cli/decode-octets.ts';
import { InputError } from '../../src/cli/input-error.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { raw, rawOpen, rawUpdate, TYPE } from '../support/raw-peer.ts';

const OPTIONS: DecodeOptions = { families: [IPV4_UNICAST], addPath: new Set(), asn4: true };
const UPDATE = rawUpdate({ nlri: '18c63364' });

function octets(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}

function types(hex: string): string[] {
  return [...decodeOctets(octets(hex), 'stream', OPTIONS)].map(({ type }) => type);
}

describe('decodeOctets', () => {
  it.each([
    [rawOpen(), ['open']],
    [rawOpen() + UPDATE + raw(TYPE.keepalive), ['open', 'update', 'keepalive']],
    [raw(TYPE.refresh, '00010001'), ['refresh']],
    [raw(TYPE.notification, '0602'), ['notification']],
  ])('%s', (hex, expected) => {
    expect(types(hex)).toEqual(expected);
  });

  it.each([
    ['', 'starts neither as BGP'],
    ['00', 'starts neither as BGP'],
    [raw(9), 'message 1 at octet 0'],
    [UPDATE + raw(9), `message 2 at octet ${UPDATE.length / 2}`],
    [UPDATE.slice(2), 'message 1 at octet 0'],
    [UPDATE.slice(0, -2), 'octet 0: the last message is cut off'],
    ['03000000', 'cut off'],
  ])('%s is refused', (hex, reason) => {
    expect(() => types(hex)).toThrow(reason);
  });

  it('gives what stands before the mistake', () => {
    const seen: string[] = [];
    expect(() => {
      for (const { type } of decodeOctets(octets(rawOpen() + raw(9)), 'stream', OPTIONS)) seen.push(type);
    }).toThrow(InputError);
    expect(seen).toEqual(['open']);
  });

  it('of noise throws nothing but InputError', () => {
    const starts = [UPDATE, rawOpen(), '03'].map(octets);
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(80),
        (start, noise, at) => {
          const mixed = Uint8Array.from(start);
          mixed.set(noise.subarray(0, Math.max(0, mixed.length - at)), Math.min(at, mixed.length));
          for (const kind of ['stream', 'update', 'open', 'nlri'] as const) {
            try {
              for (const _ of decodeOctets(mixed, kind, OPTIONS));
            } catch (err) {
              if (!(err instanceof InputError)) throw err;
            }
          }
        },
      ),
    );
  });
});
