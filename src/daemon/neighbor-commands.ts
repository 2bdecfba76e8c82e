import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import type { Process } from './commander.ts';
import type { Peer } from './peer.ts';
import type { Selection } from './selection.ts';

/** Commands that neighbors carry out, and that change no routes of the process. */
type NeighborCommand = CommandOf<
  | 'announce-eor'
  | 'announce-route-refresh'
  | 'announce-operational'
  | 'announce-watchdog'
  | 'withdraw-watchdog'
  | 'teardown'
  | 'flush-adj-rib-out'
  | 'clear-adj-rib'
>;

const NO_DIRECTION = "the end, expected a direction ('in' or 'out')";

/** @throws CommandError when there is no such neighbor, or none can */
export function haveCarriedOut(process: Process, command: NeighborCommand, selection: Selection): void {
  // without a direction nothing is cleared, which only 6 calls an error
  const clears = command.type === 'clear-adj-rib';
  if (clears && command.direction === undefined && process.version === 6) {
    throw new CommandError(1, NO_DIRECTION);
  }
  const peers = selection.concerned(process, command.selector);
  switch (command.type) {
    case 'announce-eor':
      established(peers, (peer) => peer.announceEndOfRib(command.family));
      return;
    case 'announce-route-refresh':
      established(peers, (peer) => peer.requestRefresh(command.family));
      return;
    case 'announce-operational':
      established(peers, (peer) => peer.sendOperational(command.message));
      return;
    case 'announce-watchdog':
    case 'withdraw-watchdog':
      watchdog(peers, command.type, command.name ?? process.config.nameInFile ?? process.config.name);
      return;
    case 'teardown':
      teardown(peers, process, command);
      return;
    case 'flush-adj-rib-out':
      flush(peers, process);
      return;
    case 'clear-adj-rib':
      clear(peers, process, command);
      return;
  }
}

/** Only 6 takes one without a selector for all neighbors: before, it is done and ends nothing. */
function teardown(
  peers: readonly Peer[],
  process: Process,
  { selector, subcode, text }: CommandOf<'teardown'>,
): void {
  if (selector === undefined && process.version !== 6) return;
  for (const peer of peers) peer.teardown(subcode, text);
}

/** Without a session there is nothing to send again, which only 5 calls an error. */
function flush(peers: readonly Peer[], process: Process): void {
  established(peers, (peer) => {
    peer.resendAll();
    return peer.established || process.version !== 5;
  });
}

function clear(
  peers: readonly Peer[],
  process: Process,
  { selector, direction }: CommandOf<'clear-adj-rib'>,
): void {
  if (direction === undefined) return;
  for (const peer of peers) {
    const cleared = peer.clear(direction);
    // what the process says next is said of what is left then
    if (cleared !== undefined) process.answers.busyWith(cleared);
  }
  if (direction === 'out' && selector === undefined) process.journal?.clear();
}

function watchdog(
  peers: readonly Peer[],
  does: 'announce-watchdog' | 'withdraw-watchdog',
  name: string,
): void {
  for (const peer of peers) {
    if (does === 'announce-watchdog') peer.adjRibOut.announceWatchdog(name);
    else peer.adjRibOut.withdrawWatchdog(name);
    peer.changed();
  }
}

/** All do it; at least one must have a session. */
function established(peers: readonly Peer[], act: (peer: Peer) => boolean): void {
  let done = false;
  for (const peer of peers) done = act(peer) || done;
  if (!done) throw new CommandError(1, 'no matching neighbor is established');
}
