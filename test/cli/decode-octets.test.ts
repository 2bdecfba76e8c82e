import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { type DecodeOptions, decodeOctets } from '../../src/cli/decode-octets.ts';
import { InputError } from '../../src/cli/input-error.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { pcap } from '../support/pcap.ts';
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

  it('tells attributes with wrong flags', () => {
    const flagged = UPDATE.replace('40010100', 'c0010100');
    expect([...decodeOctets(octets(flagged), 'stream', OPTIONS)]).toMatchObject([
      { update: { action: 'treat-as-withdraw', malformed: [{ attribute: 'origin' }] } },
    ]);
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

describe('BGP of a capture', () => {
  const [US, THEM] = ['192.0.2.1', '192.0.2.9'];
  const [MULTIPROTOCOL, ASN4_1, ASN4_2] = ['0206 0104 00010001', '0206 4104 0000fde9', '0206 4104 0000fdea'];
  const ADD_PATH = (mode: string) => `0206 4504 000101 ${mode}`;

  /** Their octets in one packet for each message, after our OPEN; `from`: how many of their octets were not captured. */
  function capture(ours: string | undefined, theirs: readonly string[], from = 0): Uint8Array {
    let sequence = 1;
    const segments = theirs.map((message, i) => {
      const segment = { from: THEM, to: US, ports: [179, 40000], sequence, octets: octets(message) } as const;
      sequence += segment.octets.length;
      return { ...segment, timeMs: 1_700_000_000_000 + i };
    });
    const [first, ...rest] = segments;
    const cut =
      first === undefined ? [] : [{ ...first, sequence: 1 + from, octets: first.octets.subarray(from) }];
    const opened =
      ours === undefined
        ? []
        : [{ from: US, to: THEM, ports: [40000, 179], sequence: 1, octets: octets(ours) } as const];
    return pcap([...opened, ...cut, ...rest]);
  }

  function updates(file: Uint8Array) {
    return [...decodeOctets(file, 'stream', OPTIONS)].flatMap((event) =>
      event.type === 'update' && event.update !== undefined ? [event] : [],
    );
  }

  it('has the times of its packets, and the AS numbers of the OPENs', () => {
    const ours = rawOpen({ as: 65001, capabilities: MULTIPROTOCOL + ASN4_1 });
    const [update] = updates(capture(ours, [rawOpen({ capabilities: MULTIPROTOCOL + ASN4_2 }), UPDATE]));
    expect(update).toMatchObject({
      timeMs: 1_700_000_000_001,
      neighbor: { localAddress: US, peerAddress: THEM, localAs: 65001, peerAs: 65002, routerId: '192.0.2.2' },
      update: { malformed: [] },
    });
  });

  it.each([
    { who: 'we do not', ours: MULTIPROTOCOL, theirs: MULTIPROTOCOL + ASN4_2 },
    { who: 'they do not', ours: MULTIPROTOCOL + ASN4_1, theirs: MULTIPROTOCOL },
    { who: 'they do not, and our OPEN was not captured', ours: undefined, theirs: MULTIPROTOCOL },
  ])('has AS numbers of two octets where $who announce four', ({ ours, theirs }) => {
    const narrow = rawUpdate({ attributes: '40010100 400204 0201 fdea 400304 7f000002', nlri: '18c63364' });
    const file = capture(ours === undefined ? undefined : rawOpen({ as: 65001, capabilities: ours }), [
      rawOpen({ capabilities: theirs }),
      narrow,
    ]);
    expect(updates(file)[0]?.update).toMatchObject({
      malformed: [],
      attributes: { asPath: [{ asns: [65002] }] },
    });
  });

  it.each([
    { mode: '03', id: 7 },
    { mode: '02', id: undefined },
  ])('has path identifiers where we announced mode $mode', ({ mode, id }) => {
    const ours = rawOpen({ as: 65001, capabilities: MULTIPROTOCOL + ASN4_1 + ADD_PATH(mode) });
    const theirs = rawOpen({ capabilities: MULTIPROTOCOL + ASN4_2 + ADD_PATH('02') });
    const update = rawUpdate({ nlri: `${id === undefined ? '' : '00000007'}18c63364` });
    const [found] = updates(capture(ours, [theirs, update]));
    expect(found?.update.announced[0]?.nlri[0]?.pathId).toBe(id);
  });

  it('that begins amid a message is read from the next one on', () => {
    expect(updates(capture(undefined, [UPDATE, UPDATE, UPDATE], 9))).toHaveLength(2);
  });

  it('goes on behind octets that lack, and says so', () => {
    const length = octets(UPDATE).length;
    const start = 1 + octets(rawOpen()).length;
    const part = (sequence: number, message: string) =>
      ({ from: THEM, to: US, ports: [179, 40000], sequence, octets: octets(message) }) as const;
    const file = pcap([part(1, rawOpen()), part(start + length, UPDATE), part(start + 2 * length, UPDATE)]);
    const seen: string[] = [];
    expect(() => {
      for (const { type } of decodeOctets(file, 'stream', OPTIONS)) seen.push(type);
    }).toThrow('octets lack in the capture');
    expect(seen).toEqual(['open', 'update', 'update']);
  });
});
