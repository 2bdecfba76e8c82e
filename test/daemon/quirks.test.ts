import { describe, expect, it, vi } from 'vitest';
import { API_VERSIONS } from '../../src/bgp/json.ts';
import type { Peer } from '../../src/daemon/peer.ts';
import { neighbor, rig } from './rig.ts';

/** Replies of ExaBGP, by the words of who describes them: a QUIRK is kept, a BUG is not. */

describe.each(API_VERSIONS)('version %i', (version) => {
  const reply = (line: string, { peer = neighbor().peer, reasons = false } = {}) => {
    const { replies, say } = rig([peer], version, { reasons });
    say(line);
    return replies;
  };

  it.each([
    'announce operational asm afi ipv4 safi unicast advisory "x"',
    'announce operational bogus',
    'announce route 10.0.0.0/24 next-hop 192.0.2.1 med 4294967296',
    'crash',
    'system crash',
    'reset',
    '\u0001',
    'announce route 10.0.0.0/24 next-hop 192.0.2.1 aigp 99999999999999999999999',
    'announce flow route { match { port 99999999999; } then { discard; } }',
    'withdraw',
    'teardown x',
    '[',
    '"',
  ])('BUG of 4.2: %s is never answered; every command is', (line) => {
    expect(reply(line).at(-1)).toMatch(/^(?:done|error)$/);
  });

  it('BUG of 4.2: self of an IPv6 route on an IPv4 session is sent as nothing; it is refused', () => {
    const line = 'announce route 2001:db8::/32 next-hop Self';
    const { peer } = neighbor('2001:db8::1', true, 16);
    const prefix = version === 6 ? 'peer * ' : '';
    expect(reply(prefix + line).at(-1)).toBe('error');
    expect(reply(prefix + line, { peer }).at(-1)).toBe('done');
  });

  it.each([
    'version extra',
    'api version',
    'neighbor 1.2.3.4 version',
    'neighbor 192.0.2.1 show adj-rib out',
    'x show adj-rib out',
  ])('QUIRK: %s is understood: the words of some commands may stand anywhere', (line) => {
    expect(reply(line).at(-1)).toBe('done');
  });

  it('answers version with the name that it was given', () => {
    const { replies, say } = rig([], version, { software: 'ExaBGP/5.0.0-0+test' });
    say('version');
    const json = '{"version": "5.0.0-0+test", "application": "exabgp"}';
    expect(replies).toEqual([version === 6 ? json : 'exabgp 5.0.0-0+test', 'done']);
  });

  it.each([true, false])(
    'QUIRK: done says that it is kept for a neighbor, not that it is sent (up: %s)',
    (up) => {
      const { peer, calls } = neighbor('192.0.2.1', up);
      const prefix = version === 6 ? 'peer * ' : '';
      expect(reply(`${prefix}announce route 10.0.0.0/24 next-hop 192.0.2.1`, { peer })).toEqual(['done']);
      expect(calls).toEqual(['announce']);
    },
  );

  it('a watchdog of one neighbor is that neighbor’s alone, and without a name that of the process', () => {
    const named = (address: string) => {
      const { peer } = neighbor(address);
      const said: string[] = [];
      const adjRibOut = {
        announceWatchdog: (name: string) => void said.push(`announce ${name}`),
        withdrawWatchdog: (name: string) => void said.push(`withdraw ${name}`),
      };
      return { said, peer: { ...peer, adjRibOut } as unknown as Peer };
    };
    const [one, other] = [named('192.0.2.1'), named('192.0.2.2')];
    const { replies, say } = rig([one.peer, other.peer], version, { reasons: false });
    say('neighbor 192.0.2.2 withdraw watchdog dog');
    say('neighbor 192.0.2.1 announce watchdog');
    say('announce watchdog nobody');
    expect(replies).toEqual(['done', 'done', 'done']);
    expect(one.said).toEqual(['announce cat', 'announce nobody']);
    expect(other.said).toEqual(['withdraw dog', 'announce nobody']);
  });

  it('QUIRK: a comment is answered with done', () => {
    expect(reply('# what was that')).toEqual(['done']);
  });

  it('QUIRK: an empty line is an error, since 6 it is done', () => {
    expect(reply('')).toEqual(version === 6 ? ['done'] : ['error'].slice(-1));
    expect(reply('  \t ').at(-1)).toBe(version === 6 ? 'done' : 'error');
  });

  it('QUIRK: debug is logged and never answered; in 4.2 it is an error', () => {
    expect(reply('debug me')).toEqual(version === 4 ? ['error'] : []);
  });

  it('QUIRK: teardown without a selector is done and ends no session; in 6 it ends all', () => {
    const { peer, calls } = neighbor();
    expect(reply('teardown 4', { peer })).toEqual(['done']);
    expect(calls).toEqual(version === 6 ? ['teardown'] : []);
    expect(reply('neighbor * teardown 4', { peer })).toEqual(['done']);
    expect(calls.length).toBe(version === 6 ? 2 : 1);
  });

  it('QUIRK: bare clear adj-rib is done and does nothing; in 6 it is an error', () => {
    const { peer, calls } = neighbor();
    expect(reply('clear adj-rib', { peer }).at(-1)).toBe(version === 6 ? 'error' : 'done');
    expect(calls).toEqual([]);
    expect(reply('clear adj-rib in', { peer })).toEqual(['done']);
    expect(calls).toEqual(['clear in']);
  });

  it('QUIRK: flush adj-rib out is an error in 5 where nobody is established', () => {
    const away = neighbor('192.0.2.1', false);
    expect(reply('flush adj-rib out', { peer: away.peer }).at(-1)).toBe(version === 5 ? 'error' : 'done');
    expect(reply('flush adj-rib out')).toEqual(['done']);
  });

  it('BUG of 6: a selector that matches nobody announces to everybody; it is refused', () => {
    const { peer, calls } = neighbor();
    const line = 'peer 192.0.2.9 announce route 10.0.0.0/24 next-hop 192.0.2.1';
    expect(reply(line, { peer }).at(-1)).toBe('error');
    expect(calls).toEqual([]);
  });

  it.each(['rib flush out', 'rib clear out', 'rib clear in'])(
    'BUG of 6: %s goes to all neighbors; it keeps to those named',
    (line) => {
      const [one, other] = [neighbor('192.0.2.1'), neighbor('192.0.2.2')];
      const { replies, say } = rig([one.peer, other.peer], version, { reasons: false });
      say(`peer 192.0.2.2 ${line}`);
      expect(replies).toEqual(['done']);
      expect([one.calls, other.calls.length]).toEqual([[], 1]);
    },
  );

  it('BUG of 6: peer delete never finds its neighbor; it says why a configured one stays', () => {
    expect(reply('peer delete 192.0.2.9', { reasons: true })[0]).toContain('no neighbor matches');
  });

  it('BUG of 6: the next hop of the attributes of a group is lost; its routes have it', () => {
    const { peer } = neighbor();
    const announced = vi.spyOn(peer.adjRibOut, 'announce');
    const { replies, say } = rig([peer], version, { reasons: false });
    say('peer * group attributes next-hop 10.0.0.1 med 9 ; announce route 10.7.7.0/24');
    expect(replies[0]).toContain('"announced": 1');
    expect(announced.mock.calls[0]?.[0]).toMatchObject({
      nextHop: { address: Uint8Array.of(10, 0, 0, 1) },
      attributes: { med: 9 },
    });
  });

  it('groups that are none are told in JSON by 6', () => {
    expect(reply('group end')).toEqual(
      version === 6 ? ['{"error": "not in group block"}', 'error'] : ['error'],
    );
    const { replies, say } = rig([neighbor().peer], version, { reasons: false });
    say('group start');
    say('group start');
    expect(replies.slice(version === 6 ? 2 : 1)).toEqual(
      version === 6
        ? ['{"error": "already in group block (nested groups not allowed)"}', 'error']
        : ['error'],
    );
    // and the first one is as it was
    say('group end');
    expect(replies.at(-1)).toBe('done');
  });
});
