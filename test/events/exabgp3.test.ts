import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { Direction, Event } from '../../src/events/event.ts';
import type { Form } from '../../src/events/options.ts';
import { IDENTITY, MARKER, messageEvent, neighbor, PLAIN, TIME_MS, updateEvent } from './samples.ts';

/** Events of ExaBGP 3.4, line by line. */

interface Row {
  readonly line: string;
  /** The message without its marker; empty: the session is connected. */
  readonly hex: string;
  readonly direction: Direction;
  readonly form: Form;
}

const LINES: readonly Row[] = [
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385242, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 1, "type": "state", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "state": "connected"} }',
    hex: '',
    direction: 'receive',
    form: 'parsed',
  },
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385243, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 2, "type": "open", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "message": { "body": "04FDE800B40A000001280206010400010001020601040001008502060104000200010202020002024600020641040000FDE8", "header": "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF004501", "sent": 1 } } }',
    hex: '00450104FDE800B40A000001280206010400010001020601040001008502060104000200010202020002024600020641040000FDE8',
    direction: 'send',
    form: 'packets',
  },
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385243, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 4, "type": "open", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "direction": "received", "open": { "router_id": "10.0.0.2", "version": 4, "hold_time": 90, "asn": 65001, "capabilities": { "1": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv6/unicast", "ipv4/flow" ] }, "2": { "name": "route-refresh", "variant": "RFC" }, "65": { "name": "asn4", "asn4": 65001 } } } } }',
    hex: '00390104FDE9005A0A0000021C021A010400010001010400020001010400010085020041040000FDE9',
    direction: 'receive',
    form: 'parsed',
  },
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385243, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 12, "type": "update", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "message": { "update": { "attribute": { "origin": "igp", "as-path": [ 65001, 65002 ], "confederation-path": [], "med": 50, "community": [ [ 65003, 1 ], [ 65535, 65281 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": { "10.1.0.0/16": {  }, "10.2.0.0/16": {  } } } } } }} }',
    hex: '0047020000002A4001010040020A02020000FDE90000FDEA4003040A00000280040400000032C00808FDEB0001FFFFFF01100A01100A02',
    direction: 'receive',
    form: 'parsed',
  },
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385243, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 14, "type": "update", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "message": { "update": { "withdraw": { "ipv4 unicast": { "10.1.0.0/16": {  } } } } }} }',
    hex: '001A020003100A010000',
    direction: 'receive',
    form: 'parsed',
  },
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385243, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 15, "type": "update", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "message": { "update": { "announce": { "ipv4 unicast": { "null": { "eor": { "afi" : "ipv4", "safi" : "unicast" } } } } } }} }',
    hex: '00170200000000',
    direction: 'receive',
    form: 'parsed',
  },
  {
    line: '{ "exabgp": "3.4.8", "time": 1795385243, "host" : "vm", "pid" : "9544", "ppid" : "9502", "counter": 3, "type": "open", "neighbor": { "ip": "127.0.0.1", "address": { "local": "127.0.0.1", "peer": "127.0.0.1"}, "asn": { "local": "65000", "peer": "65001"}, "direction": "sent", "open": { "router_id": "10.0.0.1", "version": 4, "hold_time": 180, "asn": 65000, "capabilities": { "1": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv4/flow", "ipv6/unicast" ] }, "2": { "name": "route-refresh", "variant": "RFC" }, "70": { "name": "enhanced-route-refresh" }, "65": { "name": "asn4", "asn4": 65000 } } } } }',
    hex: '003B0104FDE800B40A0000011E021C0104000100010104000100850104000200010200460041040000FDE8',
    direction: 'send',
    form: 'parsed',
  },
];

const at = { neighbor: neighbor(), timeMs: TIME_MS };

function eventOf(hex: string, direction: Direction = 'receive', addPath = false): Event {
  if (hex === '') return { ...at, type: 'state', state: 'connected' };
  const context = { ...DEFAULT_CONTEXT, addPath: new Set(addPath ? [IPV4_UNICAST] : []) };
  return messageEvent(MARKER + hex, { direction, context });
}

describe('JSON', () => {
  it.each(LINES)('$direction $form $hex', ({ line, hex, direction, form }) => {
    const { host, pid, ppid, counter, time } = JSON.parse(line);
    const event = {
      ...eventOf(hex, direction),
      neighbor: { ...neighbor(), counter: { value: counter - 1 } },
      timeMs: time * 1000 + 250,
    } as Event;
    const encoder = encoderFor('json', 3, { host, pid: Number(pid), ppid: Number(ppid) });
    const told = JSON.parse(encoder.encode(event, { ...PLAIN, form }) ?? '');
    expect(JSON.stringify(told, undefined, 1)).toBe(JSON.stringify(JSON.parse(line), undefined, 1));
  });

  const told = (event: Event, form: Form = 'parsed') =>
    JSON.parse(encoderFor('json', 3, IDENTITY).encode(event, { ...PLAIN, form }) ?? '');

  it('a keepalive that is received has no direction', () => {
    expect(told(eventOf('001304')).neighbor).not.toHaveProperty('direction');
    expect(told(eventOf('001304', 'send')).neighbor).toMatchObject({ direction: 'sent' });
  });

  it('path identifiers stand in the object of the route; several routes to one prefix make a list', () => {
    const hex = '003902 0000 0014 40010100 40020602010000FDE9 4003040A000002 00000001 100A01 00000002 100A01';
    const event = messageEvent(MARKER + hex, {
      context: { ...DEFAULT_CONTEXT, addPath: new Set([IPV4_UNICAST]) },
    });
    expect(told(event).neighbor.message.update.announce).toEqual({
      'ipv4 unicast': {
        '10.0.0.2': { '10.1.0.0/16': [{ 'path-information': '0.0.0.1' }, { 'path-information': '0.0.0.2' }] },
      },
    });
  });

  it('a route that is no prefix goes by its text', () => {
    const hex = '003002 0000 0019 40010100 40020602010000FDE9 800E09 000185 00 00 03 038106'.replace(
      / /g,
      '',
    );
    expect(told(eventOf(hex)).neighbor.message.update.announce).toEqual({
      'ipv4 flow': {
        'no-nexthop': { 'flow protocol =tcp': { protocol: ['=tcp'], string: 'flow protocol =tcp' } },
      },
    });
  });

  it('octets beside a decoded message are bare digits', () => {
    const { header, body } = told(eventOf('00170500010001'), 'consolidate');
    expect([header, body]).toEqual([`${MARKER}001705`, '00010001']);
  });

  it('the shutdown', () => {
    expect(JSON.parse(encoderFor('json', 3, IDENTITY).shutdown(TIME_MS))).toEqual({
      exabgp: '3.4.8',
      time: Math.floor(TIME_MS / 1000),
      host: 'vm',
      pid: '27341',
      ppid: '27285',
      type: 'notification',
      notification: 'shutdown',
    });
  });
});

describe('text', () => {
  const attributes =
    'next-hop 10.0.0.2 origin igp as-path [ 65001 65002 ] med 50 community [ 65003:1 no-export ]';
  it.each<[hex: string, direction: Direction, form: Form, lines: readonly string[]]>([
    ['', 'receive', 'parsed', ['connected']],
    [
      LINES[2]?.hex ?? '',
      'receive',
      'parsed',
      [
        'open direction received version 4 asn 65001 hold_time 90 router_id 10.0.0.2 capabilities [multiprotocol(ipv4 unicast,ipv6 unicast,ipv4 flow), route refresh, asn4(65001)]',
      ],
    ],
    [
      '002F02000000144001010040020602010000FDE84003040A00000118C00002',
      'send',
      'packets',
      [`sent 2 header ${MARKER}002F02 body 000000144001010040020602010000FDE84003040A00000118C00002`],
    ],
    ['00170200000000', 'send', 'packets', [`sent 2 header ${MARKER}001702 body 00000000`]],
    [
      LINES[3]?.hex ?? '',
      'receive',
      'parsed',
      [
        'update start',
        `announced route 10.1.0.0/16 ${attributes}`,
        `announced route 10.2.0.0/16 ${attributes}`,
        'update end',
      ],
    ],
    [
      '001A020003100A010000',
      'receive',
      'parsed',
      ['update start', 'withdrawn route 10.1.0.0/16 next-hop none', 'update end'],
    ],
    [
      '00170200000000',
      'receive',
      'parsed',
      ['update start', 'announced route eor 1/1 (ipv4 unicast)', 'update end'],
    ],
  ])('%s %s %s', (hex, direction, form, lines) => {
    const told = encoderFor('text', 3, IDENTITY).encode(eventOf(hex, direction), { ...PLAIN, form });
    expect(told).toBe(lines.map((line) => `neighbor 127.0.0.1 ${line}\n`).join(''));
  });

  it('the shutdown', () => {
    expect(encoderFor('text', 3, IDENTITY).shutdown(TIME_MS)).toBe('shutdown 27341 27285\n');
  });

  it('what a peer says cannot break a line', () => {
    const error = { family: IPV4_UNICAST, nlri: [] };
    const event = updateEvent({ withdrawn: [error], leak: 'a\nneighbor 127.0.0.1 up' as never });
    const text = encoderFor('text', 3, IDENTITY).encode(event, PLAIN) ?? '';
    expect(text.split('\n')).toHaveLength(4);
  });
});
