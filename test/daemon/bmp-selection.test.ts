import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpSelection } from '../../src/config/bmp-model.ts';
import { emptySelection } from '../../src/config/bmp-select.ts';
import { selectEvent } from '../../src/daemon/bmp-selection.ts';
import { encoderFor, renderer } from '../../src/events/encoder.ts';
import type { Event } from '../../src/events/event.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { header, initiation, monitoring, peerUp, router, short, update } from '../bmp/samples.ts';
import { IDENTITY } from '../events/samples.ts';

function told(select: Partial<BmpSelection>): string[] {
  const made = router();
  made.router.receive(encodeBmp(initiation('edge1')));
  made.router.receive(encodeBmp({ type: 'peer-up', peer: header(), up: peerUp() }));
  made.router.receive(encodeBmp(monitoring(update(['10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24']))));
  const nameOf = (address: string) => (address === '203.0.113.9' ? 'upstairs' : undefined);
  return made.events
    .map((event) => selectEvent(event, { ...emptySelection(), ...select }, nameOf))
    .filter((event): event is Event => event !== undefined)
    .map(short);
}

const ALL = 'update receive 10.0.0.0/8 10.1.0.0/16 192.0.2.0/24';
const prefix = (text: string, match: 'exact' | 'longer' | 'shorter') => ({
  prefixes: [{ prefix: parsePrefix(text), match }],
});

describe('a selection', () => {
  it.each<{ name: string; select: Partial<BmpSelection>; last: string | undefined }>([
    { name: 'of nothing wants all', select: {}, last: ALL },
    { name: 'of a sysName', select: { routers: ['edge1'] }, last: ALL },
    { name: 'of a configured name', select: { routers: ['upstairs'] }, last: ALL },
    { name: 'of an address', select: { routers: ['203.0.113.9'] }, last: ALL },
    { name: 'of a range', select: { routers: ['10.0.0.0/8', '203.0.113.0/24'] }, last: ALL },
    { name: 'of another router', select: { routers: ['edge2'] }, last: undefined },
    { name: 'of a peer AS', select: { peerAs: [65002] }, last: ALL },
    { name: 'of another AS', select: { peerAs: [1] }, last: 'bmp initiation' },
    { name: 'of a view', select: { views: ['adj-rib-in-pre-policy'] }, last: ALL },
    { name: 'of another view', select: { views: ['loc-rib'] }, last: 'state up' },
    { name: 'of a family', select: { families: [IPV4_UNICAST] }, last: ALL },
    { name: 'of another family', select: { families: [IPV6_UNICAST] }, last: 'state up' },
    { name: 'of a prefix', select: prefix('10.1.0.0/16', 'exact'), last: 'update receive 10.1.0.0/16' },
    {
      name: 'of what is within',
      select: prefix('10.0.0.0/8', 'longer'),
      last: 'update receive 10.0.0.0/8 10.1.0.0/16',
    },
    { name: 'of what holds', select: prefix('192.0.2.7/32', 'shorter'), last: 'update receive 192.0.2.0/24' },
    { name: 'of a community', select: { communities: [1] }, last: 'state up' },
  ])('$name', ({ select, last }) => {
    expect(told(select).at(-1)).toBe(last);
  });

  it('narrows a message that came by the short way, and its line with it', () => {
    const made = router();
    const messages = [
      initiation('edge1'),
      { type: 'peer-up', peer: header(), up: peerUp() } as const,
      ...Array.from({ length: 2 }, () => monitoring(update(['10.0.0.0/8', '192.0.2.0/24']))),
    ];
    for (const message of messages) made.router.receive(encodeBmp(message));
    const event = made.events.at(-1);
    expect(event).toHaveProperty('reported');
    const select = { ...emptySelection(), ...prefix('10.0.0.0/8', 'exact') };
    const narrowed = event && selectEvent(event, select, () => undefined);
    if (narrowed === undefined) throw new Error('nothing is wanted');
    const line = renderer(narrowed, 1)(encoderFor('json', 5, IDENTITY), {
      form: 'parsed',
      negotiated: false,
    });
    expect(String(line)).toContain('10.0.0.0/8');
    expect(String(line)).not.toContain('192.0.2.0/24');
    expect(String(line)).toContain('"bmp": { "router": "203.0.113.9:40001", "name": "edge1"');
  });
});
