import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { MalformedAttributeError } from '../../src/bgp/errors.ts';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import type { ApiVersion } from '../../src/bgp/json.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { Event } from '../../src/events/event.ts';
import type { Form } from '../../src/events/options.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import {
  IDENTITY,
  MARKER,
  messageEvent,
  NEGOTIATED,
  neighbor,
  octets,
  TIME_MS,
  updateEvent,
} from './samples.ts';

function text(event: Event, version: ApiVersion, form: Form = 'parsed'): string | undefined {
  return encoderFor('text', version, IDENTITY).encode(event, { form, negotiated: false });
}

const at = { neighbor: neighbor(), timeMs: TIME_MS };
const start = 'neighbor 127.0.0.1 receive';
const update = (...lines: string[]) =>
  `${[`${start} update start`, ...lines, `${start} update end`].join('\n')}\n\n`;

describe('events that are no message', () => {
  it.each<[Event, ApiVersion, string | undefined]>([
    [{ ...at, type: 'state', state: 'connected' }, 4, 'neighbor 127.0.0.1 connected\n\n'],
    [{ ...at, type: 'state', state: 'up' }, 5, 'neighbor 127.0.0.1 up\n\n'],
    [
      { ...at, type: 'state', state: 'down', reason: 'notification sent (2,2)' },
      4,
      'neighbor 127.0.0.1 down - peer reset, message [notification sent (2,2)] error[OPEN message error / Bad Peer AS]\n\n',
    ],
    [
      { ...at, type: 'state', state: 'down', reason: 'notification received (6,2)' },
      5,
      'neighbor 127.0.0.1 down - notification received (6,2)\n\n',
    ],
    [
      { ...at, type: 'state', state: 'down', reason: 'a\r\nneighbor 192.0.2.1 up\u2028\ud800' },
      5,
      'neighbor 127.0.0.1 down - a\\u000d\\u000aneighbor 192.0.2.1 up\\u2028\\ud800\n\n',
    ],
    [{ ...at, type: 'fsm', state: 'IDLE' }, 5, undefined],
    [{ ...at, type: 'signal', code: 15, name: 'SIGTERM' }, 5, undefined],
    [{ ...at, type: 'negotiated', negotiated: NEGOTIATED }, 5, undefined],
  ])('%#', (event, version, expected) => {
    expect(text(event, version)).toBe(expected);
  });
});

describe('messages', () => {
  it.each<{ hex: string; form: Form; expected: string }>([
    { hex: `${MARKER}001304`, form: 'parsed', expected: 'keepalive' },
    { hex: `${MARKER}001304`, form: 'consolidate', expected: `keepalive header 0x${MARKER}001304` },
    { hex: `${MARKER}001304`, form: 'packets', expected: `4 header 0x${MARKER}001304` },
    {
      hex: `${MARKER}001705 00010001`,
      form: 'packets',
      expected: `5 header 0x${MARKER}001705 body 0x00010001`,
    },
    {
      hex: `${MARKER}001705 00010001`,
      form: 'parsed',
      expected: 'route-refresh afi ipv4 safi unicast query',
    },
    { hex: `${MARKER}001503 0400`, form: 'parsed', expected: 'notification code 4 subcode 0 data 0x' },
    {
      hex: `${MARKER}001B03 0602 05 68656C6C6F`,
      form: 'parsed',
      expected:
        'notification code 6 subcode 2 data 0x53687574646F776E20436F6D6D756E69636174696F6E3A202268656C6C6F22',
    },
    {
      hex: `${MARKER}001D01 045BA0005A0A00000200`,
      form: 'parsed',
      expected: 'open version 4 asn 23456 hold_time 90 router_id 10.0.0.2 capabilities []',
    },
    {
      hex: `${MARKER}004B01 04FDE9005A0A0000022E022C0104000100010104000200010200B9004006807800010180490C04686F737406646F6D61696E41040000FDE9`,
      form: 'parsed',
      expected:
        'open version 4 asn 65001 hold_time 90 router_id 10.0.0.2 capabilities [multiprotocol(ipv4 unicast,ipv6 unicast), route refresh, graceful restart flags 0x8 time 120 ipv4/unicast=0x80, asn4(65001), hostname(host domain), operational]',
    },
  ])('$form $expected', ({ hex, form, expected }) => {
    expect(text(messageEvent(hex), 5, form)).toBe(`${start} ${expected}\n\n`);
  });
});

describe('OPERATIONAL messages', () => {
  const context = { ...DEFAULT_CONTEXT, operational: true };
  const event = messageEvent(`${MARKER}002006 0001 0009 0001 01 68656C6C6F21`, { context });
  const raw = `6 header 0x${MARKER}002006 body 0x0001000900010168656C6C6F21`;
  it.each<{ form: Form; expected: string }>([
    { form: 'parsed', expected: 'operational ADM afi ipv4 safi unicast advisory "hello!"\n' },
    { form: 'packets', expected: `${raw}\n\n` },
  ])('QUIRK: no blank line is behind a decoded one: $form', ({ form, expected }) => {
    expect(text(event, 5, form)).toBe(`${start} ${expected}`);
  });
});

describe('updates', () => {
  const both = `${MARKER}003102 0003100A0900144001010040020602010000FDE94003040A000002100A08`;
  const octetsLine = ` header 0x${MARKER}003102 body 0x0003100A0900144001010040020602010000FDE94003040A000002100A08`;
  const withdrawn = `${start} update withdrawn 10.9.0.0/16`;
  const announced = `${start} update announced 10.8.0.0/16 next-hop 10.0.0.2 origin igp as-path`;
  it.each<{ version: ApiVersion; lines: string[] }>([
    { version: 4, lines: [withdrawn, `${announced} [ 65001 ]`, octetsLine] },
    { version: 5, lines: [withdrawn, `${announced} ( 65001 )`, octetsLine] },
    { version: 6, lines: [`${announced} ( 65001 )`, withdrawn, octetsLine] },
  ])('version $version', ({ version, lines }) => {
    expect(text(messageEvent(both), version, 'consolidate')).toBe(update(...lines));
  });

  it.each([
    [`${MARKER}001702 00000000`, 'route eor 1/1 (ipv4 unicast)'],
    [`${MARKER}001D02 00000006 800F03 194600`.replace('194600', '001946'), 'route eor 25/70 (l2vpn evpn)'],
  ])('end of table %s', (hex, expected) => {
    expect(text(messageEvent(hex), 5)).toBe(update(`${start} update ${expected}`));
  });

  it('of attributes only', () => {
    expect(text(updateEvent({ attributes: { origin: 'igp' } }), 5)).toBe(update());
  });

  it('path identifiers and missing next hops', () => {
    const nlri = [{ family: IPV4_UNICAST, pathId: 1, value: parsePrefix('10.1.0.0/16') }];
    const event = updateEvent({
      attributes: { origin: 'egp' },
      announced: [{ family: IPV4_UNICAST, nextHop: undefined, nlri }],
      withdrawn: [{ family: IPV4_UNICAST, nlri }],
    });
    expect(text(event, 5)).toBe(
      update(
        `${start} update withdrawn 10.1.0.0/16 path-information 0.0.0.1`,
        `${start} update announced 10.1.0.0/16 path-information 0.0.0.1 next-hop no-nexthop origin egp`,
      ),
    );
  });

  it('malformed', () => {
    const fields = { code: 1, attribute: 'origin', reason: '3 is not an origin', octets: octets('40010103') };
    const error = new MalformedAttributeError({ ...fields, action: 'treat-as-withdraw' });
    const event = updateEvent({ malformed: [error], action: 'treat-as-withdraw' });
    expect(text(event, 5)).toBe(
      update(`${start} update malformed origin treat-as-withdraw 3 is not an origin`),
    );
  });
});
