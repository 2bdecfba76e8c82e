import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bgpdumpLines } from '../../src/mrt/bgpdump.ts';
import { MrtError, MrtFramingError } from '../../src/mrt/errors.ts';
import { MrtFile, type SkippedRecord } from '../../src/mrt/file.ts';
import {
  address,
  asPath,
  attr,
  attributes,
  ends,
  nextHop,
  ORIGIN_IGP,
  peerIndex,
  record,
  rib,
  TIME,
  update,
} from './build.ts';

function read(octets: Uint8Array, chunk = octets.length, times: 'dump' | 'change' = 'dump') {
  const skipped: SkippedRecord[] = [];
  const file = new MrtFile({ skipped: (one) => skipped.push(one) });
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += chunk) {
    for (const one of file.push(octets.subarray(at, at + chunk))) {
      try {
        lines.push(...bgpdumpLines(one, { times }).split('\n').slice(0, -1));
      } catch (err) {
        if (!(err instanceof MrtError)) throw err;
        skipped.push({ offset: file.offset, reason: err.message });
      }
    }
  }
  return { lines, skipped, pending: file.pending };
}

const all = (...records: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(records));
const PLAIN = attributes(ORIGIN_IGP, asPath(65001, 65010), nextHop('192.0.2.1'));

describe('lines of bgpdump', () => {
  it.each([
    {
      what: 'an announcement and a withdrawal',
      octets: record('bgp4mp', 4, (w) => {
        ends(w);
        w.octets(update(PLAIN, ['198.51.100.0/24'], ['203.0.113.0/25']));
      }),
      lines: [
        `BGP4MP|${TIME}|W|192.0.2.1|65001|203.0.113.0/25`,
        `BGP4MP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001 65010|IGP|192.0.2.1|0|0||NAG||`,
      ],
    },
    {
      what: 'two-octet AS numbers with AS4_PATH',
      octets: record('bgp4mp', 1, (w) => {
        ends(w, { as4: false });
        const path = attr(0x40, 2, (v) => v.u8(2).u8(2).u16(65001).u16(23456));
        const as4 = attr(0xc0, 17, (v) => v.u8(2).u8(1).u32(4_200_000_001));
        w.octets(update(attributes(ORIGIN_IGP, path, nextHop('192.0.2.1'), as4), ['198.51.100.0/24']));
      }),
      lines: [`BGP4MP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001 4200000001|IGP|192.0.2.1|0|0||NAG||`],
    },
    {
      what: 'AS 0',
      octets: record('bgp4mp', 4, (w) => {
        ends(w);
        const zero = attr(0xc0, 7, (v) => v.u32(0).u32(0x01010101));
        const known = attributes(ORIGIN_IGP, asPath(65001, 0), nextHop('192.0.2.1'), zero);
        w.octets(update(known, ['198.51.100.0/24']));
      }),
      lines: [`BGP4MP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001 0|IGP|192.0.2.1|0|0||NAG|0 1.1.1.1|`],
    },
    {
      what: 'routes with malformed attributes, in a message and in a table',
      octets: all(
        record('bgp4mp', 4, (w) => {
          ends(w);
          const origin = attr(0x40, 1, (v) => v.u8(5));
          const communities = attr(0xc0, 8, (v) => v.u24(1));
          const known = attributes(origin, asPath(65001), nextHop('192.0.2.1'), communities);
          w.octets(update(known, ['198.51.100.0/24']));
        }),
        peerIndex(),
        rib(2, '198.51.100.0/24', {
          peer: 0,
          attributes: attributes(
            ORIGIN_IGP,
            asPath(65001),
            nextHop('192.0.2.1'),
            attr(0x80, 4, (v) => v),
          ),
        }),
      ),
      lines: [
        `BGP4MP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001|INCOMPLETE|192.0.2.1|0|0||NAG||`,
        `TABLE_DUMP2|${TIME}|B|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.1|0|0||NAG||`,
      ],
    },
    {
      what: 'what the collector sent',
      octets: all(
        ...([6, 7] as const).map((subtype) =>
          record('bgp4mp', subtype, (w) => {
            ends(w, { as4: subtype === 7 });
            const path = attr(0x40, 2, (v) => v.u8(2).u8(1).u16(65001));
            const known = subtype === 7 ? PLAIN : attributes(ORIGIN_IGP, path, nextHop('192.0.2.1'));
            w.octets(update(known, ['198.51.100.0/24'], ['203.0.113.0/25']));
          }),
        ),
        record('bgp4mpEt', 7, (w) => {
          w.u32(42);
          ends(w);
          w.octets(update(attributes(), [], ['203.0.113.0/25']));
        }),
      ),
      lines: [
        `BGP4MP_LOCAL|${TIME}|W|192.0.2.1|65001|203.0.113.0/25`,
        `BGP4MP_LOCAL|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.1|0|0||NAG||`,
        `BGP4MP_LOCAL|${TIME}|W|192.0.2.1|65001|203.0.113.0/25`,
        `BGP4MP_LOCAL|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001 65010|IGP|192.0.2.1|0|0||NAG||`,
        `BGP4MP_ET_LOCAL|${TIME}.000042|W|192.0.2.1|65001|203.0.113.0/25`,
      ],
    },
    {
      what: 'what the collector sent with path identifiers, which has its own end',
      octets: record('bgp4mp', 11, (w) => {
        ends(w);
        const withId = Buffer.from(update(attributes(), [], ['203.0.113.0/24']));
        w.octets(
          Buffer.concat([
            withId.subarray(0, 16),
            Buffer.from('001f02000800000007', 'hex'),
            withId.subarray(-6, -2),
            Buffer.from('0000', 'hex'),
          ]),
        );
      }),
      lines: [`BGP4MP_AP|${TIME}|W|192.0.2.2|65002|203.0.113.0/24|7`],
    },
    {
      what: 'unicast tables alone, of those that name no family',
      octets: all(
        peerIndex(),
        ...[3, 5, 9, 11].map((subtype) =>
          rib(subtype, subtype === 3 || subtype === 9 ? '224.0.0.0/8' : 'ff00::/8', {
            peer: 0,
            attributes: PLAIN,
            ...(subtype > 8 ? { pathId: 1 } : {}),
          }),
        ),
        record('tableDumpV2', 6, (w) =>
          w.u32(0).u16(1).u8(1).u8(8).u8(10).u16(1).u16(0).u32(TIME).u16(PLAIN.length).octets(PLAIN),
        ),
      ),
      lines: [],
    },
    {
      what: 'a route whose attributes have wrong flags',
      octets: record('bgp4mp', 4, (w) => {
        ends(w);
        const flagged = attributes({ ...ORIGIN_IGP, flags: 0xc0 }, asPath(65001), nextHop('192.0.2.1'));
        w.octets(update(flagged, ['198.51.100.0/24']));
      }),
      lines: [`BGP4MP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.1|0|0||NAG||`],
    },
    {
      what: 'microseconds',
      octets: record('bgp4mpEt', 5, (w) => {
        w.u32(42);
        ends(w, { peer: '2001:db8::1', local: '2001:db8::2' });
        w.u16(5).u16(6);
      }),
      lines: [`BGP4MP_ET|${TIME}.000042|STATE|2001:db8::1|65001|5|6`],
    },
    {
      what: 'path identifiers',
      octets: record('bgp4mp', 9, (w) => {
        ends(w);
        const body = Buffer.from(update(PLAIN, ['198.51.100.0/24']));
        const withId = Buffer.concat([
          body.subarray(0, -4),
          Buffer.from('00000007', 'hex'),
          body.subarray(-4),
        ]);
        withId.writeUInt16BE(withId.length, 16);
        w.octets(withId);
      }),
      lines: [`BGP4MP_AP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|7|65001 65010|IGP|192.0.2.1|0|0||NAG||`],
    },
    {
      what: 'all that a line can show',
      octets: all(
        peerIndex(),
        rib(2, '198.51.100.0/24', {
          peer: 0,
          attributes: attributes(
            attr(0x40, 1, (w) => w.u8(2)),
            attr(0x40, 2, (w) =>
              w.u8(2).u8(1).u32(65001).u8(1).u8(2).u32(1).u32(2).u8(3).u8(1).u32(3).u8(4).u8(1).u32(4),
            ),
            nextHop('192.0.2.9'),
            attr(0x80, 4, (w) => w.u32(4_000_000_000)),
            attr(0x40, 5, (w) => w.u32(200)),
            attr(0x40, 6, () => {}),
            attr(0xc0, 7, (w) => w.u32(65010).octets(address('192.0.2.77'))),
            attr(0xc0, 8, (w) =>
              w.u32(0xfde90001).u32(0xffffff01).u32(0xffffff02).u32(0xffffff03).u32(0xffff029a),
            ),
          ),
        }),
      ),
      lines: [
        `TABLE_DUMP2|${TIME}|B|192.0.2.1|65001|198.51.100.0/24|65001 {1,2} (3) [4]|INCOMPLETE|192.0.2.9|200|4000000000|` +
          '65001:1 no-export no-advertise local-AS 65535:666|AG|65010 192.0.2.77|',
      ],
    },
    {
      what: 'an IPv6 table: MP_REACH_NLRI shortened, and whole',
      octets: all(
        peerIndex(),
        rib(
          4,
          '2001:db8:1::/48',
          {
            peer: 1,
            attributes: attributes(
              ORIGIN_IGP,
              attr(0x80, 14, (w) => w.u8(16).octets(address('2001:db8::9'))),
            ),
          },
          {
            peer: 1,
            attributes: attributes(
              attr(0x90, 14, (w) => w.u16(2).u8(1).u8(16).octets(address('2001:db8:0:1::9')).u8(0)),
              ORIGIN_IGP,
            ),
          },
        ),
      ),
      lines: [
        `TABLE_DUMP2|${TIME}|B|2001:db8::1|4200000000|2001:db8:1::/48||IGP|2001:db8::9|0|0||NAG||`,
        `TABLE_DUMP2|${TIME}|B|2001:db8::1|4200000000|2001:db8:1::/48||IGP|2001:db8:0:1::9|0|0||NAG||`,
      ],
    },
    {
      what: 'a table of BIRD: attribute flags of 0',
      octets: all(
        peerIndex(),
        rib(8, '198.51.100.0/24', {
          peer: 0,
          pathId: 9,
          attributes: attributes(ORIGIN_IGP, asPath(65001), { ...nextHop('192.0.2.1'), flags: 0 }),
        }),
      ),
      lines: [`TABLE_DUMP2_AP|${TIME}|B|192.0.2.1|65001|198.51.100.0/24|9|65001|IGP|192.0.2.1|0|0||NAG||`],
    },
    {
      what: 'a route without origin and next hop',
      octets: all(peerIndex(), rib(2, '0.0.0.0/0', { peer: 0, attributes: new Uint8Array(0) })),
      lines: [`TABLE_DUMP2|${TIME}|B|192.0.2.1|65001|0.0.0.0/0||INCOMPLETE|255.255.255.255|0|0||NAG||`],
    },
    {
      what: 'TABLE_DUMP',
      octets: record('tableDump', 1, (w) => {
        const old = attributes(
          ORIGIN_IGP,
          attr(0x40, 2, (v) => v.u8(2).u8(1).u16(65001)),
          nextHop('192.0.2.1'),
        );
        w.u16(0)
          .u16(1)
          .octets(address('198.51.100.0'))
          .u8(24)
          .u8(1)
          .u32(TIME - 60);
        w.octets(address('192.0.2.1')).u16(65001).u16(old.length).octets(old);
      }),
      lines: [`TABLE_DUMP|${TIME}|B|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.1|0|0||NAG||`],
    },
    {
      what: 'BGP4MP_ENTRY, whose next hop stands outside of the attributes',
      octets: record('bgp4mp', 2, (w) => {
        ends(w, { as4: false });
        const old = attributes(
          ORIGIN_IGP,
          attr(0x40, 2, (v) => v.u8(2).u8(1).u16(65001)),
        );
        w.u16(0).u16(1).u32(TIME).u16(1).u8(1).u8(4).octets(address('192.0.2.5'));
        w.u8(24).octets(address('198.51.100.0').subarray(0, 3)).u16(old.length).octets(old);
      }),
      lines: [`BGP4MP|${TIME}|B|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.5|0|0||NAG||`],
    },
    {
      what: 'the type BGP, whose communities follow the MED without a bar',
      octets: record('bgp', 1, (w) => {
        const old = attributes(
          ORIGIN_IGP,
          attr(0x40, 2, (v) => v.u8(2).u8(1).u16(65001)),
          nextHop('192.0.2.1'),
          attr(0xc0, 8, (v) => v.u32(0xfde90001).u32(0xffffff01)),
        );
        w.u16(65001).octets(address('192.0.2.1')).u16(65002).octets(address('192.0.2.2'));
        w.octets(update(old, ['198.51.100.0/24']).subarray(19));
      }),
      lines: [`BGP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.1|0|065001:1 no-export|NAG||`],
    },
    {
      what: 'the type BGP',
      octets: record('bgp', 1, (w) => {
        const old = attributes(
          ORIGIN_IGP,
          attr(0x40, 2, (v) => v.u8(2).u8(1).u16(65001)),
          nextHop('192.0.2.1'),
        );
        w.u16(65001).octets(address('192.0.2.1')).u16(65002).octets(address('192.0.2.2'));
        w.octets(update(old, ['198.51.100.0/24']).subarray(19));
      }),
      lines: [`BGP|${TIME}|A|192.0.2.1|65001|198.51.100.0/24|65001|IGP|192.0.2.1|0|0|NAG||`],
    },
    {
      what: 'other protocols and KEEPALIVEs: no lines',
      octets: record('ospfv2', 0, (w) => w.u32(1)),
      lines: [],
    },
  ])('$what', ({ octets, lines }) => {
    expect(read(octets)).toEqual({ lines, skipped: [], pending: 0 });
  });

  it('show when a route changed, when asked', () => {
    const octets = all(peerIndex(), rib(2, '198.51.100.0/24', { peer: 0, attributes: PLAIN }));
    expect(read(octets, octets.length, 'change').lines[0]).toMatch(`TABLE_DUMP2|${TIME - 60}|B|`);
  });

  it.each([
    ['2001:7f8:30:0:2:1:0:8447', '2001:7f8:30::2:1:0:8447'],
    ['2001:0:0:1::1', '2001:0:0:1::1'],
    ['::1:2', '::0.1.0.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7::'],
    ['::', '::'],
  ])('write %s as the C library of old does', (text, shown) => {
    const octets = record('bgp4mp', 5, (w) => {
      ends(w, { peer: text, local: '2001:db8::2' });
      w.u16(1).u16(2);
    });
    expect(read(octets).lines).toEqual([`BGP4MP|${TIME}|STATE|${shown}|65001|1|2`]);
  });
});

describe('a broken file', () => {
  const good = record('bgp4mp', 4, (w) => {
    ends(w);
    w.octets(update(PLAIN, ['198.51.100.0/24']));
  });

  it.each([
    {
      what: 'routes before their peers',
      bad: rib(2, '198.51.100.0/24', { peer: 0, attributes: PLAIN }),
      reason: /before the table/,
    },
    {
      what: 'a peer that is not in the table',
      bad: all(peerIndex([]), rib(2, '198.51.100.0/24', { peer: 3, attributes: PLAIN })),
      reason: /peer 3 of a table of 0/,
    },
    {
      what: 'a body that ends early',
      bad: record('bgp4mp', 4, (w) => w.u32(65001)),
      reason: /octets needed/,
    },
    {
      what: 'a message that is no BGP',
      bad: record('bgp4mp', 4, (w) => {
        ends(w);
        w.octets(update(PLAIN, []).fill(0xff, 19));
      }),
      reason: /longer than it/,
    },
    {
      what: 'attributes that end early',
      bad: all(peerIndex(), rib(2, '198.51.100.0/24', { peer: 0, attributes: Uint8Array.of(0x40, 1, 9) })),
      reason: /octets needed/,
    },
    {
      what: 'a prefix that is too long',
      bad: record('tableDumpV2', 2, (w) => w.u32(0).u8(200)),
      reason: /before the table/,
    },
  ])('skips and tells: $what', ({ bad, reason }) => {
    const { lines, skipped, pending } = read(all(good, bad, good));
    expect(lines).toHaveLength(2);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]?.reason).toMatch(reason);
    expect(pending).toBe(0);
  });

  it('is given up where lengths make no sense', () => {
    const broken = Uint8Array.from(good);
    broken.fill(0xff, 8, 12);
    expect(() => read(all(good, broken))).toThrow(MrtFramingError);
  });

  it('keeps what is cut off', () => {
    expect(read(good.subarray(0, -1)).pending).toBe(good.length - 1);
  });

  it('reads the same lines whatever the chunks', () => {
    const octets = all(good, peerIndex(), rib(2, '198.51.100.0/24', { peer: 0, attributes: PLAIN }), good);
    const { lines } = read(octets);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: octets.length }), (size) => {
        expect(read(octets, size).lines).toEqual(lines);
      }),
    );
  });

  it('crashes on no octets', () => {
    const types = fc.constantFrom(
      'bgp',
      'tableDump',
      'tableDumpV2',
      'bgp4mp',
      'bgp4mpEt',
    ) as fc.Arbitrary<'bgp'>;
    fc.assert(
      fc.property(
        types,
        fc.integer({ min: 0, max: 13 }),
        fc.uint8Array({ maxLength: 200 }),
        (type, subtype, noise) => {
          const bad = record(type, subtype, (w) => w.octets(noise));
          expect(read(all(peerIndex(), bad, good)).lines.length).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});
