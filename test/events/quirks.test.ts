import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { RenderOptions } from '../../src/events/options.ts';
import {
  IDENTITY,
  MARKER,
  type MessageOptions,
  messageEvent,
  NEGOTIATED,
  NEGOTIATED_JSON,
  PLAIN,
} from './samples.ts';

/**
 * What ExaBGP does in events, by the words of who describes it. A QUIRK is kept, since handlers may hang on it, a BUG
 * is not; each test tells what there is in its place.
 */

function message(type: number, body: string): string {
  const bare = body.replace(/\s/g, '');
  const length = (19 + bare.length / 2).toString(16).padStart(4, '0');
  return `${MARKER}${length}${type.toString(16).padStart(2, '0')}${bare}`;
}

type Options = MessageOptions & Partial<RenderOptions>;

/** The `neighbor` of the event of a message, or the whole of it. */
function told(hex: string, version: ApiVersion, options: Options = {}) {
  const { form, negotiated, ...more } = options as { form?: RenderOptions['form']; negotiated?: never };
  const event = messageEvent(hex, { ...more, ...(negotiated === undefined ? {} : { negotiated }) });
  const rendering = { ...PLAIN, ...(form === undefined ? {} : { form }) };
  const line = encoderFor('json', version, IDENTITY).encode(event, rendering) ?? '';
  return JSON.parse(line);
}

/** An UPDATE of one IPv4 route, with more attributes. */
function update(attributes: string, nlri = '10 0a01'): string {
  const all = `40010100 40020602010000FDE9 4003040A000002 ${attributes}`.replace(/\s/g, '');
  return message(2, `0000 ${(all.length / 2).toString(16).padStart(4, '0')} ${all} ${nlri}`);
}

const attributesOf = (hex: string, version: ApiVersion) => {
  const {
    origin,
    'as-path': path,
    'confederation-path': confederations,
    ...more
  } = told(update(hex), version).neighbor.message.update.attribute;
  return more;
};

function reach(family: string, hop: string, nlri: string): string {
  const all = `${family} ${hop} 00 ${nlri}`.replace(/\s/g, '');
  return `800e ${(all.length / 2).toString(16).padStart(2, '0')} ${all}`;
}

/** What is told of the routes of a family that an UPDATE announces. */
function routesOf(attribute: string, version: ApiVersion) {
  return told(update(attribute, ''), version).neighbor.message.update.announce;
}

describe.each(API_VERSIONS)('version %i', (version) => {
  it('QUIRK: the capabilities of an OPEN received are named by their codes, of one sent by their names', () => {
    const open = message(1, '04FDE9005A0A000002 10 020E 0104 00010001 4104 0000FDE9 0200');
    const keys = (direction: 'send' | 'receive') =>
      Object.keys(told(open, version, { direction }).neighbor.open.capabilities).sort();
    expect(keys('receive')).toEqual(['1', '2', '65']);
    const hostname = version === 4 ? [] : ['hostname'];
    expect(keys('send')).toEqual(['asn4', ...hostname, 'multiprotocol', 'route-refresh'].sort());
  });

  it('QUIRK: version 6 shows what was agreed on beside every update and packet, others where asked to', () => {
    for (const form of ['parsed', 'packets', 'consolidate'] as const) {
      const event = messageEvent(update(''), { negotiated: NEGOTIATED });
      const line = encoderFor('json', version, IDENTITY).encode(event, { ...PLAIN, form }) ?? '';
      expect(JSON.parse(line).neighbor.negotiated).toEqual(version === 6 ? NEGOTIATED_JSON : undefined);
    }
  });

  it('QUIRK: since 5 the data of a shutdown communication is the sentence that shows it', () => {
    const sentence = 'Shutdown Communication: "hello"';
    const { notification } = told(message(3, '0602 05 68656C6C6F'), version).neighbor;
    expect(notification).toEqual(
      version === 4
        ? { code: 6, subcode: 2, data: '0x0568656C6C6F' }
        : {
            code: 6,
            subcode: 2,
            data: `0x${Buffer.from(sentence).toString('hex').toUpperCase()}`,
            message: sentence,
          },
    );
  });

  it('BUG of 4.2: the words of a refresh are quoted twice, which is no JSON; they are quoted once', () => {
    for (const [subtype, word] of [
      ['00', 'query'],
      ['01', 'begin'],
      ['02', 'end'],
    ] as const) {
      expect(told(message(5, `0001 ${subtype} 01`), version).neighbor['route-refresh']).toEqual({
        afi: 'ipv4',
        safi: 'unicast',
        subtype: word,
      });
    }
  });

  it('BUG of 4.2: the words of an OPERATIONAL are quoted twice, which is no JSON; they are quoted once', () => {
    const advisory = Buffer.from('hello').toString('hex');
    const hex = message(6, `0001 0008 0001 01 ${advisory}`);
    expect(
      told(hex, version, { context: { ...DEFAULT_CONTEXT, operational: true } }).neighbor.operational,
    ).toEqual({
      name: 'ADM',
      afi: 'ipv4',
      safi: 'unicast',
      advisory: 'hello',
    });
  });

  it('QUIRK: version 6 shows NEXT_HOP among the attributes of an UPDATE that withdraws too', () => {
    const both = message(2, '0003 100A09 0014 40010100 40020602010000FDE9 4003040A000002 100A08');
    const { attribute } = told(both, version).neighbor.message.update;
    expect(attribute['next-hop']).toBe(version === 6 ? '10.0.0.2' : undefined);
    expect(attributesOf('', version)).toEqual({});
  });

  it('BUG of 6: an End-of-RIB is told within announce, which is no JSON, and ends the session; it is told as in 4.2 and 5', () => {
    expect(told(message(2, '0000 0000'), version).neighbor.message).toEqual({
      eor: { afi: 'ipv4', safi: 'unicast' },
    });
    expect(told(message(2, '0000 0006 800f03 0002 01'), version).neighbor.message).toEqual({
      eor: { afi: 'ipv6', safi: 'unicast' },
    });
  });

  it('BUG of 5: confederation segments are called as-sequence; they are called what they are', () => {
    const path = '400216 0301 0000FC00 0402 0000FC01 0000FC02 0201 0000FDE9';
    const hex = message(
      2,
      `0000 ${(4 + 25 + 7).toString(16).padStart(4, '0')} 40010100 ${path} ${HOP} 100A01`,
    );
    const { attribute } = told(hex, version).neighbor.message.update;
    const v5 = {
      0: { element: 'as-confed-sequence', value: [64512] },
      1: { element: 'as-confed-set', value: [64513, 64514] },
      2: { element: 'as-sequence', value: [65001] },
    };
    expect(attribute).toEqual(
      version === 4
        ? {
            origin: 'igp',
            'as-path': [65001],
            'confederation-path': [64512],
            'confederation-set': [64513, 64514],
          }
        : { origin: 'igp', 'as-path': v5 },
    );
  });

  it('QUIRK: confederation-path stands beside every AS path in version 4', () => {
    const { attribute } = told(update(''), version).neighbor.message.update;
    expect(attribute['confederation-path']).toEqual(version === 4 ? [] : undefined);
  });

  it('QUIRK: a two-octet route origin shows its number as an address; BUG: 4.2 and 5 turn an IPv4 one around', () => {
    const list = attributesOf('c01010 0003FDEA00000064 01030A0000020064', version)['extended-community'];
    expect(list.map(({ string }: { string: string }) => string)).toEqual([
      'origin:65002:0.0.0.100',
      version === 6 ? 'origin:10.0.0.2:100' : 'origin:100:10.0.0.2',
    ]);
  });

  it('QUIRK: a community without a name is an empty string before version 6', () => {
    const [shown] = attributesOf('c01008 030B000000000005', version)['extended-community'];
    expect(shown).toEqual({
      value: Number(0x030b000000000005n),
      string: version === 6 ? '0x030B000000000005' : '',
    });
  });

  it('BUG of 4.2: a redirect to a four-octet AS recurses for ever; it is told', () => {
    expect(attributesOf('c01008 8208 00011170 000c', version)['extended-community']).toHaveLength(1);
  });

  it('BUG of 4.2 and 5: an SRv6 service ends the session, or prints %s and %d; it is told', () => {
    const sid = '20010DB8000000000000000000000001';
    const hex = `c02825 05 0022 00 01 001e 00 ${sid} 00 0012 00 01 0006 281810000000`;
    expect(attributesOf(hex, version)['bgp-prefix-sid']).toEqual({
      'l3-service': [
        {
          sid: '2001:db8::1',
          flags: 0,
          endpoint_behavior: 18,
          structure: {
            'locator-block-length': 40,
            'locator-node-length': 24,
            'function-length': 16,
            'argument-length': 0,
            'transposition-length': 0,
            'transposition-offset': 0,
          },
        },
      ],
    });
  });

  it('BUG of 4.2: a link name is shown as Python shows octets; it is a text', () => {
    expect(attributesOf('801d0a 044a 0006 6c696e6b2d61', version)['bgp-ls']).toEqual({
      'link-name': 'link-a',
    });
  });

  it('BUG of 4.2 and 5: TLVs behind an adjacency SID are lost, and its key repeats; all are there, the key once', () => {
    const hex = '801d1d 044b 0007 30000000 049310 044b 0007 30000000 049300 0447 0003 00000a';
    const members = attributesOf(hex, version)['bgp-ls'];
    expect(members['igp-metric']).toBe(10);
    const key = { 4: 'sids', 5: 'sr-adj', 6: 'sr-adjs' }[version];
    expect(members[key]).toHaveLength(2);
  });

  it('BUG of 5: a MUP session route lacks a comma; it is JSON; QUIRK: a missing source is shown as Python shows it', () => {
    const nlri = '01 0003 17 0000FDE800000064 20 c0a80002 00003039 09 20 0a000001'.replace(/ /g, '');
    const routes = routesOf(reach('0001 55', '04 0a000002', nlri), version)['ipv4 mup']['10.0.0.2'];
    expect(routes).toEqual([
      expect.objectContaining({
        name: 'Type1SessionTransformedRoute',
        teid: '12345',
        qfi: '9',
        endpoint_ip: '10.0.0.1',
        source_ip: "b''",
      }),
    ]);
  });

  it('BUG of 4.2: JSON splits !=syn+ack, and calls !is-fragment not-a-fragment; both are as in the string', () => {
    const [rule] = routesOf(reach('0001 85', '00', '08 09 0302 8312 0c 8202'.replace(/ /g, '')), version)[
      'ipv4 flow'
    ]['no-nexthop'];
    expect(rule).toEqual({
      'tcp-flags': ['!=syn', '!=syn+ack'],
      fragment: ['!is-fragment'],
      string: 'flow tcp-flags [ !=syn !=syn+ack ] fragment !is-fragment',
    });
  });

  it('QUIRK: routes stand below their next hop, those without one below no-nexthop; withdrawn ones have none', () => {
    expect(told(update(''), version).neighbor.message.update.announce).toEqual({
      'ipv4 unicast': { '10.0.0.2': [{ nlri: '10.1.0.0/16' }] },
    });
    expect(Object.keys(routesOf(reach('0001 85', '00', '03 03 81 06'), version)['ipv4 flow'])).toEqual([
      'no-nexthop',
    ]);
    expect(told(message(2, '0003 100A09 0000'), version).neighbor.message.update.withdraw).toEqual({
      'ipv4 unicast': [{ nlri: '10.9.0.0/16' }],
    });
  });

  it('QUIRK: routes below a global and a link-local next hop are told twice before version 6', () => {
    const hops = `20 20010DB8${'00'.repeat(11)}02 FE80${'00'.repeat(13)}02`;
    const routes = routesOf(reach('0002 01', hops, '30 20010DB80001'), version)['ipv6 unicast'];
    expect(Object.keys(routes)).toEqual(version === 6 ? ['2001:db8::2'] : ['2001:db8::2', 'fe80::2']);
  });

  it('QUIRK: header and body of a consolidated event are upper case, and a message without body has no body', () => {
    const keepalive = told(message(4, ''), version, { form: 'consolidate' });
    expect(keepalive.header).toBe(`0x${MARKER}001304`);
    expect(keepalive).not.toHaveProperty('body');
    expect(told(message(4, ''), version, { form: 'packets' }).neighbor.message.body).toBe('0x');
  });
});

const HOP = '4003040A000002';

describe('text', () => {
  const lines = (hex: string, version: ApiVersion) =>
    encoderFor('text', version, IDENTITY).encode(messageEvent(hex, { context: DEFAULT_CONTEXT }), PLAIN) ??
    '';

  it.each(API_VERSIONS)('QUIRK: an event is followed by an empty line, version %i', (version) => {
    expect(lines(message(4, ''), version)).toMatch(/keepalive\n\n$/);
  });

  it('QUIRK: withdrawals are told before announcements, since 6 behind them', () => {
    const both = message(2, '0003 100A09 0014 40010100 40020602010000FDE9 4003040A000002 100A08');
    const order = (version: ApiVersion) => lines(both, version).match(/announced|withdrawn/g);
    expect(order(4)).toEqual(['withdrawn', 'announced']);
    expect(order(5)).toEqual(['withdrawn', 'announced']);
    expect(order(6)).toEqual(['announced', 'withdrawn']);
  });

  it('QUIRK: brackets and parentheses of an AS path change their meaning with version 5', () => {
    const path = '400210 0201 0000FDE9 0102 0000FDF2 0000FDF3';
    const hex = message(
      2,
      `0000 ${(4 + 19 + 7).toString(16).padStart(4, '0')} 40010100 ${path} ${HOP} 100A01`,
    );
    expect(lines(hex, 4)).toContain('as-path [ 65001 ( 65010 65011 ) ]');
    expect(lines(hex, 5)).toContain('as-path ( 65001 ) [ 65010 65011 ]');
  });
});
