import { expect, it } from 'vitest';
import type { Peer } from '../../src/daemon/peer.ts';
import { whoRelieves } from '../../src/daemon/relief.ts';

const peer = (routes: number, established = true) =>
  ({ established, adjRibIn: { size: routes } }) as Pick<Peer, 'established' | 'adjRibIn'>;

/** What that many routes take. */
const octets = (routes: number) => routes * 128;

it.each([
  { why: 'the most routes first', sizes: [10, 1000, 100], wanted: 500, ends: [1000] },
  { why: 'the next, where one gives too little', sizes: [10, 1000, 100], wanted: 1050, ends: [1000, 100] },
  { why: 'all of them, if need be', sizes: [10, 1000, 100], wanted: 1110, ends: [1000, 100, 10] },
  { why: 'nobody, where all would not be enough', sizes: [10, 1000, 100], wanted: 1111, ends: [] },
  { why: 'nobody, where nobody has routes', sizes: [0, 0], wanted: 1, ends: [] },
])('$why', ({ sizes, wanted, ends }) => {
  const peers = sizes.map((size) => peer(size));
  expect(whoRelieves(peers, octets(wanted)).map(({ adjRibIn }) => adjRibIn.size)).toEqual(ends);
});

it('passes over neighbors without a session: their routes go by themselves', () => {
  const [away, up] = [peer(1000, false), peer(10)];
  expect(whoRelieves([away, up], octets(5))).toEqual([up]);
  expect(whoRelieves([away, up], octets(50))).toEqual([]);
});
