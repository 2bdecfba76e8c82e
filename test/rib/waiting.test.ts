import { expect, it, onTestFinished, vi } from 'vitest';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { Entries } from '../../src/rib/entries.ts';
import { WAITS, Waiting } from '../../src/rib/waiting.ts';
import { PrefixList } from '../../src/wire/prefix-list.ts';
import { desired, OPTIONS, PeerTable, route, session } from './neighbor.ts';

const MARKER = { kind: 'marker', key: 'end', message: new Uint8Array(0) } as const;

function listOf(n: number): PrefixList {
  const list = new PrefixList();
  list.read(Buffer.from(`10.${n >> 8}.${n & 255}.0/24`), 0);
  return list;
}

it('what moves behind, time after time, leaves no room behind that nobody uses', () => {
  const entries: Entries<string> = new Entries((from, to) => waiting.moved(from, to));
  const waiting = new Waiting({ entries, family: () => 0, isHeld: () => true });
  const queued: number[] = [];
  const taken = process.memoryUsage().arrayBuffers;
  for (let times = 0; times < 500_000; times++) {
    if (times % 10_000 === 0) {
      const entry = entries.findOrAdd(listOf(times / 10_000), 0);
      waiting.set(entry, WAITS.announce);
      queued.push(entry);
    }
    waiting.dropMarker(MARKER.key);
    waiting.extra(MARKER);
  }
  expect(process.memoryUsage().arrayBuffers - taken).toBeLessThan(256 * 1024);
  const next = Array.from({ length: waiting.size }, () => waiting.next());
  expect(next).toEqual([...queued, MARKER]);
});

const ROUTES = 5000;
const SOME = 1024;
const routes = Array.from({ length: ROUTES }, (_, n) => route(`10.${n >> 8}.${n & 255}.0/24`, '192.0.2.1'));

/** A session is gone, and all its withdrawals were still waiting. */
function left() {
  const rib = new AdjRibOut({ ...OPTIONS, manualEor: true });
  rib.sessionUp(session());
  for (const one of routes) rib.announce(one);
  while (rib.pending > 0) rib.take();
  for (const one of routes) rib.withdraw(one);
  expect([rib.pending, rib.size]).toEqual([ROUTES, 0]);
  const free = vi.spyOn(Entries.prototype, 'free');
  onTestFinished(() => free.mockRestore());
  rib.sessionDown();
  expect(free.mock.calls).toHaveLength(0);
  expect([rib.pending, rib.size, [...rib.routes()].length]).toEqual([0, 0, 0]);
  return { rib, freed: () => free.mock.calls.length };
}

it('what waited for a session that is gone is settled some at a time; what is announced meanwhile is kept', () => {
  const { rib, freed } = left();
  const kept = [routes[0], routes[3000], routes[ROUTES - 1]].filter((one) => one !== undefined);
  rib.announce(kept[0] as (typeof kept)[0]);
  const work = rib.settling();
  for (let before = 0; work.next().done !== true; before = freed()) {
    expect(freed() - before).toBeLessThanOrEqual(SOME);
    for (const one of kept) rib.announce(one);
  }
  expect(freed()).toBe(ROUTES - kept.length);
  expect(desired(rib.routes())).toEqual(desired(kept));
});

it('the next session is sent what there is once that is settled, some at a time', () => {
  const { rib, freed } = left();
  const [first, ...others] = routes.slice(100, 104);
  for (const one of others) rib.announce(one);
  rib.sessionUp(session());
  rib.announce(first as (typeof routes)[0]);
  const peer = new PeerTable(session().negotiated.send);
  for (let before = 0; rib.pending > 0; before = freed()) {
    peer.receive(rib.take(SOME));
    expect(freed() - before).toBeLessThanOrEqual(SOME);
  }
  expect(peer.routes).toEqual(desired(rib.routes()));
  expect([rib.size, freed()]).toEqual([4, ROUTES - 4]);
});
