import { describe, expect, it } from 'vitest';
import { MalformedAttributeError } from '../../src/bgp/errors.ts';
import { familyId, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import type { ApiVersion } from '../../src/bgp/json.ts';
import type { Announced } from '../../src/bgp/update.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { Event } from '../../src/events/event.ts';
import type { RenderOptions } from '../../src/events/options.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import {
  BMP_ORIGIN,
  IDENTITY,
  MARKER,
  messageEvent,
  NEGOTIATED,
  NEGOTIATED_JSON,
  neighbor,
  octets,
  PLAIN,
  TIME_MS,
  updateEvent,
} from './samples.ts';

function line(event: Event, version: ApiVersion, options: Partial<RenderOptions> = {}): string {
  return encoderFor('json', version, IDENTITY).encode(event, { ...PLAIN, ...options }) ?? '';
}

function json(event: Event, version: ApiVersion, options: Partial<RenderOptions> = {}) {
  const { neighbor: shown, ...envelope } = JSON.parse(line(event, version, options));
  const { address, asn, 'router-id': routerId, ...payload } = shown ?? {};
  return { envelope, payload, address, asn, routerId };
}

function payload(event: Event, version: ApiVersion, options: Partial<RenderOptions> = {}) {
  return json(event, version, options).payload;
}

const at = { neighbor: neighbor(), timeMs: TIME_MS };
const UP: Event = { ...at, type: 'state', state: 'up' };

describe('the envelope', () => {
  it.each([
    [4, '4.0.1', undefined],
    [5, '5.0.0', '10.0.0.1'],
    [6, '6.0.0', '10.0.0.1'],
  ] as const)('of version %i', (version, exabgp, routerId) => {
    const event = { ...UP, neighbor: neighbor() };
    expect(json(event, version)).toEqual({
      envelope: { exabgp, time: 1795382032.062069, ...IDENTITY, counter: 1, type: 'state' },
      address: { local: '127.0.0.1', peer: '127.0.0.1' },
      asn: { local: 65000, peer: 65001 },
      routerId,
      payload: { state: 'up' },
    });
  });

  it('has its members in the order that handlers know', () => {
    const event = messageEvent(`${MARKER}001A02 0003100A010000`, { bmp: BMP_ORIGIN });
    const parsed = JSON.parse(line(event, 5, { form: 'consolidate' }));
    const head = ['exabgp', 'time', 'host', 'pid', 'ppid', 'counter', 'type'];
    expect(Object.keys(parsed)).toEqual([...head, 'header', 'body', 'bmp', 'neighbor']);
    expect(Object.keys(parsed.neighbor)).toEqual(['address', 'asn', 'router-id', 'direction', 'message']);
    expect(line(event, 5)).toContain('"type": "update"');
  });
});

describe('events that are no message', () => {
  const down: Event = { ...at, type: 'state', state: 'down', reason: 'stop, message [removed]' };
  it.each<[string, Event, ApiVersion, object]>([
    ['connected', { ...at, type: 'state', state: 'connected' }, 5, { state: 'connected' }],
    ['down', down, 5, { state: 'down', reason: 'stop, message [removed]' }],
    ['down 4', down, 4, { state: 'down', reason: 'stop, message (removed)' }],
    ['fsm', { ...at, type: 'fsm', state: 'ACTIVE' }, 5, { state: 'ACTIVE' }],
    ['signal', { ...at, type: 'signal', code: 15, name: 'SIGTERM' }, 5, { code: '15', name: 'SIGTERM' }],
    ['negotiated', { ...at, type: 'negotiated', negotiated: NEGOTIATED }, 5, { negotiated: NEGOTIATED_JSON }],
  ])('%s', (_, event, version, expected) => {
    expect(payload(event, version)).toEqual(expected);
  });

  it('shutdown', () => {
    const text = encoderFor('json', 4, IDENTITY).shutdown(1795382036658.264);
    expect(JSON.parse(text)).toEqual({
      exabgp: '4.0.1',
      time: 1795382036.658264,
      ...IDENTITY,
      type: 'notification',
      notification: 'shutdown',
    });
    expect(encoderFor('text', 4, IDENTITY).shutdown(0)).toBe('shutdown 27341 27285\n\n');
  });
});

const REFRESH = `${MARKER}001705 00010001`;
const UPDATE = `${MARKER}002E02 000000144001010040020602010000FDE94003040A000002100A01`;

/** Of AS_TRANS. */
const OLD_OPEN = `${MARKER}001D01 045BA0005A0A00000200`;

describe('forms of a message', () => {
  it.each([
    [4, 'route refresh'],
    [5, 'route-refresh'],
  ] as const)('packets, version %i', (version, type) => {
    const { envelope, payload: shown } = json(messageEvent(REFRESH), version, { form: 'packets' });
    expect(envelope).toMatchObject({ type });
    expect(shown).toEqual({
      direction: 'receive',
      message: { category: 5, header: `0x${MARKER}001705`, body: '0x00010001' },
    });
  });

  it.each([
    { version: 4, option: true, shown: { hold_time: 0, asn4: false, refresh: 'absent', families: [] } },
    { version: 5, option: true, shown: { message_size: 4096, add_path: { send: [], receive: [] } } },
    { version: 4, option: false, shown: undefined },
    { version: 6, option: true, shown: undefined },
  ] as const)('packets of an OPEN, where nothing is agreed on: version $version, $option', (row) => {
    const { negotiated } = payload(messageEvent(OLD_OPEN), row.version, {
      form: 'packets',
      negotiated: row.option,
    });
    if (row.shown === undefined) expect(negotiated).toBeUndefined();
    else expect(negotiated).toMatchObject(row.shown);
  });

  it.each(['send', 'receive'] as const)('AS of an OPEN without capability 65, %s', (direction) => {
    const event = {
      ...messageEvent(OLD_OPEN, { direction }),
      neighbor: { ...neighbor(), localAs: 4200000001 },
    };
    const { open } = payload(event as Event, 4, { form: 'parsed' });
    expect(open.asn).toBe(direction === 'send' ? 4200000001 : 23456);
  });

  it('packets of a message without body', () => {
    const event = messageEvent(`${MARKER}001304`, { direction: 'send' });
    expect(payload(event, 5, { form: 'packets' })).toEqual({
      direction: 'send',
      message: { category: 4, header: `0x${MARKER}001304`, body: '0x' },
    });
  });

  it('consolidate', () => {
    const keepalive = json(messageEvent(`${MARKER}001304`), 5, { form: 'consolidate' });
    expect(keepalive.envelope).toMatchObject({ type: 'keepalive', header: `0x${MARKER}001304` });
    expect(keepalive.envelope).not.toHaveProperty('body');
    expect(keepalive.payload).toEqual({ direction: 'receive' });
    const refresh = json(messageEvent(REFRESH), 5, { form: 'consolidate' });
    expect(refresh.envelope).toMatchObject({
      type: 'refresh',
      header: `0x${MARKER}001705`,
      body: '0x00010001',
    });
    expect(refresh.payload).toEqual({
      direction: 'receive',
      'route-refresh': { afi: 'ipv4', safi: 'unicast', subtype: 'query' },
    });
  });

  it.each<{ version: ApiVersion; option: boolean; hex: string; form: 'parsed' | 'packets'; shown: boolean }>([
    { version: 4, option: false, hex: UPDATE, form: 'parsed', shown: false },
    { version: 5, option: true, hex: UPDATE, form: 'parsed', shown: true },
    { version: 6, option: false, hex: UPDATE, form: 'parsed', shown: true },
    { version: 5, option: true, hex: REFRESH, form: 'packets', shown: true },
    { version: 5, option: true, hex: REFRESH, form: 'parsed', shown: false },
    { version: 6, option: true, hex: REFRESH, form: 'parsed', shown: false },
  ])('negotiated beside $form, version $version, option $option', ({ version, option, hex, form, shown }) => {
    const event = messageEvent(hex, { negotiated: NEGOTIATED });
    const { negotiated } = payload(event, version, { form, negotiated: option });
    expect(negotiated).toEqual(shown ? NEGOTIATED_JSON : undefined);
  });
});

describe('notification', () => {
  const shutdown = `${MARKER}001B03 0602 05 68656C6C6F`;
  const sentence = 'Shutdown Communication: "hello"';
  const data = `0x${Buffer.from(sentence).toString('hex').toUpperCase()}`;
  it.each<{ version: ApiVersion; hex: string; expected: object }>([
    { version: 4, hex: `${MARKER}001503 0609`, expected: { code: 6, subcode: 9, data: '0x' } },
    { version: 5, hex: `${MARKER}001503 0609`, expected: { code: 6, subcode: 9, data: '0x', message: '' } },
    {
      version: 5,
      hex: `${MARKER}001703 01020012`,
      expected: { code: 1, subcode: 2, data: '0x0012', message: '' },
    },
    {
      version: 5,
      hex: `${MARKER}001803 0203 62616421`.replace('001803', '001903'),
      expected: { code: 2, subcode: 3, data: '0x62616421', message: 'bad!' },
    },
    { version: 5, hex: shutdown, expected: { code: 6, subcode: 2, data, message: sentence } },
    { version: 4, hex: shutdown, expected: { code: 6, subcode: 2, data: '0x0568656C6C6F' } },
  ])('version $version $expected', ({ version, hex, expected }) => {
    expect(payload(messageEvent(hex), version)).toEqual({ direction: 'receive', notification: expected });
  });
});

describe('open', () => {
  const hex = `${MARKER}004B01 04FDE9005A0A0000022E022C0104000100010104000200010200B9004006807800010180490C04686F737406646F6D61696E41040000FDE9`;
  it('received, version 5', () => {
    expect(payload(messageEvent(hex), 5)).toEqual({
      direction: 'receive',
      open: {
        version: 4,
        asn: 65001,
        hold_time: 90,
        router_id: '10.0.0.2',
        capabilities: {
          1: { name: 'multiprotocol', families: ['ipv4/unicast', 'ipv6/unicast'] },
          2: { name: 'route-refresh', variant: 'RFC' },
          185: { name: 'operational' },
          64: {
            name: 'graceful restart',
            time: 120,
            'address-family-flags': { 'ipv4/unicast': ['restart'] },
            'restart-flags': ['forwarding'],
          },
          73: { 'host-name': 'host', 'domain-name': 'domain' },
          65: { name: 'asn4', asn4: 65001 },
        },
      },
    });
  });

  it('sent, version 4', () => {
    const { open } = payload(messageEvent(hex, { direction: 'send' }), 4);
    expect(open.capabilities).toMatchObject({
      multiprotocol: { name: 'multiprotocol', families: ['ipv4/unicast', 'ipv6/unicast'] },
      asn4: { name: 'asn4', asn4: 65001 },
      'exabgp-experimental-operational': { name: 'operational' },
    });
  });
});

const V5_PATH = (...value: number[]) => ({ 0: { element: 'as-sequence', value } });

describe('update', () => {
  const twoRoutes = `${MARKER}004702 0000002A4001010040020A02020000FDE90000FDEA4003040A00000280040400000032C00808FDEB0001FFFFFF01100A01100A02`;
  const both = `${MARKER}003102 0003100A0900144001010040020602010000FDE94003040A000002100A08`;
  const announce = { 'ipv4 unicast': { '10.0.0.2': [{ nlri: '10.1.0.0/16' }, { nlri: '10.2.0.0/16' }] } };
  const rest = {
    med: 50,
    community: [
      [65003, 1],
      [65535, 65281],
    ],
  };
  const moved = {
    announce: { 'ipv4 unicast': { '10.0.0.2': [{ nlri: '10.8.0.0/16' }] } },
    withdraw: { 'ipv4 unicast': [{ nlri: '10.9.0.0/16' }] },
  };
  it.each<{ name: string; version: ApiVersion; hex: string; message: object }>([
    {
      name: 'routes',
      version: 5,
      hex: twoRoutes,
      message: {
        update: { attribute: { origin: 'igp', 'as-path': V5_PATH(65001, 65002), ...rest }, announce },
      },
    },
    {
      name: 'routes',
      version: 4,
      hex: twoRoutes,
      message: {
        update: {
          attribute: { origin: 'igp', 'as-path': [65001, 65002], 'confederation-path': [], ...rest },
          announce,
        },
      },
    },
    {
      name: 'withdrawal',
      version: 5,
      hex: `${MARKER}001A02 0003100A010000`,
      message: { update: { withdraw: { 'ipv4 unicast': [{ nlri: '10.1.0.0/16' }] } } },
    },
    {
      name: 'both ways',
      version: 5,
      hex: both,
      message: { update: { attribute: { origin: 'igp', 'as-path': V5_PATH(65001) }, ...moved } },
    },
    {
      name: 'both ways',
      version: 6,
      hex: both,
      message: {
        update: { attribute: { origin: 'igp', 'as-path': V5_PATH(65001), 'next-hop': '10.0.0.2' }, ...moved },
      },
    },
    {
      name: 'end of table',
      version: 5,
      hex: `${MARKER}001702 00000000`,
      message: { eor: { afi: 'ipv4', safi: 'unicast' } },
    },
    {
      name: 'end of table of a family',
      version: 4,
      hex: `${MARKER}001D02 00000006 800F03 000201`,
      message: { eor: { afi: 'ipv6', safi: 'unicast' } },
    },
  ])('$name, version $version', ({ hex, version, message }) => {
    expect(payload(messageEvent(hex), version)).toEqual({ direction: 'receive', message });
  });

  it('with path identifiers', () => {
    const context = { ...NEGOTIATED.receive, addPath: new Set([IPV4_UNICAST]) };
    const event = messageEvent(`${MARKER}001E02 000700000001100A010000`, { context });
    const withdraw = { 'ipv4 unicast': [{ nlri: '10.1.0.0/16', 'path-information': '0.0.0.1' }] };
    expect(payload(event, 5).message).toEqual({ update: { withdraw } });
    expect(payload(event, 5, { compact: true }).message).toEqual({ update: { withdraw } });
  });
});

function announced(family: number, prefix: string, hop?: string, linkLocal?: string): Announced {
  const [address, local] = [hop, linkLocal].map((text) =>
    text === undefined ? undefined : parseAddress(text),
  );
  const nextHop = address && { address, ...(local === undefined ? {} : { linkLocal: local }) };
  return { family, nextHop, nlri: [{ family, value: parsePrefix(prefix) }] };
}

describe('routes of an update', () => {
  const linkLocal = [announced(IPV6_UNICAST, '2001:db8:1::/48', '2001:db8::2', 'fe80::2')];
  const route = [{ nlri: '2001:db8:1::/48' }];
  it.each<{ version: ApiVersion; list: readonly Announced[]; compact?: boolean; expected: object }>([
    { version: 4, list: linkLocal, expected: { 'ipv6 unicast': { '2001:db8::2': route, 'fe80::2': route } } },
    { version: 5, list: linkLocal, expected: { 'ipv6 unicast': { '2001:db8::2': route, 'fe80::2': route } } },
    { version: 6, list: linkLocal, expected: { 'ipv6 unicast': { '2001:db8::2': route } } },
    {
      version: 5,
      compact: true,
      list: linkLocal,
      expected: { 'ipv6 unicast': { '2001:db8::2': ['2001:db8:1::/48'], 'fe80::2': ['2001:db8:1::/48'] } },
    },
    {
      version: 5,
      list: [
        announced(IPV4_UNICAST, '10.1.0.0/16', '10.0.0.2'),
        announced(IPV4_UNICAST, '10.2.0.0/16', '2001:db8::2'),
        announced(IPV4_UNICAST, '10.3.0.0/16', '10.0.0.2'),
        announced(IPV4_UNICAST, '10.4.0.0/16'),
      ],
      expected: {
        'ipv4 unicast': {
          '10.0.0.2': [{ nlri: '10.1.0.0/16' }, { nlri: '10.3.0.0/16' }],
          '2001:db8::2': [{ nlri: '10.2.0.0/16' }],
          'no-nexthop': [{ nlri: '10.4.0.0/16' }],
        },
      },
    },
  ])('version $version, $expected', ({ version, list, compact = false, expected }) => {
    expect(payload(updateEvent({ announced: list }), version, { compact }).message.update.announce).toEqual(
      expected,
    );
  });

  it('of a family that is not known', () => {
    const family = familyId(99, 7);
    const nlri = [{ family, value: { octets: octets('0AFF') } }];
    expect(payload(updateEvent({ withdrawn: [{ family, nlri }] }), 5).message).toEqual({
      update: { withdraw: { 'unknown afi 99 unknown safi 7': [{ parsed: false, raw: '0AFF' }] } },
    });
  });

  it('of a malformed one', () => {
    const malformed = new MalformedAttributeError({
      code: 1,
      attribute: 'origin',
      action: 'treat-as-withdraw',
      reason: '3 is not an origin (0 to 2)',
      octets: octets('40010103'),
    });
    const nlri = [{ family: IPV4_UNICAST, value: parsePrefix('10.1.0.0/16') }];
    const event = updateEvent({
      withdrawn: [{ family: IPV4_UNICAST, nlri }],
      malformed: [malformed],
      action: 'treat-as-withdraw',
    });
    expect(payload(event, 5).message.update).toEqual({
      attribute: { error: 'treat-as-withdraw' },
      withdraw: { 'ipv4 unicast': [{ nlri: '10.1.0.0/16' }] },
      malformed: [
        {
          attribute: 'origin',
          code: 1,
          action: 'treat-as-withdraw',
          reason: '3 is not an origin (0 to 2)',
          octets: '0x40010103',
        },
      ],
    });
  });

  it('of one that lost an attribute', () => {
    const event = updateEvent({ attributes: { origin: 'igp' }, action: 'attribute-discard' });
    expect(payload(event, 5).message.update).toEqual({ attribute: { origin: 'igp', error: 'discard' } });
  });
});
