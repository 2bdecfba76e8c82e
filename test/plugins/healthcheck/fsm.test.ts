import { describe, expect, it } from 'vitest';
import {
  type HealthEvent,
  INITIAL,
  isPending,
  isTold,
  type State,
  transition,
} from '../../../plugins/healthcheck/fsm.ts';

const EVENTS = ['success', 'failure', 'disabled', 'announced', 'exit'] as const;

/** Rise and fall 3: what each event makes of each state, with 2 checks counted so far. */
const ROWS: Readonly<Record<State, readonly [State, State, State, State, State]>> = {
  INIT: ['RISING', 'FALLING', 'DISABLED', 'INIT', 'EXIT'],
  RISING: ['UP', 'FALLING', 'DISABLED', 'RISING', 'EXIT'],
  FALLING: ['RISING', 'DOWN', 'DISABLED', 'FALLING', 'EXIT'],
  UP: ['UP', 'FALLING', 'DISABLED', 'UP', 'EXIT'],
  DOWN: ['RISING', 'DOWN', 'DISABLED', 'DOWN', 'EXIT'],
  DISABLED: ['INIT', 'INIT', 'DISABLED', 'DISABLED', 'EXIT'],
  EXIT: ['EXIT', 'EXIT', 'EXIT', 'EXIT', 'EXIT'],
  END: ['END', 'END', 'END', 'END', 'END'],
};

const rows = (Object.keys(ROWS) as State[]).flatMap((state) =>
  EVENTS.map((event, index) => ({ state, event, next: ROWS[state][index] })),
);

function run(events: readonly HealthEvent[], rules: { rise?: number; fall?: number; once?: boolean }) {
  const all = { rise: 3, fall: 3, once: false, ...rules };
  let health = INITIAL;
  return events.map((event) => {
    health = transition(health, event, all);
    return health.state;
  });
}

describe('health', () => {
  it.each(rows)('$state, $event -> $next', ({ state, event, next }) => {
    expect(transition({ state, checks: 2 }, event, { rise: 3, fall: 3, once: false }).state).toBe(next);
  });

  it('counts from one when the outcome turns', () => {
    const events = ['success', 'success', 'failure', 'success', 'success', 'success'] as const;
    expect(run(events, {})).toEqual(['RISING', 'RISING', 'FALLING', 'RISING', 'RISING', 'UP']);
  });

  it.each([1, 0, -1])('jumps with rise and fall %i', (count) => {
    expect(run(['success', 'failure', 'success'], { rise: count, fall: count })).toEqual([
      'UP',
      'DOWN',
      'UP',
    ]);
  });

  it.each([
    { events: ['success', 'announced'], states: ['UP', 'END'] },
    { events: ['failure', 'announced', 'success', 'announced'], states: ['FALLING', 'FALLING', 'UP', 'END'] },
    { events: ['disabled', 'announced'], states: ['DISABLED', 'END'] },
  ] as const)('ends after one announcement: $events', ({ events, states }) => {
    expect(run(events, { rise: 1, once: true })).toEqual(states);
  });

  it('tells some states and hurries in the others', () => {
    const all = Object.keys(ROWS) as State[];
    expect(all.filter(isTold)).toEqual(['UP', 'DOWN', 'DISABLED', 'EXIT']);
    expect(all.filter(isPending)).toEqual(['INIT', 'RISING', 'FALLING']);
  });
});
