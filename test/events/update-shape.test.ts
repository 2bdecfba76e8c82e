import { describe, expect, it } from 'vitest';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import {
  framed,
  IDENTITY,
  MARKER,
  messageEvent,
  NEGOTIATED,
  NEGOTIATED_JSON,
  type Parsed,
  PLAIN,
  told,
} from './samples.ts';

/** Which members an update event has, and in which order. */

const long = (n: number) => n.toString(16).padStart(4, '0');

function update({ withdrawn = '', attributes = '', nlri = '' }) {
  const [gone, all, routes] = [withdrawn, attributes, nlri].map((text) => text.replace(/\s/g, ''));
  return framed(2, `${long((gone ?? '').length / 2)}${gone}${long((all ?? '').length / 2)}${all}${routes}`);
}

const IGP = '40010100';
const HOP = '4003040A000002';
const REACH6 = `800E1C 0002 01 10 20010DB8${'00'.repeat(11)}02 00 30 20010DB80001`;
const UNREACH6 = '800F0A 0002 01 30 20010DB80001';

const messageOf = (hex: string, version: ApiVersion): Parsed =>
  told(messageEvent(hex), version).neighbor.message;

const ROUTE4 = { 'ipv4 unicast': { '10.0.0.2': [{ nlri: '10.1.0.0/16' }] } };
const ROUTE6 = { 'ipv6 unicast': { '2001:db8::2': [{ nlri: '2001:db8:1::/48' }] } };

describe.each(API_VERSIONS)('version %i', (version) => {
  const quirk = version === 6 ? { 'next-hop': '10.0.0.2' } : {};

  it.each<[what: string, hex: string, message: object]>([
    [
      'attributes without routes',
      update({ attributes: IGP + HOP }),
      { update: { attribute: { origin: 'igp' } } },
    ],
    [
      'withdrawals alone',
      update({ withdrawn: '100A01' }),
      { update: { withdraw: { 'ipv4 unicast': [{ nlri: '10.1.0.0/16' }] } } },
    ],
    [
      'routes without attributes that are shown',
      update({ attributes: HOP, nlri: '100A01' }),
      { update: { announce: ROUTE4 } },
    ],
    [
      'routes without a next hop',
      update({ attributes: IGP, nlri: '100A01' }),
      {
        update: {
          attribute: { origin: 'igp' },
          announce: { 'ipv4 unicast': { 'no-nexthop': [{ nlri: '10.1.0.0/16' }] } },
        },
      },
    ],
    [
      'two families, and withdrawals of both',
      update({ withdrawn: '100A09', attributes: IGP + HOP + REACH6 + UNREACH6, nlri: '100A01' }),
      {
        update: {
          attribute: { origin: 'igp', ...quirk },
          announce: { ...ROUTE4, ...ROUTE6 },
          withdraw: {
            'ipv4 unicast': [{ nlri: '10.9.0.0/16' }],
            'ipv6 unicast': [{ nlri: '2001:db8:1::/48' }],
          },
        },
      },
    ],
    [
      'an IPv6 next hop of an IPv4 route',
      update({ attributes: `${IGP}800E18 0001 01 10 20010DB8${'00'.repeat(11)}02 00 10 0A01` }),
      {
        update: {
          attribute: { origin: 'igp' },
          announce: { 'ipv4 unicast': { '2001:db8::2': [{ nlri: '10.1.0.0/16' }] } },
        },
      },
    ],
    ['the end of IPv4 unicast', update({}), { eor: { afi: 'ipv4', safi: 'unicast' } }],
    [
      'the end of IPv6 unicast',
      update({ attributes: '800F03 0002 01' }),
      { eor: { afi: 'ipv6', safi: 'unicast' } },
    ],
  ])('%s', (_, hex, message) => {
    expect(messageOf(hex, version)).toEqual(message);
    expect(Object.keys(messageOf(hex, version).update ?? {})).toEqual(
      Object.keys((message as { update?: object }).update ?? {}),
    );
  });

  it('what was agreed on stands behind the message, where it is asked for', () => {
    const event = messageEvent(update({ withdrawn: '100A01' }), { negotiated: NEGOTIATED });
    const line = encoderFor('json', version, IDENTITY).encode(event, { ...PLAIN, negotiated: true }) ?? '';
    const { neighbor } = JSON.parse(line);
    expect(Object.keys(neighbor).slice(-3)).toEqual(['direction', 'message', 'negotiated']);
    expect(neighbor.negotiated).toEqual(NEGOTIATED_JSON);
  });

  it('numbers of the lines of a neighbor: each one that is made, from 1, and none of text', () => {
    const event = messageEvent(`${MARKER}001304`);
    const json = encoderFor('json', version, IDENTITY);
    const counter = () => JSON.parse(json.encode(event, PLAIN) ?? '').counter;
    expect([counter(), counter()]).toEqual([1, 2]);
    encoderFor('text', version, IDENTITY).encode(event, PLAIN);
    expect(counter()).toBe(3);
  });
});
