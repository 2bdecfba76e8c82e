import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import type { Form } from '../../src/events/options.ts';
import {
  framed,
  MARKER,
  type MessageOptions,
  messageEvent,
  NEGOTIATED,
  NEGOTIATED_JSON,
  type Parsed,
  told,
} from './samples.ts';

/** Events of messages that are no UPDATEs, member by member. */

type Options = MessageOptions & { readonly form?: Form; readonly negotiatedToo?: boolean };

function toldOf(hex: string, version: ApiVersion, options: Options = {}): Parsed {
  const { form = 'parsed', negotiatedToo = false, ...more } = options;
  const context = { ...DEFAULT_CONTEXT, operational: true };
  return told(messageEvent(hex, { context, ...more }), version, { form, negotiated: negotiatedToo });
}

type Told = readonly [four: unknown, five?: unknown, six?: unknown];
const of = ([four, five = four, six = five]: Told, version: ApiVersion) =>
  ({ 4: four, 5: five, 6: six })[version];

const octet = (n: number) => n.toString(16).padStart(2, '0');
function open(capabilities: string): string {
  const bare = capabilities.replace(/\s/g, '');
  const length = bare.length / 2;
  return framed(1, `04 FDE9 005A 0A000002 ${octet(length + 2)} 02 ${octet(length)} ${bare}`);
}
const unknown = (value: number, raw: string, iana = 'unassigned') => ({ name: 'unknown', iana, value, raw });

describe.each(API_VERSIONS)('version %i', (version) => {
  it.each<[octets: string, code: string, word: string | [string, string], ...told: Told]>([
    [
      '0104 00010001 0104 00020001',
      '1',
      'multiprotocol',
      { name: 'multiprotocol', families: ['ipv4/unicast', 'ipv6/unicast'] },
    ],
    ['0200', '2', 'route-refresh', { name: 'route-refresh', variant: 'RFC' }],
    ['0506 0001 0001 0002', '5', 'nexthop', { name: 'nexthop', conversion: ['ipv4/unicast/ipv6'] }],
    ['0500', '5', 'nexthop', { name: 'nexthop', conversion: [] }],
    ['0600', '6', 'extended-message', { name: 'extended-message', size: 65535 }],
    [
      '400a 8078 0001 01 80 0002 01 00',
      '64',
      'graceful-restart',
      {
        name: 'graceful restart',
        time: 120,
        'address-family-flags': { 'ipv4/unicast': ['restart'], 'ipv6/unicast': [] },
        'restart-flags': ['forwarding'],
      },
    ],
    [
      '4002 0078',
      '64',
      'graceful-restart',
      { name: 'graceful restart', time: 120, 'address-family-flags': {}, 'restart-flags': [] },
    ],
    ['4104 0000FDE9', '65', 'asn4', { name: 'asn4', asn4: 65001 }],
    ['4402 0001', '68', 'multi-session', { name: 'multisession', variant: 'RFC', capabilities: ['1'] }],
    ...(
      [
        ['01', 'receive'],
        ['02', 'send'],
        ['03', 'send/receive'],
      ] as const
    ).map(([value, word]): [string, string, string, object] => [
      `4504 0001 01 ${value}`,
      '69',
      'add-path',
      { name: 'addpath', 'ipv4/unicast': word },
    ]),
    ['4600', '70', 'enhanced-route-refresh', { name: 'enhanced-route-refresh' }],
    [
      '490C 04 686F7374 06 646F6D61696E',
      '73',
      'hostname',
      unknown(73, '04686F737406646F6D61696E'),
      { 'host-name': 'host', 'domain-name': 'domain' },
    ],
    ['4B04 03 465252', '75', 'software-version', unknown(75, '03465252'), { software: 'FRR' }],
    [
      '4C05 0001 01 000A',
      '76',
      'paths-limit',
      unknown(76, '000101000A'),
      unknown(76, '000101000A'),
      { name: 'paths-limit', 'ipv4/unicast': 10 },
    ],
    ['4D00', '77', 'link-local-nexthop', unknown(77, ''), unknown(77, ''), { name: 'link-local-nexthop' }],
    ['B900', '185', ['exabgp-experimental-operational', 'operational'], { name: 'operational' }],
    ['4202 6869', '66', '66', unknown(66, '6869', 'unknown')],
    ['6402 6869', '100', '100', unknown(100, '6869')],
    ['0001 00', '0', '0', unknown(0, '00', 'reserved')],
  ])('capability %s', (octets, code, word, ...capability) => {
    const {
      version: four,
      asn,
      hold_time,
      router_id,
      capabilities,
    } = toldOf(open(octets), version).neighbor.open;
    expect({ four, asn, hold_time, router_id }).toEqual({
      four: 4,
      asn: 65001,
      hold_time: 90,
      router_id: '10.0.0.2',
    });
    expect(JSON.stringify(capabilities)).toBe(JSON.stringify({ [code]: of(capability, version) }));
    const sent = toldOf(open(octets), version, { direction: 'send' }).neighbor.open.capabilities;
    const [old, now] = typeof word === 'string' ? [word, word] : word;
    expect(sent[version === 4 ? old : now]).toEqual(of(capability, version));
  });

  it('an OPEN has the real AS, and both refreshes are Cisco’s where one is', () => {
    const hex = framed(1, '04 5BA0 005A 0A000002 0C 02 0A 4104FA56EA01 0200 8000');
    const { asn, capabilities } = toldOf(hex, version).neighbor.open;
    const cisco = { name: 'route-refresh', variant: 'Cisco' };
    expect(asn).toBe(4200000001);
    expect(capabilities).toEqual({ 2: cisco, 65: { name: 'asn4', asn4: 4200000001 }, 128: cisco });
  });

  it.each<[body: string, ...told: Told]>([
    ['0609', { code: 6, subcode: 9, data: '0x' }, { code: 6, subcode: 9, data: '0x', message: '' }],
    ['0400', { code: 4, subcode: 0, data: '0x' }, { code: 4, subcode: 0, data: '0x', message: '' }],
    [
      '0203 302E302E302E3020697320616E20696E76616C696420726F757465725F6964',
      { code: 2, subcode: 3, data: '0x302E302E302E3020697320616E20696E76616C696420726F757465725F6964' },
      {
        code: 2,
        subcode: 3,
        data: '0x302E302E302E3020697320616E20696E76616C696420726F757465725F6964',
        message: '0.0.0.0 is an invalid router_id',
      },
    ],
    ...(['02', '04'] as const).map((subcode): [string, object, object] => [
      `06${subcode} 05 68656C6C6F`,
      { code: 6, subcode: Number(subcode), data: '0x0568656C6C6F' },
      {
        code: 6,
        subcode: Number(subcode),
        data: '0x53687574646F776E20436F6D6D756E69636174696F6E3A202268656C6C6F22',
        message: 'Shutdown Communication: "hello"',
      },
    ]),
  ])('notification %s', (body, ...notification) => {
    for (const direction of ['send', 'receive'] as const) {
      const { neighbor, type } = toldOf(framed(3, body), version, { direction });
      expect(type).toBe('notification');
      expect(neighbor.direction).toBe(direction);
      expect(JSON.stringify(neighbor.notification)).toBe(JSON.stringify(of(notification, version)));
    }
  });

  it.each<[body: string, operational: object]>([
    ['0001 0008 0001 01 68656C6C6F', { name: 'ADM', afi: 'ipv4', safi: 'unicast', advisory: 'hello' }],
    ['0002 0008 0002 01 68656C6C6F', { name: 'ASM', afi: 'ipv6', safi: 'unicast', advisory: 'hello' }],
    ...['RPCQ', 'RPCP', 'APCQ', 'APCP', 'LPCQ', 'LPCP'].map((name, index): [string, object] => {
      const counts = name.endsWith('P');
      const common = `0001 01 0A000002 00000007${counts ? ' 0000002A' : ''}`;
      const family = { name, afi: 'ipv4', safi: 'unicast' };
      return [
        `00${octet(3 + index)} 00${counts ? '0F' : '0B'} ${common}`,
        counts ? { ...family, 'router-id': '10.0.0.2', sequence: 7, counter: 42 } : family,
      ];
    }),
  ])('operational %s', (body, operational) => {
    const { type, neighbor } = toldOf(framed(6, body), version);
    expect(type).toBe('operational');
    expect(JSON.stringify(neighbor.operational)).toBe(JSON.stringify(operational));
  });

  it.each<[type: number, body: string, ...name: Told]>([
    [1, '04FDE9005A0A00000200', 'open'],
    [2, '00000000', 'update'],
    [3, '0609', 'notification'],
    [4, '', 'keepalive'],
    [5, '00010001', 'route refresh', 'route-refresh'],
    [6, '0001000800010168656C6C6F', 'operational'],
  ])('packets of type %i', (type, body, ...name) => {
    for (const direction of ['send', 'receive'] as const) {
      const options = { direction, form: 'packets', negotiated: NEGOTIATED } as const;
      const { type: word, neighbor } = toldOf(framed(type, body), version, {
        ...options,
        negotiatedToo: true,
      });
      expect(word).toBe(of(name, version));
      const header = `0x${MARKER}${(19 + body.length / 2).toString(16).padStart(4, '0').toUpperCase()}${octet(type)}`;
      expect(neighbor).toMatchObject({
        direction,
        message: { category: type, header, body: `0x${body}` },
        negotiated: NEGOTIATED_JSON,
      });
      expect(Object.keys(neighbor).slice(-3)).toEqual(['direction', 'message', 'negotiated']);
      // main says it always, others where they are asked to
      expect('negotiated' in toldOf(framed(type, body), version, options).neighbor).toBe(version === 6);
    }
  });

  it('consolidated: the octets stand behind the type', () => {
    const whole = toldOf(framed(2, '0003100A010000'), version, { form: 'consolidate' });
    expect(Object.keys(whole)).toEqual([
      'exabgp',
      'time',
      'host',
      'pid',
      'ppid',
      'counter',
      'type',
      'header',
      'body',
      'neighbor',
    ]);
    expect(whole).toMatchObject({ header: `0x${MARKER}001A02`, body: '0x0003100A010000' });
    const empty = toldOf(framed(4, ''), version, { form: 'consolidate' });
    expect(Object.keys(empty)).not.toContain('body');
  });

  it('whose it is: addresses, AS numbers, since 5 the router id, then the direction', () => {
    const { neighbor } = toldOf(framed(4, ''), version);
    expect(JSON.stringify(neighbor)).toBe(
      JSON.stringify({
        address: { local: '127.0.0.1', peer: '127.0.0.1' },
        asn: { local: 65000, peer: 65001 },
        ...(version === 4 ? {} : { 'router-id': '10.0.0.1' }),
        direction: 'receive',
      }),
    );
  });
});
