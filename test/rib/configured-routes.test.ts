import { describe, expect, it } from 'vitest';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { bodies, OPTIONS, route, session } from './neighbor.ts';

const MANUAL = { ...OPTIONS, manualEor: true };

describe('configuration and watchdog groups', () => {
  const grouped = (last: number, startsWithdrawn = false) =>
    route(`10.0.${last}.0/24`, '192.0.2.1', {}, { watchdog: 'foo', startsWithdrawn });

  it('moves groups, and keeps their state', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.configure([
      grouped(1),
      grouped(2, true),
      route('10.0.3.0/24', '192.0.2.1', {}, { startsWithdrawn: true }),
    ]);
    expect(rib.size).toBe(2);
    rib.announceWatchdog('foo');
    rib.announceWatchdog('foo');
    rib.announceWatchdog('bar');
    expect(rib.size).toBe(3);
    rib.withdrawWatchdog('foo');
    rib.withdrawWatchdog('foo');
    rib.sessionUp(session());
    rib.take();
    rib.sessionDown();
    expect(rib.size).toBe(1);
    rib.configure([grouped(1), grouped(2, true)]);
    expect(rib.size).toBe(1);
  });

  it('takes routes of commands into groups', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.announce(grouped(1));
    rib.withdrawWatchdog('foo');
    expect(rib.size).toBe(0);
    rib.announceWatchdog('foo');
    expect(rib.size).toBe(1);
  });

  describe('commands that name a prefix of a group', () => {
    const HAS = '0015 40010100 400200 400304c0000201 40050400000064'.replaceAll(' ', '');
    const announced = `0000${HAS}180a0001`;
    const other = announced.replace('c0000201', 'c0000209');
    const WITHDRAWN = '0004180a00010000';

    function grown(startsWithdrawn = false) {
      const rib = new AdjRibOut(MANUAL);
      rib.configure([grouped(1, startsWithdrawn)]);
      rib.sessionUp(session());
      rib.take();
      return { rib, sent: () => bodies(rib.take()) };
    }

    it('withdrawn by one, the group brings it back when it moves', () => {
      const { rib, sent } = grown();
      rib.withdraw(grouped(1));
      expect(sent()).toEqual([WITHDRAWN]);
      rib.announceWatchdog('foo');
      expect(sent()).toEqual([]);
      rib.withdrawWatchdog('foo');
      expect(sent()).toEqual([]);
      rib.announceWatchdog('foo');
      expect(sent()).toEqual([announced]);
    });

    it('announced otherwise by one, it goes and comes with the group', () => {
      const { rib, sent } = grown();
      rib.announce(route('10.0.1.0/24', '192.0.2.9'));
      expect(sent()).toEqual([other]);
      rib.announceWatchdog('foo');
      expect(sent()).toEqual([]);
      rib.withdrawWatchdog('foo');
      expect(sent()).toEqual([WITHDRAWN]);
      rib.announceWatchdog('foo');
      expect(sent()).toEqual([announced]);
    });

    it('what a command took into a group leaves it with a command', () => {
      const { rib, sent } = grown(true);
      rib.announce(grouped(2));
      rib.withdraw(grouped(2));
      rib.withdrawWatchdog('foo');
      rib.announceWatchdog('foo');
      expect(sent()).toEqual([WITHDRAWN.replace('0001', '0002'), announced]);
    });

    it('after clear the group brings it back when it moves, and no route of a command', () => {
      const { rib, sent } = grown();
      rib.announce(grouped(2));
      sent();
      rib.clear();
      expect(sent()).toEqual(['0008180a0001180a00020000']);
      rib.withdrawWatchdog('foo');
      rib.announceWatchdog('foo');
      expect(sent()).toEqual([announced]);
    });

    it('a configuration that has the route without the group takes it out', () => {
      const { rib, sent } = grown();
      rib.configure([route('10.0.1.0/24', '192.0.2.1')]);
      rib.withdrawWatchdog('foo');
      expect(sent()).toEqual([]);
      expect(rib.size).toBe(1);
    });
  });

  it('withdraws what a reload leaves out, and keeps what commands announced', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.configure([route('10.0.1.0/24', '192.0.2.1'), route('10.0.2.0/24', '192.0.2.1')]);
    rib.announce(route('10.0.3.0/24', '192.0.2.1'));
    rib.sessionUp(session());
    rib.take();
    rib.configure([route('10.0.2.0/24', '192.0.2.1')]);
    expect(bodies(rib.take())).toEqual(['0004180a00010000']);
    rib.clear();
    expect(bodies(rib.take())).toEqual(['0008180a0002180a00030000']);
    expect(rib.size).toBe(0);
  });

  it('withdraws what a long reload leaves out though all is sent again amid it, and nothing else is remembered', () => {
    const rib = new AdjRibOut({ ...MANUAL, adjRibOut: false });
    const stays = Array.from({ length: 600 }, (_, i) => route(`10.1.${i >> 8}.${i & 255}/32`, '192.0.2.1'));
    rib.configure([route('10.0.1.0/24', '192.0.2.1'), ...stays]);
    rib.sessionUp(session());
    rib.take();
    const reload = rib.configuring(stays);
    expect(reload.next().done).toBe(false);
    rib.resend();
    rib.take();
    while (reload.next().done !== true);
    // a route that is not remembered is sent once more where the configuration still has it
    expect(bodies(rib.take())).toContain('0004180a00010000');
    expect(rib.size).toBe(600);
  });
});
