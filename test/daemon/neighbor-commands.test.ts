import { describe, expect, it } from 'vitest';
import { neighbor, rig } from './rig.ts';

const UP = '192.0.2.1';
const DOWN = '192.0.2.2';

/** One neighbor with a session, one without. */
function two(version: 4 | 5 | 6) {
  const up = neighbor(UP);
  const down = neighbor(DOWN, false);
  return { ...rig([up.peer, down.peer], version), up, down };
}

const NONE_UP = 'error: column 1: no matching neighbor is established';
const NOBODY = expect.stringMatching(/^error: column 1: no neighbor matches/);

describe('commands that need a session', () => {
  it.each([
    { command: 'flush adj-rib out', version: 4, answer: ['done'] },
    { command: 'flush adj-rib out', version: 5, answer: ['done'] },
    { command: `neighbor ${DOWN} flush adj-rib out`, version: 4, answer: ['done'] },
    { command: `neighbor ${DOWN} flush adj-rib out`, version: 5, answer: [NONE_UP, 'error'] },
    { command: 'announce operational asm afi ipv4 safi unicast advisory "x"', version: 5, answer: ['done'] },
    {
      command: `neighbor ${DOWN} announce operational asm afi ipv4 safi unicast advisory "x"`,
      version: 5,
      answer: [NONE_UP, 'error'],
    },
  ] as const)('$version: $command', ({ command, version, answer }) => {
    const { say, replies } = two(version);
    say(command);
    expect(replies).toEqual(answer);
  });

  it('are carried out by all that are meant, with a session or without', () => {
    const { say, up, down } = two(5);
    say('flush adj-rib out');
    expect([up.calls, down.calls]).toEqual([['resend'], ['resend']]);
  });
});

it.each([
  { command: 'clear adj-rib out', calls: ['clear out'] },
  { command: 'clear adj-rib in', calls: ['clear in'] },
  { command: 'clear adj-rib', calls: [] },
  { command: `neighbor ${UP} teardown 2`, calls: ['teardown'] },
])('$command', ({ command, calls }) => {
  const { say, replies, up } = two(5);
  say(command);
  expect(up.calls).toEqual(calls);
  expect(replies).toEqual(['done']);
});

it.each(['flush adj-rib out', 'clear adj-rib out', 'teardown 2', 'announce watchdog dog'])(
  'refuses %s for neighbors that do not exist',
  (command) => {
    const { say, replies, up, down } = two(5);
    say(`neighbor 203.0.113.1 ${command}`);
    expect(replies).toEqual([NOBODY, 'error']);
    expect([...up.calls, ...down.calls]).toEqual([]);
  },
);
