import { expect, it } from 'vitest';
import type { BmpRouter } from '../../src/bmp/router.ts';
import { RouterMemories } from '../../src/daemon/bmp-memories.ts';
import { BMP_VIEWS, type BmpOrigin, type Event, type Neighbor } from '../../src/events/event.ts';

const NEIGHBOR: Neighbor = {
  localAddress: '203.0.113.9',
  peerAddress: '198.51.100.7',
  localAs: 65020,
  peerAs: 65010,
  routerId: '198.51.100.1',
  counter: { value: 0 },
};

function rig(most: number) {
  const memories = new RouterMemories(new Set(BMP_VIEWS), 900_000, most);
  const told: Event[] = [];
  const memoryOf = (name: string, nowMs: number) =>
    memories.of(name, [], nowMs) as NonNullable<BmpRouter['memory']>;
  return {
    /** A router comes, tells of so many peers, and goes. */
    visit(name: string, peers: number, nowMs: number): void {
      const memory = memoryOf(name, nowMs);
      memory.connect(nowMs);
      const origin = { router: name, routerName: name } as BmpOrigin;
      for (let n = 0; n < peers; n++) memory.confirm(`peer ${n}`, NEIGHBOR, origin);
      memory.disconnect(nowMs);
    },
    expire: (nowMs: number) =>
      memories.expire(nowMs, { emit: (event) => told.push(event), wall: () => nowMs }),
    away: () => memories.away.map(({ router }) => router),
    told,
  };
}

it('a router that told of no peer is not remembered', () => {
  const { visit, expire, away, told } = rig(10);
  for (let n = 0; n < 5; n++) visit(`edge${n}`, n % 2, 1000);
  expire(1001);
  expect(away()).toEqual(['edge1', 'edge3']);
  expect(told).toEqual([]);
});

it('of too many routers that are away those that left first are given up, and their peers told as gone', () => {
  const { visit, expire, away, told } = rig(3);
  for (const n of [4, 0, 3, 1, 2]) visit(`edge${n}`, 1, 1000 + n);
  expire(2000);
  expect(away()).toEqual(['edge4', 'edge3', 'edge2']);
  expect(told.map((event) => 'bmp' in event && event.bmp?.routerName)).toEqual(['edge0', 'edge1']);
  expire(900_000 + 1003);
  expect(away()).toEqual(['edge4']);
});
