import { describe, expect, it } from 'vitest';
import { DroppedSegments, parseNetstat } from '../../src/daemon/dropped-segments.ts';

function text(md5: number, ttl: number): string {
  return [
    'TcpExt: SyncookiesSent TCPMD5NotFound TCPMD5Failure TCPMinTTLDrop',
    `TcpExt: 1 ${md5} 0 ${ttl}`,
    'IpExt: InNoRoutes TCPMD5NotFound',
    'IpExt: 3 99',
    '',
  ].join('\n');
}

function watch(waiting: { md5?: string[]; minimumTtl?: string[] }) {
  const told: { fields: unknown; text: string }[] = [];
  const timers: (() => void)[] = [];
  let now = 0;
  let counters = text(5, 7);
  const dropped = new DroppedSegments({
    clock: {
      now: () => now,
      wall: () => now,
      random: () => 0,
      after(_, action) {
        timers.push(action);
        return () => void timers.splice(timers.indexOf(action), 1);
      },
    },
    log: { warn: (fields: unknown, said: string) => told.push({ fields, text: said }) } as never,
    waiting: (cause) => waiting[cause] ?? [],
    read: () => counters,
  });
  dropped.start();
  const tick = (next: string, seconds = 5) => {
    counters = next;
    now += seconds * 1000;
    timers.shift()?.();
  };
  return { dropped, told, tick, timers };
}

describe('dropped segments', () => {
  it('reads the counters of TCP', () => {
    expect(parseNetstat(text(5, 7)).get('TCPMD5NotFound')).toBe(5);
    expect(parseNetstat('').size).toBe(0);
  });

  it('tells what grew, with the peers that wait, once a minute', () => {
    const { told, tick } = watch({ md5: ['192.0.2.1'], minimumTtl: ['192.0.2.2'] });
    tick(text(5, 7));
    expect(told).toEqual([]);
    tick(text(7, 7));
    expect(told).toEqual([
      { fields: { peers: ['192.0.2.1'], TCPMD5NotFound: 2 }, text: expect.stringContaining('MD5') },
    ]);
    tick(text(8, 9));
    expect(told.slice(1)).toEqual([
      { fields: { peers: ['192.0.2.2'], TCPMinTTLDrop: 2 }, text: expect.stringContaining('TTL') },
    ]);
    tick(text(9, 9), 60);
    expect(told.length).toBe(3);
  });

  it('says nothing when nobody waits, and stops', () => {
    const { dropped, told, tick, timers } = watch({});
    tick(text(50, 70));
    expect(told).toEqual([]);
    dropped.stop();
    expect(timers).toEqual([]);
  });
});
