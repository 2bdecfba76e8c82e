import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bgpdumpLines } from '../../src/mrt/bgpdump.ts';
import { BgpdumpRender } from '../../src/mrt/bgpdump-render.ts';
import { MrtError } from '../../src/mrt/errors.ts';
import { MrtFile } from '../../src/mrt/file.ts';
import { MRT_HEADER_LENGTH } from '../../src/mrt/header.ts';
import { LineWriter } from '../../src/wire/line-writer.ts';
import { writePrefix } from '../../src/wire/prefix.ts';
import type { Writer } from '../../src/wire/writer.ts';
import { mutated, randomOf } from '../support/mutate.ts';
import { type Attribute, address, attr, attributes, ends, peerIndex, record, update } from './build.ts';

/** Some values twice as often: they are what lines treat in a way of their own. */
const u32 = fc.oneof(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 0xffffffff }));
const community = fc.oneof(u32, fc.constantFrom(0, 0xffffff01, 0xffffff02, 0xffffff03, 0xffff029a));
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const ipv6 = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((one) => [one >> 8, one & 255])));
const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });

const list = (w: Writer, values: readonly number[]) => {
  for (const value of values) w.u32(value);
};

const path = fc.array(
  fc.record({ type: fc.integer({ min: 1, max: 4 }), asns: fc.array(u32, { minLength: 1, maxLength: 4 }) }),
  { maxLength: 3 },
);

/** Attributes of which some are malformed, unknown or not there. */
const someAttributes = fc
  .record(
    {
      origin: fc.integer({ min: 0, max: 3 }).map((value) => attr(0x40, 1, (w) => w.u8(value))),
      asPath: path.map((segments) =>
        attr(0x40, 2, (w) => {
          for (const { type, asns } of segments) list(w.u8(type).u8(asns.length), asns);
        }),
      ),
      nextHop: ipv4.map((octets) => attr(0x40, 3, (w) => w.octets(octets))),
      med: u32.map((value) => attr(0x80, 4, (w) => w.u32(value))),
      preference: u32.map((value) => attr(0x40, 5, (w) => w.u32(value))),
      atomic: fc.constant(attr(0x40, 6, () => {})),
      aggregator: fc.tuple(u32, ipv4).map(([as, octets]) => attr(0xc0, 7, (w) => w.u32(as).octets(octets))),
      community: fc.array(community, { maxLength: 5 }).map((all) => attr(0xc0, 8, (w) => list(w, all))),
      reach: ipv6.map((octets) => attr(0x80, 14, (w) => w.u8(16).octets(octets))),
      extended: fc.uint8Array({ maxLength: 16 }).map((octets) => attr(0xc0, 16, (w) => w.octets(octets))),
      otc: fc.uint8Array({ maxLength: 5 }).map((octets) => attr(0xc0, 35, (w) => w.octets(octets))),
      unknown: fc.uint8Array({ maxLength: 5 }).map((octets) => attr(0xc0, 99, (w) => w.octets(octets))),
    },
    { requiredKeys: ['origin', 'asPath', 'nextHop'] },
  )
  .map((all) => Object.values(all) as Attribute[]);

const prefix = (octets: 4 | 16) =>
  fc
    .tuple(fc.integer({ min: 0, max: octets * 8 + 1 }), octets === 4 ? ipv4 : ipv6)
    .map(([length, bits]) => ({ length, address: bits }));

const ribOf = (of: fc.Arbitrary<Attribute[]>) =>
  fc.constantFrom(2, 4).chain((subtype) =>
    fc
      .tuple(
        prefix(subtype === 2 ? 4 : 16),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), of), { maxLength: 3 }),
      )
      .map(([{ length, address: bits }, entries]) =>
        record('tableDumpV2', subtype, (w) => {
          w.u32(1)
            .u8(length)
            .octets(bits.subarray(0, (length + 7) >> 3))
            .u16(entries.length);
          for (const [peer, all] of entries) {
            const octets = attributes(...all);
            w.u16(peer).u32(0).u16(octets.length).octets(octets);
          }
        }),
      ),
  );
const ribRecord = ribOf(someAttributes);

/** As long as it was, and another one in the last octet. */
const changed = ({ value, ...rest }: Attribute): Attribute => ({
  ...rest,
  value: value.map((octet, at) => (at === value.length - 1 ? octet ^ 1 : octet)),
});

/** Routes that say the same as others of their peer, or nearly. */
const alike = fc.tuple(someAttributes, fc.nat()).chain(([some, which]) => {
  // those that the short way takes
  const all = some.filter(({ code }) => code <= 8);
  const other = all.map((one, at) => (at === which % all.length ? changed(one) : one));
  return fc.array(ribOf(fc.constantFrom(all, all, other)), { minLength: 2, maxLength: 6 });
});

const messageRecord = fc
  .record({
    all: someAttributes,
    announce: fc.array(prefix(4), { maxLength: 3 }),
    withdraw: fc.array(fc.constantFrom('198.51.100.0/24', '0.0.0.0/0', '203.0.113.7/32'), { maxLength: 2 }),
    reach: fc.array(prefix(16), { maxLength: 2 }),
    hop: ipv6,
    asn4: fc.boolean(),
    extended: fc.boolean(),
    peer: fc.constantFrom('192.0.2.1', '192.0.2.7', '2001:db8:0:1:2:3:4:5'),
  })
  .map(({ all, announce, withdraw, reach, hop, asn4, extended, peer }) =>
    record(extended ? 'bgp4mpEt' : 'bgp4mp', asn4 ? 4 : 1, (w) => {
      if (extended) w.u32(1234);
      ends(w, { as4: asn4, peer, local: peer });
      const mp = attr(0x80, 14, (v) => {
        v.u16(2).u8(1).u8(16).octets(hop).u8(0);
        for (const one of reach) v.u8(one.length).octets(one.address.subarray(0, (one.length + 7) >> 3));
      });
      const kept = all.filter(({ code }) => code !== 14);
      const octets = attributes(...kept, ...(reach.length > 0 ? [mp] : []));
      const message = update(octets, [], withdraw);
      const body = Buffer.concat([
        message,
        ...announce.map((one) =>
          Buffer.from([one.length, ...one.address.subarray(0, (one.length + 7) >> 3)]),
        ),
      ]);
      body.writeUInt16BE(body.length, 16);
      w.octets(body);
    }),
  );

function plain(records: readonly Uint8Array[]): string[] {
  const file = new MrtFile({ skipped: () => {} });
  return records.map((octets) => {
    const one = file.read(octets);
    try {
      return one === undefined ? '' : bgpdumpLines(one, { times: 'dump' });
    } catch (err) {
      if (!(err instanceof MrtError)) throw err;
      return '';
    }
  });
}

/** Each record's lines; undefined where only the plain way reads it. */
function rendered(records: readonly Uint8Array[]): (string | undefined)[] {
  const file = new MrtFile({ skipped: () => {} });
  const render = new BgpdumpRender((octets) => file.read(octets));
  const out = new LineWriter(64);
  return records.map((octets) => {
    out.reset();
    try {
      if (render.render(octets, out)) return Buffer.from(out.written()).toString('latin1');
    } catch (err) {
      if (!(err instanceof MrtError)) throw err;
      return undefined;
    }
    const one = file.read(octets);
    if (one?.type === 'peer-index') render.peers(one.peers);
    expect(out.length).toBe(0);
    return undefined;
  });
}

function same(records: readonly Uint8Array[]): void {
  const wanted = plain(records);
  const fast = rendered(records);
  expect(fast.map((lines, i) => lines ?? wanted[i])).toEqual(wanted);
}

describe('the hot path of bgpdump', () => {
  it('writes the lines that the plain way makes, of tables', () => {
    fc.assert(
      fc.property(ribRecord, (octets) => same([peerIndex(), octets])),
      { numRuns: 500 },
    );
  });

  it('writes the lines that the plain way makes, of routes that say the same', () => {
    fc.assert(
      fc.property(alike, (records) => same([peerIndex(), ...records])),
      { numRuns: 300 },
    );
  });

  it('writes the lines that the plain way makes, of messages', () => {
    fc.assert(fc.property(fc.array(messageRecord, { minLength: 1, maxLength: 3 }), same), { numRuns: 500 });
  });

  it('is taken by what is usual', () => {
    const usual = attributes(
      attr(0x40, 1, (w) => w.u8(0)),
      attr(0x40, 2, (w) => w.u8(2).u8(2).u32(65001).u32(4_200_000_000)),
      attr(0x40, 3, (w) => w.octets(address('192.0.2.1'))),
      attr(0xc0, 8, (w) => w.u32(0xfde90001).u32(0xffffff01)),
      attr(0xc0, 16, (w) => w.u32(2).u32(3)),
    );
    const message = record('bgp4mp', 4, (w) => {
      ends(w);
      w.octets(update(usual, ['198.51.100.0/24'], ['203.0.113.0/24']));
    });
    const table = record('tableDumpV2', 2, (w) => {
      w.u32(1);
      writePrefix(w, { length: 24, address: address('198.51.100.0') });
      w.u16(1).u16(0).u32(0).u16(usual.length).octets(usual);
    });
    expect(rendered([peerIndex(), message, table])).toEqual([
      undefined,
      expect.any(String),
      expect.any(String),
    ]);
  });

  it('crashes on no octets', () => {
    const noise = fc
      .tuple(fc.constantFrom(1, 2, 4), fc.boolean(), fc.uint8Array({ maxLength: 120 }))
      .map(([subtype, table, octets]) =>
        record(table ? 'tableDumpV2' : 'bgp4mpEt', subtype, (w) => w.octets(octets)),
      );
    fc.assert(fc.property(noise, (octets) => same([peerIndex(), octets])));
  });

  it('takes no octets that are cut off', () => {
    fc.assert(
      fc.property(ribRecord, fc.nat(200), (octets, cut) => {
        const short = octets.slice(0, Math.max(12, octets.length - cut));
        new DataView(short.buffer).setUint32(8, short.length - 12);
        same([peerIndex(), short]);
      }),
    );
  });

  it('and the plain way make the same of octets that are none of what they seem', () => {
    fc.assert(
      fc.property(fc.oneof(ribRecord, messageRecord), fc.nat(), (octets, seed) => {
        const changed = mutated(octets, randomOf(seed), MRT_HEADER_LENGTH);
        same([peerIndex(), changed]);
      }),
      { numRuns: 500 },
    );
  });
});
