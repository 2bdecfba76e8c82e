import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import type { Route } from '../../src/bgp/route.ts';
import type { Command } from '../../src/commands/command.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import { RouteLines } from '../../src/commands/route-lines.ts';
import { formatAddress, numberToIpv4 } from '../../src/wire/address.ts';
import { attributesText, prefixText, usualLine } from './lines.ts';

const SEPARATOR = fc.constantFrom(' ', ' ', ' ', '  ', '\t');

/** Lines with anything in them that may be read in two ways. */
const oddLine = fc
  .tuple(
    fc.constantFrom('', 'neighbor 192.0.2.1 ', 'peer * ', 'neighbor x ', 'neighbor 192.0.2.1 local-as 1 '),
    fc.constantFrom(
      'announce route ',
      'withdraw route ',
      'announce attributes',
      'announce ipv4 unicast ',
      'announce  route ',
    ),
    fc.oneof(prefixText, fc.string({ maxLength: 6 })),
    fc.array(
      fc.tuple(
        SEPARATOR,
        fc.oneof(
          attributesText,
          fc.constantFrom(
            'split /25',
            'rd 1:1',
            'label 3',
            'path-information 1',
            'watchdog dog',
            'name x',
            'nlri 10.0.0.0/8',
          ),
          fc.constantFrom(
            'med 4294967296',
            'med',
            'community [ 1:1',
            'community 65536:1',
            'as-path [ 1 ( 2 ) ]',
            'as-path 1.5',
            'as-path [ 0 ]',
          ),
          fc.constantFrom(
            'community [1:1]',
            'community [ 1: 1 ]',
            'as-path [1 2]med 5',
            'origin IGP',
            'community [ no-export 1 ]',
            'community [ no-export',
            'community no-export]',
            'community [no-export]',
            'community nothing',
            'extended-community [ target:1:2',
            'extended-community target:1',
            'extended-community [ mark 10 ]',
            'extended-community [ ]',
          ),
          fc.constantFrom(
            'sync',
            ';',
            '# why',
            '"med" 5',
            'next-hop 2001:db8::1',
            'next-hop 1.2.3',
            'large-community 1:2',
            '\r',
          ),
        ),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([selector, head, prefix, rest]) => `${selector}${head}${prefix}${rest.flat().join('')}`);

function planned(lines: RouteLines): Command {
  const { prefixes, said } = lines;
  const routes: Route[] = [];
  for (let nth = 0; nth < prefixes.count; nth++) {
    const four = prefixes.version[nth] === 4;
    const words = prefixes.words.subarray(nth * 4, nth * 4 + (four ? 1 : 4));
    const address = Uint8Array.from([...words].flatMap((word) => [...numberToIpv4(word)]));
    const nlri = {
      family: four ? IPV4_UNICAST : IPV6_UNICAST,
      value: { address, length: prefixes.bits[nth] as number },
    };
    routes.push({ nlri, nextHop: said.nextHop, attributes: said.attributes });
  }
  return { type: lines.type, selector: lines.selector, routes };
}

describe('lines read from octets', () => {
  it('mean what the grammar says', () => {
    const reader = new RouteLines();
    fc.assert(
      fc.property(fc.array(fc.oneof(usualLine, oddLine), { maxLength: 5 }), (lines) => {
        for (const line of lines) {
          const octets = Buffer.from(`# before\n${line}\nannounce route`);
          const next = reader.read(octets, 9);
          if (next < 0) continue;
          expect(next).toBe(octets.lastIndexOf('\n') + 1);
          expect(planned(reader)).toEqual(parseCommand(line));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are those that tables have', () => {
    fc.assert(
      fc.property(usualLine, (line) => {
        const octets = Buffer.from(`${line}\n`);
        expect(new RouteLines().read(octets, 0)).toBe(octets.length);
      }),
      { numRuns: 500 },
    );
  });

  it('wait for their end', () => {
    const reader = new RouteLines();
    const octets = Buffer.from('announce route 10.0.0.0/8 next-hop 192.0.2.1 med 5\n');
    for (let end = 1; end < octets.length; end++) expect(reader.read(octets.subarray(0, end), 0)).toBe(-1);
    expect(reader.read(octets, 0)).toBe(octets.length);
    for (let end = 1; end < octets.length; end++) expect(reader.read(octets.subarray(0, end), 0)).toBe(-1);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.1/8',
    '010.0.0.0/8',
    '224.0.0.0/8',
    'ff02::/16',
    '2001:db8::1::/64',
    '2001:db8::/129',
    '1:2:3:4:5:6:7/64',
    '::ffff:1.2.3.4',
    '10.0.0/8',
  ])('%s is left to the grammar', (prefix) => {
    expect(new RouteLines().read(Buffer.from(`announce route ${prefix} next-hop 192.0.2.1\n`), 0)).toBe(-1);
  });

  it('are ASCII', () => {
    fc.assert(
      fc.property(usualLine, fc.nat(), fc.integer({ min: 0x80, max: 0xff }), (line, at, octet) => {
        const octets = Buffer.from(`${line}\n`);
        const reader = new RouteLines();
        // with the attributes known, or not
        for (const before of [octets, undefined]) {
          if (before !== undefined) reader.read(before, 0);
          const odd = Buffer.from(octets);
          odd[at % odd.length] = octet;
          expect(reader.read(odd, 0)).toBe(-1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('shares what lines say, whatever stands between them', () => {
    const reader = new RouteLines();
    const said = ['1', '2', '1'].map((med) => {
      reader.read(Buffer.from(`announce route 10.0.0.0/8 next-hop 192.0.2.1 med ${med}\n`), 0);
      return reader.said;
    });
    expect(said[2]).toBe(said[0]);
    expect(said[1]?.nextHop).toBe(said[0]?.nextHop);
    const hop = said[0]?.nextHop;
    expect(hop === undefined || hop === 'self' ? hop : formatAddress(hop.address)).toBe('192.0.2.1');
  });
});
