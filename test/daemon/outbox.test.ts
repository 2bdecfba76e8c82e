import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/daemon/outbox.ts';

function rig(options: { perSecond?: number; room?: () => boolean; waits?: true; batches: number[] }) {
  const timers: { at: number; action: () => void }[] = [];
  const sent: number[] = [];
  const leaving: number[] = [];
  const batches = [...options.batches];
  let now = 0;
  let next = 0;
  const outbox = new Outbox({
    clock: {
      now: () => now,
      wall: () => now,
      after: (ms, action) => {
        const timer = { at: now + ms, action };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
      random: () => 0,
    },
    perSecond: options.perSecond,
    from: {
      take: () => Array.from({ length: batches.shift() ?? 0 }, () => Uint8Array.of(next++)),
      get pending() {
        return options.waits === true ? batches.length : 0;
      },
      get takenTo() {
        return next;
      },
      get waitsTo() {
        return next + batches.reduce((sum, count) => sum + count, 0);
      },
    },
    to: {
      send(message, now) {
        sent.push(message[0] as number);
        if (now) leaving.push(message[0] as number);
        return options.room?.() ?? true;
      },
      flush: () => undefined,
    },
  });
  const advance = async (ms: number) => {
    now += ms;
    for (const timer of timers
      .splice(0)
      .filter(({ at, action }) => at <= now || void timers.push({ at, action })))
      timer.action();
    for (let i = 0; i < 5; i++) await turn();
  };
  return { outbox, sent, leaving, batches, advance };
}

describe('Outbox', () => {
  it('sends nothing without a session, then all in order', async () => {
    const { outbox, sent, advance } = rig({ batches: [3, 2] });
    outbox.wake();
    await advance(0);
    expect(sent).toEqual([]);
    outbox.open();
    await advance(0);
    expect(sent).toEqual([0, 1, 2, 3, 4]);
  });

  it('goes on while something waits, though some of it made no message', async () => {
    const { outbox, sent, advance } = rig({ batches: [0, 0, 2], waits: true });
    outbox.open();
    await advance(0);
    expect(sent).toEqual([0, 1]);
  });

  it('says when what waits now was sent, though more comes all the time', async () => {
    const { outbox, sent, batches, advance } = rig({ perSecond: 1, batches: [1, 1, 1] });
    let at: number | undefined;
    outbox.open();
    void outbox.emptied().then(() => {
      at = sent.length;
    });
    for (let seconds = 0; seconds < 10; seconds++) {
      batches.push(1);
      await advance(1000);
    }
    expect(at).toBe(3);
    expect(sent.length).toBeGreaterThan(5);
  });

  it('stops where the socket is full and goes on when it is not', async () => {
    let room = false;
    const { outbox, sent, advance } = rig({ batches: [3], room: () => room });
    outbox.open();
    await advance(0);
    expect(sent).toEqual([0]);
    room = true;
    outbox.wake();
    await advance(0);
    expect(sent).toEqual([0, 1, 2]);
  });

  it('has the last of a first slice take all others with it', async () => {
    const { outbox, sent, leaving, advance } = rig({ batches: [0, 3, 2] });
    outbox.open();
    await advance(0);
    outbox.send();
    expect(sent).toEqual([0, 1, 2]);
    expect(leaving).toEqual([2]);
    await advance(0);
    expect(sent).toEqual([0, 1, 2, 3, 4]);
    expect(leaving).toEqual([2]);
  });

  it('keeps to the rate', async () => {
    const { outbox, sent, advance } = rig({ batches: [10], perSecond: 2 });
    outbox.open();
    await advance(0);
    expect(sent).toHaveLength(2);
    await advance(500);
    expect(sent).toHaveLength(3);
    await advance(1000);
    expect(sent).toHaveLength(5);
  });

  it('forgets what it took for a session that is gone', async () => {
    const { outbox, sent, advance } = rig({ batches: [5], perSecond: 1 });
    outbox.open();
    await advance(0);
    outbox.close();
    await advance(10_000);
    expect(sent).toEqual([0]);
  });
});
