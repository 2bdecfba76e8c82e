import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyText } from '../../src/bgp/family.ts';
import { parseFamilyRoute, parseFlow, parseRoute, parseSrPolicy, routeToText } from '../../src/bgp/route.ts';
import { WordError, type Words } from '../../src/syntax/words.ts';
import { wordsOf } from './words.ts';

describe('routeToText', () => {
  it.each([
    'source 10.0.0.1/32 protocol [ tcp udp ] discard',
    'protocol [ >=tcp&<=udp ] tcp-flags [ =syn+ack !fin ] rate-limit 9600 packets',
    'source 2001:db8::/32 next-header udp flow-label 5 redirect 65000:1 community 1:1',
    'rd 65000:1 destination 10.0.0.0/8 redirect 1.2.3.4 mark 5 action sample',
    'destination 10.0.0.0/8 redirect-to-nexthop next-hop self',
    'destination 10.0.0.0/8 redirect-to-nexthop-ietf 2001:db8::1 interface-set input:1:2',
  ])('gives back %s', (text) => {
    const [route] = parseFlow(wordsOf(text));
    if (route === undefined) throw new Error(text);
    const [again] = parseFamilyRoute(wordsOf(routeToText(route)), route.nlri.family);
    expect(again).toMatchObject({ nlri: route.nlri, nextHop: route.nextHop });
    expect(again && routeToText(again)).toBe(routeToText(route));
  });

  it('gives back an SR Policy', () => {
    const text = 'distinguisher 1 color 2 endpoint 10.0.0.1 next-hop 10.0.0.2 preference 5 policy-name x';
    const [route] = parseSrPolicy(wordsOf(text));
    if (route === undefined) throw new Error(text);
    const [again] = parseFamilyRoute(wordsOf(routeToText(route)), route.nlri.family);
    expect(familyText(route.nlri.family)).toBe('ipv4 sr-policy');
    expect(again?.nlri).toEqual(route.nlri);
    expect(again && routeToText(again)).toBe(routeToText(route));
  });
});

describe('empty lists', () => {
  it('are no attributes', () => {
    const text =
      '10.0.0.0/8 next-hop 1.1.1.1 community [ ] cluster-list [ ] large-community [ ] extended-community [ ]';
    expect(parseRoute(wordsOf(text))[0]?.attributes).toEqual({});
    expect(parseRoute(wordsOf('10.0.0.0/8 next-hop 1.1.1.1 as-path [ ]'))[0]?.attributes).toEqual({
      asPath: [],
    });
  });

  it('are no component, and no action', () => {
    expect(() => parseFlow(wordsOf('protocol [ ] discard'))).toThrow(WordError);
    expect(() => parseFlow(wordsOf('protocol tcp discard [ ]'))).toThrow(WordError);
  });
});

describe('a list of what takes no words', () => {
  it.each([
    'protocol tcp discard [ tcp ]',
    '{ match { protocol tcp; } then { discard [ x ]; } }',
    'protocol tcp discard [',
  ])('ends, with an error: %s', (text) => {
    expect(() => parseFlow(wordsOf(text))).toThrow(WordError);
  });
});

const VOCABULARY =
  '{ } ; [ ] x match then scope source destination protocol tcp 10.0.0.0/8 ::/0 10.0.0.1 rd 1:1 discard accept copy redirect redirect-to-nexthop-ietf interface-set input:1:1 next-hop self community label 5 & mark sr-policy distinguisher color endpoint segment-list segment type-a type-j mpls sid binding-sid null';

describe('any words', () => {
  const lines = fc
    .array(fc.constantFrom(...VOCABULARY.split(' ')), { maxLength: 12 })
    .map((all) => all.join(' '));
  it.each<[string, (words: Words) => unknown]>([
    ['parseFlow', parseFlow],
    ['parseSrPolicy', parseSrPolicy],
  ])('are a route or a WordError to %s', (_, parse) => {
    fc.assert(
      fc.property(lines, (line) => {
        try {
          parse(wordsOf(line));
        } catch (err) {
          if (!(err instanceof WordError)) throw err;
        }
      }),
      { numRuns: 300 },
    );
  });
});
