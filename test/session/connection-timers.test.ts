import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Negotiated } from '../../src/bgp/negotiated.ts';
import { ConnectionTimers } from '../../src/session/connection-timers.ts';
import type { SessionSettings } from '../../src/session/settings.ts';
import type { Transport } from '../../src/session/transport.ts';

/** After how long each of so many connections sends its KEEPALIVE. */
function delays(holdTimeSeconds: number, count: number, nowMs: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const timers = new ConnectionTimers({
      settings: {} as SessionSettings,
      clock: {
        now: () => nowMs,
        wall: () => nowMs,
        after: (ms) => {
          found.push(ms);
          return () => undefined;
        },
        random: () => i / count,
      },
      transport: undefined,
      handle: () => undefined,
    });
    timers.startKeepalive(holdTimeSeconds);
  }
  return found;
}

it('KEEPALIVEs of many sessions are spread by RFC 4271 section 10, and leave at few moments', () => {
  const nowMs = 1_700_000_000_123;
  const found = delays(90, 1000, nowMs);
  expect(Math.min(...found)).toBeGreaterThan(22_500 - 500);
  expect(Math.max(...found)).toBeLessThanOrEqual(30_000);
  expect(new Set(found.map((ms) => Math.round((nowMs + ms) / 10))).size).toBeLessThan(20);
});

it('with a short hold time each leaves when it is due', () => {
  expect(new Set(delays(9, 100, 1_700_000_000_123)).size).toBeGreaterThan(50);
});

/** A hold timer of 9 s, moved by hand, beside a transport that is read or not; what it told. */
function held({ paused, urge = () => {} }: { paused: boolean; urge?: (timers: ConnectionTimers) => void }) {
  let now = 0;
  const waiting: { at: number; run: () => void }[] = [];
  const told: string[] = [];
  const transport = { paused, writableLength: 0, urge: () => urge(timers) } as unknown as Transport;
  const timers: ConnectionTimers = new ConnectionTimers({
    settings: {} as SessionSettings,
    clock: {
      now: () => now,
      wall: () => now,
      after(ms, run) {
        const one = { at: now + ms, run };
        waiting.push(one);
        return () => waiting.includes(one) && waiting.splice(waiting.indexOf(one), 1);
      },
      random: () => 0,
    },
    transport,
    handle: ({ type }) => told.push(`${type} at ${now}`),
  });
  timers.run('start-hold-timer', { holdTimeSeconds: 9 } as Negotiated);
  return {
    told,
    async until(ms: number) {
      for (; now <= ms; now += 100) {
        for (const one of waiting.filter(({ at }) => at <= now)) {
          waiting.splice(waiting.indexOf(one), 1);
          one.run();
        }
        await setImmediate();
      }
    },
  };
}

it('a peer that was not read has a second more for the rest of a message', async () => {
  const read = held({ paused: false });
  await read.until(20_000);
  expect(read.told).toEqual(['hold-timer-expired at 9000']);
  const kept = held({ paused: true });
  await kept.until(20_000);
  expect(kept.told).toEqual(['hold-timer-expired at 10000']);
  // the rest of the message comes, each time that a second is over
  let urged = 0;
  const alive = held({ paused: true, urge: (timers) => ++urged % 2 === 0 && timers.heard() });
  await alive.until(60_000);
  expect(alive.told).toEqual([]);
  expect(urged).toBe(12);
});
