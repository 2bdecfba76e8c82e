import type { Logger } from 'pino';
import type { NeighborConfig } from '../config/model.ts';
import type { Event } from '../events/event.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { AdjRibOut } from '../rib/adj-rib-out.ts';
import type { Clock } from '../session/clock.ts';
import type { SessionEvent } from '../session/session.ts';
import type { Peer } from './peer.ts';
import type { PeerReportsOptions } from './peer-reports.ts';
import type { ProtectedSockets } from './protected-sockets.ts';

/** Who sees all that a session does. */
export interface Monitor {
  /** It wants each message. */
  readonly watches: boolean;
  on(event: SessionEvent): void;
}

/** What all neighbors have in common. */
export interface PeerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the software version capability says. */
  readonly software: string;
  /** Where outgoing connections go when the neighbor names no port. */
  readonly defaultPort: number;
  readonly openWaitSeconds: number;
  readonly sockets: ProtectedSockets;
  /** Gives a promise when no more events should be made until it resolves. */
  readonly emit: (event: Event, subscriptions: Subscriptions) => Promise<void> | undefined;
  readonly gather?: PeerReportsOptions['gather'];
  /** As `emit`, before there is an event: gives a promise while those who are told of UPDATEs have enough to read. */
  readonly room: (subscriptions: Subscriptions) => Promise<void> | undefined;
  /** Whether somebody is told of every event, whatever the neighbor's `api` sections say. */
  readonly watched: () => boolean;
  /** Processes that cannot take more: what feeds them is not read. */
  readonly blocked: () => ReadonlySet<string>;
  /** Whether a process of the neighbor has still to announce its routes. */
  readonly holdsEndOfRib: (config: NeighborConfig) => boolean;
  /** Who sees all that the session does. */
  readonly monitor?: ((peer: Peer) => Monitor) | undefined;
}

/** What is a neighbor's own. */
export interface PeerIdentity {
  readonly config: NeighborConfig;
  /** The address of this very peer: for a range, of the one that came. */
  readonly peerAddress: string;
  /** A long table of the configuration comes a little at a time, see `SentRoutes`. */
  readonly gradually?: boolean;
  /** Routes that another session with the neighbor left, see `SentRoutes`. */
  readonly rib?: AdjRibOut;
  /** A connection failed, or ended. */
  readonly attempted?: (peer: Peer) => void;
  /** The session of a dynamic peer ended: it is forgotten. */
  readonly ended?: (peer: Peer) => void;
}
