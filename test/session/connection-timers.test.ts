import { expect, it } from 'vitest';
import { ConnectionTimers } from '../../src/session/connection-timers.ts';
import type { SessionSettings } from '../../src/session/settings.ts';

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
