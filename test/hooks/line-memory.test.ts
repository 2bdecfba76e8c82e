import { expect, it } from 'vitest';
import { LineMemory } from '../../src/hooks/line-memory.ts';
import { Losses } from '../../src/hooks/losses.ts';

const LIMITS = { eventBytes: 80, eventLines: 16, stateBytes: 20 };

function rig(lines = 0) {
  const losses = new Losses({
    clock: { wall: () => 0, after: () => () => {} },
    gap: () => '',
    onDrop: () => {},
  });
  const memory = new LineMemory(LIMITS, losses);
  const { events, ahead } = memory.waiting;
  for (let nth = 0; nth < lines; nth++) events.push('12345678\n', 10, 'peer');
  return { memory, losses, events, ahead };
}

it('has room for octets and for lines, whichever is less, and for states beyond', () => {
  const { memory, events } = rig(7);
  expect(memory.hasRoom('event', 10)).toBe(true);
  expect(memory.hasRoom('event', 11)).toBe(false);
  expect(memory.hasRoom('state', 30)).toBe(true);
  expect(memory.hasRoom('state', 31)).toBe(false);
  expect(memory.hasRoom('event', 10, 9)).toBe(true);
  expect(memory.hasRoom('event', 10, 10)).toBe(false);
  expect(events.length).toBe(7);
});

it('counts what is told before a snapshot as what waits', () => {
  const { memory, ahead } = rig(4);
  ahead.push('x', 40);
  expect(memory.hasRoom('event', 1)).toBe(false);
});

it('has room for what is late up to twice the limit', () => {
  const { memory } = rig(15);
  expect(memory.hasRoomForLate(10)).toBe(true);
  expect(memory.hasRoomForLate(11)).toBe(false);
});

it('is crowded with more than half of it in use', () => {
  expect(rig(4).memory.isCrowded).toBe(false);
  expect(rig(5).memory.isCrowded).toBe(true);
});

it('drops what waited longest for what comes, and counts it', () => {
  const { memory, events, losses } = rig(8);
  expect(memory.replaceOldest('event', 'a line of 25 octets ....\n', 'other')).toBe(true);
  expect(losses.dropped).toBe(3);
  expect(events.length).toBe(6);
});

it('drops what is larger than all room there is', () => {
  const { memory, events, losses } = rig(2);
  expect(memory.replaceOldest('event', `${'x'.repeat(90)}\n`, 'other')).toBe(false);
  expect(losses.dropped).toBe(3);
  expect(events.length).toBe(0);
});

it('never drops what is nobody’s: states stay', () => {
  const { memory, events, losses } = rig();
  events.push('a state', 80);
  expect(memory.makeRoom('event', 10)).toBe(false);
  memory.evictAll();
  expect(events.length).toBe(1);
  expect(losses.dropped).toBe(0);
});
