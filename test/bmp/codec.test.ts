import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BmpError } from '../../src/bmp/errors.ts';
import { BMP_FRAMING } from '../../src/bmp/header.ts';
import { decodeBmp, encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage, InformationTlv, PerPeerHeader } from '../../src/bmp/messages.ts';
import { mirroringInformation } from '../../src/bmp/route-mirroring.ts';
import { STATISTICS, statistic } from '../../src/bmp/statistics.ts';
import {
  INITIATION_TLVS,
  informationTlv,
  PEER_TLVS,
  TERMINATION_TLVS,
  type TlvRow,
} from '../../src/bmp/tlv.ts';
import { Framer } from '../../src/wire/framer.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { address, header, initiation, monitoring, open, peerUp, update } from './samples.ts';

function octets(text: string): Uint8Array {
  const found = fromHex(text.replaceAll(' ', ''));
  if (found === undefined) throw new RangeError(text);
  return found;
}

function thrown(action: () => unknown): BmpError {
  try {
    action();
  } catch (err) {
    if (err instanceof BmpError) return err;
    throw err;
  }
  throw new Error('nothing was thrown');
}

const u32 = fc.nat(0xffffffff);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const headers: fc.Arbitrary<PerPeerHeader> = fc
  .record({
    type: fc.constantFrom(0, 1, 2),
    flags: fc.nat(255),
    distinguisher: bytes(8),
    octets: bytes(16),
    as: u32,
    id: u32,
    seconds: u32,
    microseconds: fc.nat(999_999),
  })
  .map(({ octets: all, seconds, microseconds, ...rest }) => ({
    ...rest,
    address: (rest.flags & 0x80) === 0 ? all.subarray(12) : all,
    timestamp: (seconds * 1_000_000 + microseconds) / 1_000_000,
  }));

const tlvs = (rows: readonly TlvRow[]): fc.Arbitrary<InformationTlv[]> =>
  fc.array(
    fc
      .tuple(fc.oneof(fc.constantFrom(...rows.map((row) => row.type)), fc.nat(0xffff)), fc.uint8Array())
      .map(([type, value]) => informationTlv(type, value, rows)),
  );

const statistics = fc
  .tuple(
    fc.oneof(fc.constantFrom(...STATISTICS.map((row) => row.type)), fc.nat(0xffff)),
    fc.oneof(bytes(4), bytes(8), bytes(11), fc.uint8Array({ maxLength: 20 })),
  )
  .map(([type, value]) => statistic(type, value));

const messages: fc.Arbitrary<BmpMessage> = fc.oneof(
  tlvs(INITIATION_TLVS).map((list) => ({ type: 'initiation' as const, initiation: { tlvs: list } })),
  tlvs(TERMINATION_TLVS.slice(0, 1)).map((list) => ({
    type: 'termination' as const,
    termination: { tlvs: list.filter((tlv) => tlv.type !== 1), reason: undefined },
  })),
  fc
    .record({ peer: headers, statistics: fc.array(statistics) })
    .map((rest) => ({ type: 'statistics' as const, ...rest })),
  fc.record({
    type: fc.constant('route-mirroring' as const),
    peer: headers,
    information: fc.option(fc.nat(0xffff).map(mirroringInformation), { nil: undefined }),
    octets: fc.option(fc.uint8Array(), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('peer-down' as const),
    peer: headers,
    reason: fc.oneof(
      fc
        .record({
          code: fc.nat(255).filter((code) => code === 0 || code > 6),
          octets: fc.uint8Array({ minLength: 1 }),
        })
        .map(({ code, octets: data }) => ({ code, word: `unknown-${code}`, octets: data })),
      fc.nat(0xffff).map((fsmEvent) => ({ code: 2, word: 'local-no-notification', fsmEvent })),
      fc.constant({ code: 5, word: 'no-longer-monitored' }),
      tlvs(PEER_TLVS).map((list) => ({ code: 6, word: 'loc-rib-closed', tlvs: list })),
      fc.record({ code: fc.nat(255), subcode: fc.nat(255), data: fc.uint8Array() }).map((notification) => ({
        code: 3,
        word: 'remote-notification',
        notification,
      })),
    ),
  }),
  fc.record({
    type: fc.constant('unknown' as const),
    code: fc.integer({ min: 7, max: 255 }),
    octets: fc.uint8Array(),
  }),
);

describe('every message', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeBmp(encodeBmp(message))).toEqual(message);
      }),
    );
  });

  it.each([
    { name: 'route monitoring', message: monitoring(update(['10.0.0.0/8'])) },
    { name: 'initiation', message: initiation('r1') },
    { name: 'peer up', message: { type: 'peer-up' as const, peer: header(), up: peerUp() } },
  ])('$name: the same octets again', ({ message }) => {
    const written = encodeBmp(message);
    expect(encodeBmp(decodeBmp(written))).toEqual(written);
  });

  it('of noise throws BmpError alone', () => {
    const body = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.nat(8), body, (code, octets) => {
        const frame = encodeBmp({ type: 'unknown', code, octets });
        try {
          decodeBmp(frame);
        } catch (err) {
          expect(err).toBeInstanceOf(BmpError);
        }
      }),
    );
  });

  it('cut at any octet throws nothing but BmpError that is not fatal', () => {
    const whole = encodeBmp({ type: 'peer-up', peer: header(), up: peerUp() }).subarray(6);
    for (let length = 0; length < whole.length; length++) {
      const frame = encodeBmp({ type: 'unknown', code: 3, octets: whole.subarray(0, length) });
      expect(thrown(() => decodeBmp(frame)).fatal).toBe(false);
    }
  });
});

describe('common header', () => {
  it.each([
    { octets: '01 00000006 04', reason: /version 1/ },
    { octets: '02 00000006 04', reason: /version 2 is not 3 or 4/ },
    { octets: '05 00000006 04', reason: /version 5/ },
    { octets: '03 00000000 04', reason: /length 0/ },
    { octets: '03 00000005 04', reason: /length 5/ },
    { octets: '03 ffffffff 00', reason: /length 4294967295/ },
    { octets: '03 00100001 00', reason: /length 1048577/ },
    { octets: '47 45542020 2f', reason: /version 71/ },
  ])('$octets ends the connection', ({ octets: text, reason }) => {
    const err = thrown(() => [...new Framer(BMP_FRAMING).push(octets(text))]);
    expect(err.fatal).toBe(true);
    expect(err.reason).toMatch(reason);
  });

  it('that disagrees with the frame is fatal', () => {
    expect(thrown(() => decodeBmp(octets('03 00000007 04'))).fatal).toBe(true);
    expect(thrown(() => decodeBmp(octets('03 00'))).fatal).toBe(true);
  });
});

describe('per-peer header', () => {
  const raw = (type: number, flags: number, microseconds: string): PerPeerHeader => {
    const body = `${[type, flags].map((n) => n.toString(16).padStart(2, '0')).join('')}${'00'.repeat(8)}${'00'.repeat(12)}c0000201 0000fde9 01020304 00000001 ${microseconds} 00000000`;
    const message = decodeBmp(encodeBmp({ type: 'unknown', code: 1, octets: octets(body) }));
    if (message.type !== 'statistics') throw new RangeError(message.type);
    return message.peer;
  };

  it.each([
    { name: 'global', type: 0, flags: 0, length: 4 },
    { name: 'V flag', type: 0, flags: 0x80, length: 16 },
    { name: 'the F flag of a Loc-RIB is no V flag', type: 3, flags: 0x80, length: 4 },
    { name: 'flags of an experimental type mean nothing', type: 251, flags: 0x80, length: 4 },
  ])('$name: an address of $length octets', ({ type, flags, length }) => {
    expect(raw(type, flags, '00000000').address).toHaveLength(length);
  });

  it('clamps microseconds and says so', () => {
    expect(raw(0, 0, '000f423f')).toMatchObject({ timestamp: 1.999999 });
    expect(raw(0, 0, '000f423f')).not.toHaveProperty('clamped');
    expect(raw(0, 0, '000f4240')).toMatchObject({ timestamp: 1.999999, clamped: true });
  });
});

describe('statistics', () => {
  it('has every type once', () => {
    expect(new Set(STATISTICS.map((row) => row.type)).size).toBe(STATISTICS.length);
    expect(new Set(STATISTICS.map((row) => row.word)).size).toBe(STATISTICS.length);
  });

  it.each([
    { type: 0, octets: '00000007', read: { word: 'rejected-prefixes', value: 7n } },
    { type: 7, octets: '0000000100000000', read: { word: 'adj-rib-in-routes', value: 0x100000000n } },
    { type: 9, octets: '0002 01 0000000000000005', read: { value: 5n, family: 513 } },
    { type: 0, octets: '0000000000000007', read: { value: 7n } },
    { type: 24, octets: '00000001', read: { word: 'unknown-24', value: 1n } },
    { type: 1, octets: '010203', read: { word: 'duplicate-advertisements', value: undefined } },
    { type: 65531, octets: '00000001', read: { word: 'invalid-next-hop-updates', value: 1n } },
  ])('$type $octets', ({ type, octets: text, read }) => {
    expect(statistic(type, octets(text))).toMatchObject({ type, octets: octets(text), ...read });
  });

  it('is bounded by the octets that are there, not by the count', () => {
    const whole = encodeBmp({ type: 'statistics', peer: header(), statistics: [] });
    whole.set(octets('ffffffff'), whole.length - 4);
    expect(decodeBmp(whole)).toMatchObject({ statistics: [] });
  });
});

describe('information', () => {
  it.each([
    { octets: '0001 0003 fffe41', tlvs: [{ type: 1, word: 'sys-descr' }], text: undefined },
    { octets: '0002 0003 1b5b41', tlvs: [{ word: 'sys-name' }], text: '\\x1b[A' },
    { octets: '0002 0009 5f5f70726f746f5f5f', tlvs: [{ word: 'sys-name' }], text: '__proto__' },
    { octets: '0002 0000', tlvs: [{ word: 'sys-name' }], text: '' },
    { octets: 'fffb 0004 01020304', tlvs: [{ word: 'router-id' }], text: undefined },
    { octets: '1234 0001 01', tlvs: [{ word: 'unknown-4660' }], text: undefined },
    { octets: '0002 0002 4142 000200', tlvs: [{ word: 'sys-name' }], text: 'AB', problem: /3 stray octets/ },
    { octets: '0002 0002 4142 00020009', tlvs: [{}], text: 'AB', problem: /has length 9/ },
  ])('$octets', ({ octets: body, tlvs: wanted, text, problem }) => {
    const message = decodeBmp(encodeBmp({ type: 'unknown', code: 4, octets: octets(body) }));
    if (message.type !== 'initiation') throw new RangeError(message.type);
    expect(message.initiation.tlvs).toMatchObject(wanted);
    expect(message.initiation.tlvs[0]?.text).toBe(text);
    if (problem === undefined) expect(message.initiation).not.toHaveProperty('problem');
    else expect(message.initiation.problem).toMatch(problem);
  });

  it.each([
    { octets: '0001 0002 0003', reason: 'redundant-connection' },
    { octets: '0001 0002 0063', reason: 'unknown-99' },
    { octets: '0001 0001 00', reason: undefined },
  ])('termination $octets', ({ octets: body, reason }) => {
    const message = decodeBmp(encodeBmp({ type: 'unknown', code: 5, octets: octets(body) }));
    expect(message).toMatchObject({ termination: { reason } });
  });
});

describe('peer up', () => {
  const DUMMY = octets(`${'ff'.repeat(16)} 0013 01`);
  const read = (up: Parameters<typeof peerUp>[0], peer = header()) => {
    const message = decodeBmp(encodeBmp({ type: 'peer-up', peer, up: peerUp(up) }));
    if (message.type !== 'peer-up') throw new RangeError(message.type);
    return message.up;
  };

  it('has both OPENs and the TLVs', () => {
    const tlv = informationTlv(3, octets('726564'), PEER_TLVS);
    expect(read({ tlvs: [tlv] })).toMatchObject({ sent: open(65001), received: open(65002), tlvs: [tlv] });
  });

  it('takes an OPEN without a body for one that is not known', () => {
    const up = read({ sentOctets: DUMMY });
    expect(up.sent).toBeUndefined();
    expect(up.received).toBeDefined();
    expect(up).not.toHaveProperty('problem');
  });

  it('stands though an OPEN or a TLV cannot be read', () => {
    const keepalive = octets(`${'ff'.repeat(16)} 0013 04`);
    expect(read({ receivedOctets: keepalive }).problem).toMatch(/received OPEN is BGP message type 4/);
    const bad = octets(`${'ff'.repeat(16)} 001d 01 09 fde9 005a c0000201 00`);
    expect(read({ receivedOctets: bad }).problem).toMatch(/received OPEN/);
  });

  it('has addresses of the V flag', () => {
    const wide = { flags: 0x80, address: address('2001:db8::2') };
    expect(read({ localAddress: address('2001:db8::1') }, header(wide)).localAddress).toEqual(
      address('2001:db8::1'),
    );
  });
});

describe('route monitoring', () => {
  it('keeps what follows the UPDATE', () => {
    const octetsOf = update(['10.0.0.0/8']);
    const message = { ...monitoring(octetsOf), trailing: 2, rest: octets('ea62') } as BmpMessage;
    expect(decodeBmp(encodeBmp(message))).toEqual(message);
  });

  it.each([
    { name: 'no marker', body: '00'.repeat(23) },
    { name: 'a length that is not there', body: `${'ff'.repeat(16)} 1000 02 00000000` },
    { name: 'another message', body: `${'ff'.repeat(16)} 0013 04` },
  ])('refuses $name', ({ body }) => {
    const frame = encodeBmp({ type: 'route-monitoring', peer: header(), update: octets(body), trailing: 0 });
    expect(thrown(() => decodeBmp(frame)).fatal).toBe(false);
  });
});

describe('version 4', () => {
  const marker = 'ff'.repeat(16);
  const END_OF_RIB = `${marker} 0017 02 00000000`;
  const read = (body: string) => {
    const frame = encodeBmp({
      type: 'unknown',
      code: 0,
      octets: octets(`${'00'.repeat(42)}${body}`),
      version: 4,
    });
    const message = decodeBmp(frame);
    if (message.type !== 'route-monitoring') throw new RangeError(message.type);
    expect(encodeBmp(message)).toEqual(frame);
    return message;
  };

  it.each([
    { name: 'the numbers until 2025', table: '0003', message: '0004', words: ['table-name', 'bgp-message'] },
    { name: 'the numbers of 2026', table: '0005', message: '0007', words: ['table-name', 'bgp-message'] },
  ])('$name', ({ table, message, words }) => {
    const {
      tlvs,
      update: found,
      trailing,
    } = read(`${table} 0003 0000 726564 ${message} 0017 0000 ${END_OF_RIB}`);
    expect(tlvs?.map(({ word }) => word)).toEqual(words);
    expect(tlvs?.[0]).toMatchObject({ text: 'red', index: 0 });
    expect(found).toEqual(octets(END_OF_RIB));
    expect(trailing).toBe(0);
  });

  it.each([
    { value: '00000002', status: ['best'], reason: undefined },
    { value: '0000000a 0000', status: ['best', 'primary'], reason: undefined },
    { value: '00000001 0001', status: ['invalid'], reason: 'as-loop' },
    { value: '00000024 000b', status: ['non-selected', 'non-installed'], reason: 'aigp' },
    { value: '80000c00 0063', status: ['stale', 'suppressed', 'bit-31'], reason: 'reason-99' },
  ])('path status $value', ({ value, status, reason }) => {
    const length = value.includes(' ') ? '0006' : '0004';
    const { tlvs } = read(`0005 ${length} 0001 ${value} 0004 0017 0000 ${END_OF_RIB}`);
    expect(tlvs?.[0]).toMatchObject({ word: 'path-status', index: 1, pathStatus: { status, reason } });
  });

  it('keeps groups, vendors’ TLVs and unknown ones', () => {
    const { tlvs } = read(
      `0002 0004 0001 00020003 8007 0001 0000 aa 0063 0000 0000 0004 0017 0000 ${END_OF_RIB}`,
    );
    expect(tlvs?.map(({ word }) => word)).toEqual(['group', 'enterprise-7', 'unknown-99', 'bgp-message']);
    expect(tlvs?.[0]?.routes).toEqual([2, 3]);
  });

  it.each([
    { name: 'without an UPDATE', body: '0003 0003 0000 726564', reason: /without a BGP message/ },
    { name: 'with a TLV that overruns', body: '0003 0009 0000 726564', reason: /has length 9/ },
    { name: 'with another message', body: `0004 0013 0000 ${marker} 0013 04`, reason: /message type 4/ },
  ])('refuses Route Monitoring $name', ({ body, reason }) => {
    const err = thrown(() => read(body));
    expect(err.reason).toMatch(reason);
    expect(err.fatal).toBe(false);
  });
});
