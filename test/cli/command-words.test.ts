import { describe, expect, it } from 'vitest';
import { completeCommand, expandCommand } from '../../src/cli/command-words.ts';
import { COMMANDS } from '../../src/commands/table.ts';

const NEIGHBORS = ['192.0.2.1', '2001:db8::1'];

describe('shortened commands', () => {
  it.each([
    ['sh ne su', 'show neighbor summary'],
    ['s n s', 'show neighbor summary'],
    ['s a o e', 'show adj-rib out extensive'],
    ['sh ad i', 'show adj-rib in'],
    ['show neighbor 192.0.2.1 su', 'show neighbor 192.0.2.1 summary'],
    ['a r 10.0.0.0/8 next-hop 192.0.2.1', 'announce route 10.0.0.0/8 next-hop 192.0.2.1'],
    ['w r 10.0.0.0/8', 'withdraw route 10.0.0.0/8'],
    ['neighbor 192.0.2.1 te 2', 'neighbor 192.0.2.1 teardown 2'],
    ['n * a r 10.0.0.0/8 next-hop self', 'neighbor * announce route 10.0.0.0/8 next-hop self'],
    ['fl adj out', 'flush adj-rib out'],
    ['cl ad o', 'clear adj-rib out'],
    ['an eo ipv4 uni', 'announce eor ipv4 unicast'],
    ['v', 'version'],
    ['mon j up', 'monitor json update'],
    ['re', 're'],
    ['nonsense words', 'nonsense words'],
    ['peer * announce route 10.0.0.0/8', 'peer * announce route 10.0.0.0/8'],
    ['', ''],
  ])('%s', (short, full) => {
    expect(expandCommand(short)).toBe(full);
  });

  it('a command in full stays as it is', () => {
    for (const words of COMMANDS.flatMap((row) => row.words)) expect(expandCommand(words)).toBe(words);
  });
});

describe('completion', () => {
  it.each([
    ['sh', ['show', 'shutdown']],
    ['show ', ['adj-rib', 'neighbor', 'process', 'status']],
    ['show adj-rib ', ['in', 'out']],
    ['show neighbor 2', ['2001:db8::1']],
    ['neighbor ', ['*', '192.0.2.1', '2001:db8::1']],
    ['neighbor 192.0.2.1 te', ['teardown']],
    ['announce eor ip', ['ipv4', 'ipv6']],
    ['announce route-refresh l2vpn ', ['evpn', 'vpls']],
    ['no such words', []],
  ])('after %j', (line, candidates) => {
    const { candidates: found, word } = completeCommand(line, NEIGHBORS);
    expect(found).toEqual(candidates.length === 0 ? [] : expect.arrayContaining(candidates));
    expect(found.every((each) => each.startsWith(word))).toBe(true);
  });

  it('every first word is offered', () => {
    const { candidates } = completeCommand('', []);
    const first = COMMANDS.flatMap((row) => row.words.map((words) => words.split(' ')[0]));
    expect(candidates).toEqual(expect.arrayContaining(first));
  });
});
