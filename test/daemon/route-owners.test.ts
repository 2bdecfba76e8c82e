import { expect, it } from 'vitest';
import type { Route } from '../../src/bgp/route.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import type { Peer } from '../../src/daemon/peer.ts';
import { RouteOwners } from '../../src/daemon/route-owners.ts';

function announced(prefix: string) {
  const command = parseCommand(`announce route ${prefix} next-hop 192.0.2.1`);
  if (command.type !== 'announce') throw new Error(command.type);
  return command;
}

it('who comes of a range has its routes of a process, and loses them with it; so does the range', () => {
  const [range, peer] = [{}, {}] as [Peer, Peer];
  const owners = new RouteOwners((process) => process === 'leaving');
  const [first, second] = [announced('10.0.0.0/8'), announced('11.0.0.0/8')];
  owners.note('leaving', range, first);
  owners.note('staying', range, announced('12.0.0.0/8'));
  const inherits = (routes: readonly Route[]) => routes.map((route) => owners.inherits(range, peer, route));
  expect(inherits([...first.routes, ...announced('12.0.0.0/8').routes])).toEqual([true, true]);
  owners.note('leaving', peer, second);
  const left = (of: Peer) => [...(owners.leave('leaving', of)?.routes.routes() ?? [])];
  expect(left(peer)).toEqual([...first.routes, ...second.routes]);
  expect(left(range)).toEqual(first.routes);
  expect(left(range)).toEqual([]);
});

it('who comes of a range while the routes of a process leave that does not get what is left of them', () => {
  const [range, peer] = [{}, {}] as [Peer, Peer];
  const owners = new RouteOwners((process) => process === 'leaving');
  const [first, second] = [announced('10.0.0.0/8'), announced('11.0.0.0/8')];
  for (const each of [first, second]) owners.note('leaving', range, each);
  const inherits = ({ routes }: ReturnType<typeof announced>) =>
    routes.map((route) => owners.inherits(range, peer, route));
  expect(inherits(first)).toEqual([true]);
  const left = [peer, range].map((of) => owners.leave('leaving', of)?.routes.size);
  expect(left).toEqual([1, 2]);
  expect(inherits(second)).toEqual([false]);
});

it('what somebody moves while the routes of a process leave is left out of them, wherever they are', () => {
  const [old, peer] = [{}, {}] as [Peer, Peer];
  const owners = new RouteOwners((process) => process === 'leaving');
  const all = ['10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8'].map(announced);
  for (const each of all) owners.note('leaving', old, each);
  const leaving = owners.leave('leaving', old);
  const nlri = (from = leaving) => [...(from?.routes.routes() ?? [])];
  owners.note('leaving', old, announced('10.0.0.0/8'));
  owners.replaced(old, peer);
  expect(leaving?.peer).toBe(peer);
  owners.note('staying', peer, announced('11.0.0.0/8'));
  expect(nlri()).toEqual(all[2]?.routes);
  // that of its next life is its own
  expect(nlri(owners.leave('leaving', peer))).toEqual(all[0]?.routes);
});
