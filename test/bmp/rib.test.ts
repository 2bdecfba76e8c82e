import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { AFI, type FamilyId, familyId, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import { type Nlri, nlriToJson } from '../../src/bgp/nlri/index.ts';
import { decodeUpdate, encodeUpdates } from '../../src/bgp/update.ts';
import { AttributePool } from '../../src/rib/octets/attribute-pool.ts';
import { OctetTable } from '../../src/rib/octets/hash-table.ts';
import { OctetRoutes } from '../../src/rib/octets/octet-routes.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { address } from './samples.ts';

describe('OctetTable', () => {
  it('is a Map', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 7 });
    const step = fc.record({ key, remove: fc.boolean(), value: fc.nat(1000), age: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const table = new OctetTable();
        const map = new Map<string, number>();
        let mark = 0;
        for (const { key: octets, remove, value, age } of steps) {
          if (age === 0) table.age(++mark);
          const text = octets.join();
          const entry = table.find(octets, 0, octets.length);
          expect(entry < 0 ? undefined : table.value(entry)).toBe(map.get(text));
          if (remove) {
            map.delete(text);
            if (entry >= 0) table.delete(entry);
          } else {
            map.set(text, value);
            if (entry < 0) table.add(octets, 0, octets.length, value, mark);
            else table.put(entry, value, mark);
          }
          const marks = Array.from({ length: table.size }, (_, each) => table.mark(each));
          expect(table.old).toBe(marks.filter((one) => one < mark).length);
        }
        const all = Array.from({ length: table.size }, (_, entry) => [
          table.key(entry).join(),
          table.value(entry),
        ]);
        expect(new Map(all as [string, number][])).toEqual(map);
      }),
    );
  });

  it('packs its arena when keys come and go', () => {
    const table = new OctetTable();
    const octets = new Uint8Array(4);
    for (let i = 0; i < 50_000; i++) {
      octets.set([i >>> 24, i >>> 16, i >>> 8, i]);
      table.add(octets, 0, 4, i, 1);
      if (i >= 100) {
        const old = i - 100;
        table.delete(table.find(Uint8Array.of(old >>> 24, old >>> 16, old >>> 8, old), 0, 4));
      }
    }
    expect(table.size).toBe(100);
    expect(table.bytes).toBeLessThan(20_000);
  });
});

describe('AttributePool', () => {
  it('keeps each set once, and forgets it with its last use', () => {
    const pool = new AttributePool();
    const shared = { asn4: true, attributes: Uint8Array.of(1, 2, 255), nextHop: Uint8Array.of(10, 0, 0, 1) };
    const first = pool.take(shared);
    expect(pool.take({ ...shared, attributes: shared.attributes.slice() })).toBe(first);
    const others = [
      { ...shared, asn4: false },
      { ...shared, nextHop: undefined },
      { ...shared, nlri: Uint8Array.of() },
    ];
    const numbers = others.map((one) => pool.take(one));
    expect(new Set([first, ...numbers]).size).toBe(4);
    expect(pool.get(first)).toEqual({ ...shared, nlri: undefined });
    expect(pool.get(numbers[2] as number).nlri).toEqual(Uint8Array.of());
    pool.release(first);
    expect(pool.size).toBe(4);
    pool.release(first);
    expect(pool.size).toBe(3);
    expect(() => pool.get(first)).toThrow(RangeError);
  });
});

const VPN = familyId(AFI.ipv4, SAFI['mpls-vpn']);
const NEXT_HOP = { address: address('192.0.2.1') };

function context(...addPath: FamilyId[]): CodecContext {
  return { ...DEFAULT_CONTEXT, addPath: new Set(addPath) };
}

function prefix(text: string, pathId?: number): Nlri {
  const value = parsePrefix(text);
  const family = value.address.length === 4 ? IPV4_UNICAST : IPV6_UNICAST;
  return pathId === undefined ? { family, value } : { family, pathId, value };
}

function body(update: Parameters<typeof encodeUpdates>[0], of: CodecContext): Uint8Array {
  return (encodeUpdates(update, of)[0] as Uint8Array).subarray(19);
}

function announce(nlri: readonly Nlri[], of = context(), med = 1): Uint8Array {
  const family = nlri[0]?.family ?? IPV4_UNICAST;
  const nextHop = family === IPV6_UNICAST ? { address: address('2001:db8::1') } : NEXT_HOP;
  return body({ attributes: { origin: 'igp', asPath: [], med }, announced: { family, nextHop, nlri } }, of);
}

function withdraw(nlri: readonly Nlri[], of = context()): Uint8Array {
  return body({ attributes: {}, withdrawn: { family: nlri[0]?.family ?? IPV4_UNICAST, nlri } }, of);
}

function shown(table: OctetRoutes): string[] {
  return [...table.routes()]
    .map(({ nlri, attributes }) => `${nlriToJson(nlri, 5).nlri} ${nlri.pathId ?? '-'} ${attributes.med}`)
    .sort();
}

describe('OctetRoutes', () => {
  const AT = { epoch: 1, withdraw: false };

  it('keeps, changes and forgets routes, and tells what an UPDATE changed', () => {
    const pool = new AttributePool();
    const table = new OctetRoutes(pool);
    const two = [prefix('10.0.0.0/8'), prefix('10.1.0.0/16')];
    expect(table.apply(announce(two), context(), AT)).toEqual({ changed: 2, unchanged: 0, absent: 0 });
    expect(table.apply(announce(two), context(), AT)).toEqual({ changed: 0, unchanged: 2, absent: 0 });
    expect(table.apply(announce([prefix('10.0.0.0/8')], context(), 7), context(), AT)).toMatchObject({
      changed: 1,
    });
    expect(shown(table)).toEqual(['10.0.0.0/8 - 7', '10.1.0.0/16 - 1']);
    expect(table.apply(withdraw([prefix('10.0.0.0/8')]), context(), AT)).toMatchObject({ changed: 1 });
    expect(table.apply(withdraw([prefix('10.9.0.0/16')]), context(), AT)).toMatchObject({ changed: 0 });
    expect(shown(table)).toEqual(['10.1.0.0/16 - 1']);
    expect(
      table.apply(announce([prefix('10.1.0.0/16')]), context(), { epoch: 1, withdraw: true }).changed,
    ).toBe(1);
    expect(pool.size).toBe(0);
  });

  it('tells path identifiers and families apart', () => {
    const table = new OctetRoutes(new AttributePool());
    const ids = context(IPV4_UNICAST);
    table.apply(announce([prefix('10.0.0.0/8', 1), prefix('10.0.0.0/8', 2)], ids), ids, AT);
    table.apply(announce([prefix('10.0.0.0/8')]), context(), AT);
    table.apply(announce([prefix('2001:db8::/32')]), context(), AT);
    expect(shown(table)).toEqual(['10.0.0.0/8 - 1', '10.0.0.0/8 1 1', '10.0.0.0/8 2 1', '2001:db8::/32 - 1']);
    expect(table.sizeOf(IPV4_UNICAST)).toBe(3);
    const [six] = [...table.routes((nlri) => nlri.family === IPV6_UNICAST)];
    expect(six?.nextHop?.address).toEqual(address('2001:db8::1'));
  });

  it('tells every route that stays while others come, go and change', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { minLength: 30, maxLength: 300 }), (changes) => {
        const table = new OctetRoutes(new AttributePool());
        const one = (n: number) => prefix(`10.${n >> 8}.${n & 255}.0/24`);
        const all = Array.from({ length: 40_000 }, (_, n) => n);
        for (let n = 0; n < all.length; n += 200)
          table.apply(announce(all.slice(n, n + 200).map(one)), context(), AT);
        const told = new Set<string>();
        let at = 0;
        for (const { update } of table.updates()) {
          const { announced } = decodeUpdate(update.subarray(19), context());
          for (const { nlri } of announced)
            for (const each of nlri) told.add(String(nlriToJson(each, 5).nlri));
          const change = changes[at++ % changes.length] as number;
          table.apply(withdraw([one(change * 7)]), context(), AT);
          table.apply(announce([one(40_000 + change)]), context(), AT);
        }
        const changed = new Set(changes.map((n) => n * 7));
        const missing = all
          .filter((n) => !changed.has(n))
          .filter((n) => !told.has(String(nlriToJson(one(n), 5).nlri)));
        expect(missing).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });

  it('knows a VPN route whatever its label', () => {
    const pool = new AttributePool();
    const table = new OctetRoutes(pool);
    const vpn = (label: number) => {
      const octets = [88 + 24, 0, label >> 4, ((label & 15) << 4) | 1, 0, 0, 0, 1, 0, 0, 0, 9, 10, 1, 2];
      const reach = [
        0x90,
        14,
        0,
        17 + octets.length,
        0,
        1,
        128,
        12,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        192,
        0,
        2,
        1,
        0,
        ...octets,
      ];
      const attributes = [0x40, 1, 1, 0, 0x40, 2, 0, ...reach];
      return Uint8Array.from([0, 0, 0, attributes.length, ...attributes]);
    };
    expect(table.apply(vpn(100), context(), AT).changed).toBe(1);
    expect(table.apply(vpn(100), context(), AT)).toEqual({ changed: 0, unchanged: 1, absent: 0 });
    expect(table.apply(vpn(200), context(), AT).changed).toBe(1);
    const [route, ...more] = [...table.routes()];
    expect(more).toEqual([]);
    expect(route?.nlri.family).toBe(VPN);
    expect(JSON.stringify(nlriToJson(route?.nlri as Nlri, 5))).toContain('200');
    expect(table.clear()).toBe(1);
    pool.dig(1000);
    expect(pool.size).toBe(0);
  });

  it('sweeps what was last heard before', () => {
    const pool = new AttributePool();
    const table = new OctetRoutes(pool);
    const all = Array.from({ length: 10 }, (_, i) => prefix(`10.${i}.0.0/16`));
    table.apply(announce(all), context(), AT);
    expect(table.epochs.stale()).toBe(0);
    table.epochs.begin(2);
    expect([table.epochs.stale(), table.epochs.stale(IPV6_UNICAST)]).toEqual([10, 0]);
    table.apply(announce(all.slice(0, 9)), context(), { epoch: 2, withdraw: false });
    expect(table.epochs.stale()).toBe(1);
    expect([...table.epochs.sweep(2, IPV6_UNICAST)]).toEqual([]);
    expect([...table.epochs.sweep(2, IPV4_UNICAST)].flat().map((nlri) => nlriToJson(nlri, 5).nlri)).toEqual([
      '10.9.0.0/16',
    ]);
    expect(table.size).toBe(9);
    expect([...table.epochs.sweep(2)]).toEqual([]);
  });

  it('holds a million IPv4 routes in less than 400 MB', { timeout: 120_000 }, () => {
    const pool = new AttributePool();
    const table = new OctetRoutes(pool);
    const attributes = announce([prefix('10.0.0.0/8')]).slice();
    const fixed = attributes.subarray(0, attributes.length - 2);
    const before = process.memoryUsage();
    const message = new Uint8Array(fixed.length + 4 * 250);
    message.set(fixed);
    const med = fixed.length - 1;
    for (let n = 0; n < 4000; n++) {
      for (let i = 0; i < 250; i++) {
        const at = fixed.length + 4 * i;
        message[at] = 24;
        message[at + 1] = 1 + (n >> 8);
        message[at + 2] = n;
        message[at + 3] = i;
      }
      message[med] = n;
      message[med - 1] = n >> 8;
      table.apply(message, context(), AT);
    }
    const after = process.memoryUsage();
    const used = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(table.size).toBe(1_000_000);
    expect(pool.size).toBe(4000);
    expect(table.bytes).toBeLessThan(64 * 1024 * 1024);
    expect(used).toBeLessThan(400 * 1024 * 1024);
  });
});
