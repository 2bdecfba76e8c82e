import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { BmpEvent, Event } from '../../src/events/event.ts';
import { BMP_ORIGIN, IDENTITY, MARKER, messageEvent, neighbor, octets, PLAIN, TIME_MS } from './samples.ts';

const JSON5 = encoderFor('json', 5, IDENTITY);
const TEXT = encoderFor('text', 5, IDENTITY);
const none = new Uint8Array(0);

const ROUTER = { type: 'bmp', timeMs: TIME_MS, router: '192.0.2.1:50001', routerName: 'r1' } as const;
const shownRouter = { router: '192.0.2.1:50001', name: 'r1' };
const shownOrigin = {
  ...shownRouter,
  'peer-type': 'rd',
  distinguisher: '65000:1',
  'peer-id': '10.0.0.9',
  view: 'adj-rib-in-pre-policy',
  timestamp: 1795382000.5,
};
const tlv = { type: 2, word: 'sys-name', value: octets('7231'), text: 'r1' };
const ofPeer = { ...ROUTER, neighbor: neighbor(), bmp: BMP_ORIGIN };

describe('events that only a router can tell', () => {
  it.each<{ event: BmpEvent; bmp: object; text: string }>([
    {
      event: { ...ROUTER, routerName: '', message: 'connected' },
      bmp: { message: 'connected', router: '192.0.2.1:50001' },
      text: 'bmp 192.0.2.1:50001 connected',
    },
    {
      event: { ...ROUTER, message: 'disconnected', reason: 'closed\nby peer' },
      bmp: { message: 'disconnected', ...shownRouter, reason: 'closed\nby peer' },
      text: 'bmp 192.0.2.1:50001 disconnected - closed\\u000aby peer',
    },
    {
      event: {
        ...ROUTER,
        message: 'initiation',
        initiation: { tlvs: [tlv, { type: 9, word: 'unknown-9', value: octets('01') }] },
      },
      bmp: {
        message: 'initiation',
        ...shownRouter,
        information: [
          { type: 2, name: 'sys-name', value: 'r1' },
          { type: 9, name: 'unknown-9', value: '0x01' },
        ],
      },
      text: 'bmp 192.0.2.1:50001 initiation sys-name "r1" unknown-9 0x01',
    },
    {
      event: { ...ROUTER, message: 'snapshot', phase: 'begin', sequence: 7 },
      bmp: { message: 'snapshot', ...shownRouter, snapshot: 'begin', sequence: 7 },
      text: 'bmp 192.0.2.1:50001 snapshot begin sequence 7',
    },
    {
      event: { ...ROUTER, message: 'termination', termination: { tlvs: [], reason: 'out of resources' } },
      bmp: { message: 'termination', ...shownRouter, reason: 'out of resources', information: [] },
      text: 'bmp 192.0.2.1:50001 termination - out of resources',
    },
    {
      event: {
        ...ofPeer,
        message: 'statistics',
        statistics: [
          { type: 0, word: 'rejected-prefixes', value: 5n, octets: none },
          { type: 7, word: 'adj-rib-in-routes', value: 2n ** 63n, octets: none },
          { type: 9, word: 'adj-rib-in-family-routes', value: 3n, family: IPV4_UNICAST, octets: none },
          { type: 99, word: 'unknown-99', value: undefined, octets: octets('0102') },
        ],
      },
      bmp: {
        message: 'statistics',
        ...shownOrigin,
        statistics: {
          'rejected-prefixes': 5,
          'adj-rib-in-routes': 2 ** 63,
          'adj-rib-in-family-routes': { 'ipv4 unicast': 3 },
          'unknown-99': '0x0102',
        },
      },
      text: 'bmp 192.0.2.1:50001 statistics 127.0.0.1 rejected-prefixes 5 adj-rib-in-routes 9223372036854775808 adj-rib-in-family-routes ipv4/unicast 3 unknown-99 0x0102',
    },
    {
      event: { ...ofPeer, message: 'mirroring', information: 'errored-pdu', octets: octets('FF') },
      bmp: { message: 'mirroring', ...shownOrigin, information: 'errored-pdu', octets: '0xFF' },
      text: 'bmp 192.0.2.1:50001 mirroring 127.0.0.1 errored-pdu 0xFF',
    },
    {
      event: { ...ofPeer, message: 'mirroring', information: undefined, octets: undefined },
      bmp: { message: 'mirroring', ...shownOrigin },
      text: 'bmp 192.0.2.1:50001 mirroring 127.0.0.1',
    },
    {
      event: { ...ROUTER, message: 'error', reason: 'short', offset: 77, octets: octets('03'), fatal: false },
      bmp: { message: 'error', ...shownRouter, reason: 'short', offset: 77, fatal: false, octets: '0x03' },
      text: 'bmp 192.0.2.1:50001 error skipped offset 77 octets 0x03 - short',
    },
  ])('$text', ({ event, bmp, text }) => {
    const shown = JSON.parse(JSON5.encode(event, PLAIN) ?? '');
    expect(shown).toMatchObject({ exabgp: '5.0.0', type: 'bmp', host: 'vm' });
    expect(shown.bmp).toEqual(bmp);
    expect(shown.neighbor?.address.peer).toBe('neighbor' in event ? '127.0.0.1' : undefined);
    expect('counter' in shown).toBe('neighbor' in event);
    expect(TEXT.encode(event, PLAIN)).toBe(`${text}\n\n`);
  });
});

describe('BGP events that a router reported', () => {
  it('have the shape of a session, and say where they come from', () => {
    const hex = `${MARKER}001A02 0003100A010000`;
    const own = JSON.parse(JSON5.encode(messageEvent(hex), PLAIN) ?? '');
    const reported = JSON.parse(JSON5.encode(messageEvent(hex, { bmp: BMP_ORIGIN }), PLAIN) ?? '');
    expect(reported).toEqual({ ...own, bmp: shownOrigin });
  });

  it('leave out what is not known', () => {
    const { view: _, ...bmp } = { ...BMP_ORIGIN, routerName: '', timestamp: 0, implied: true, table: 'red' };
    const event: Event = { type: 'state', state: 'up', neighbor: neighbor(), timeMs: TIME_MS, bmp };
    expect(JSON.parse(JSON5.encode(event, PLAIN) ?? '').bmp).toEqual({
      router: '192.0.2.1:50001',
      'peer-type': 'rd',
      distinguisher: '65000:1',
      'peer-id': '10.0.0.9',
      implied: true,
      table: 'red',
    });
  });

  it('tell why a peer went down', () => {
    const event: Event = {
      type: 'state',
      state: 'down',
      reason: 'notification received (6,4)',
      bmpReason: { code: 3, word: 'remote-notification', notification: { code: 6, subcode: 4, data: none } },
      neighbor: neighbor(),
      timeMs: TIME_MS,
      bmp: BMP_ORIGIN,
    };
    const shown = JSON.parse(JSON5.encode(event, PLAIN) ?? '');
    expect(shown.neighbor).toMatchObject({ state: 'down', reason: 'notification received (6,4)' });
    expect(shown.bmp.down).toMatchObject({
      code: 3,
      reason: 'remote-notification',
      notification: { code: 6, subcode: 4, data: '0x' },
    });
    expect(TEXT.encode(event, PLAIN)).toBe('neighbor 127.0.0.1 down - notification received (6,4)\n\n');
  });
});
