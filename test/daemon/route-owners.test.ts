import { expect, it } from 'vitest';
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
  owners.inherited(range, peer);
  owners.note('leaving', peer, second);
  expect(owners.take('leaving', peer)).toEqual([...first.routes, ...second.routes]);
  expect(owners.take('leaving', range)).toEqual(first.routes);
  expect(owners.take('leaving', range)).toEqual([]);
});
