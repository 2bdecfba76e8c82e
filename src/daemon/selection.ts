import { AFI, afiOf } from '../bgp/family.ts';
import type { Route } from '../bgp/route.ts';
import type { Selector, SelectorTerm } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import type { RouteCommand } from './batch.ts';
import type { Commander, Process } from './commander.ts';
import type { NeighborName } from './neighbor-name.ts';
import type { Peer } from './peer.ts';

/** No neighbor that the process may command fits: ExaBGP answers `error`. */
const NOBODY = 'no neighbor matches';
const NOBODY_OF_OURS = `${NOBODY}: the process must stand in an api section of the neighbor`;

/** Which of all neighbors a selector means. */
interface Selected {
  readonly all: readonly Peer[];
  readonly process: Commander;
  readonly selector: Selector;
  readonly found: readonly Peer[];
}

/** Finds the neighbors of commands. */
export class Selection {
  readonly #takers: () => readonly Peer[];
  #last: Selected | undefined;

  /** @param takers those that commands may be for: ranges of neighbors, too */
  constructor(takers: () => readonly Peer[]) {
    this.#takers = takers;
  }

  /** A table comes in runs of commands for the same neighbors: those of the last command are known. */
  of(process: Commander, selector: Selector): readonly Peer[] {
    const all = this.#takers();
    const last = this.#last;
    if (last?.all === all && last.process === process && last.selector === selector) return last.found;
    const found = selected(all, process, selector);
    this.#last = { all, process, selector, found };
    return found;
  }

  /** @throws CommandError when there is none */
  concerned(process: Process, selector: Selector): readonly Peer[] {
    const peers = this.of(process, selector);
    if (peers.length === 0)
      throw new CommandError(1, process.config.commandsAll === true ? NOBODY : NOBODY_OF_OURS);
    return peers;
  }

  /** The neighbors of a command that moves routes. @throws CommandError when none can be told of them */
  takers(process: Process, command: RouteCommand): readonly Peer[] {
    const peers = this.concerned(process, command.selector);
    checkSelf(peers, command);
    return peers;
  }
}

/** The neighbors that a process may command and a command names. */
function selected(peers: readonly Peer[], process: Commander, selector: Selector): Peer[] {
  return peers
    .filter((peer) => mayCommand(process, peer))
    .filter((peer) => selector === undefined || selector.some((term) => matches(term, peer.name)));
}

export function isOverIpv6({ config }: Peer): boolean {
  return config.peer.address.length === 16;
}

/**
 * Our end of an IPv4 session is no IPv6 address.
 * @throws CommandError when none of the neighbors can be sent what is announced
 */
function checkSelf(peers: readonly Peer[], { type, routes }: RouteCommand): void {
  const isSelf = ({ nextHop, nlri }: Route) => nextHop === 'self' && afiOf(nlri.family) === AFI.ipv6;
  if (type !== 'announce' || !routes.some(isSelf)) return;
  if (peers.some(isOverIpv6)) return;
  throw new CommandError(1, 'next-hop self of an IPv6 route needs a session over IPv6');
}

/**
 * A process commands the neighbors whose `api` sections name it (ExaBGP 4.2.20 and later). Those of `processes-match`
 * became names when the file was read.
 */
function mayCommand({ config }: Commander, peer: Peer): boolean {
  return (
    config.commandsAll === true || peer.config.api.some(({ processes }) => processes.includes(config.name))
  );
}

const TERM_KEYS = ['localIp', 'localAs', 'peerAs', 'routerId', 'familyAllowed'] as const;

function matches(term: SelectorTerm, name: NeighborName): boolean {
  if (term.peer !== '*' && term.peer !== name.peer) return false;
  return TERM_KEYS.every((key) => term[key] === undefined || term[key] === name[key]);
}
