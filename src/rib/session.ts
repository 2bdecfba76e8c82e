import type { FamilyId } from '../bgp/family.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { Nlri } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';

/** What routes that go out need of the session that takes them. */
export interface RibSession {
  readonly negotiated: Negotiated;
  /** Our end of the connection, 4 or 16 octets: what `next-hop self` stands for. */
  readonly localAddress: Uint8Array;
  /** Our link-local address, for IPv6 next hops where the peer takes it too. */
  readonly localLinkLocal?: Uint8Array | undefined;
}

/** What an Adj-RIB-Out needs of its neighbor's configuration. */
export interface RibOutOptions {
  /** Pack IPv4 unicast routes with the same attributes and next hop in one UPDATE. */
  readonly groupUpdates: boolean;
  /** Leave out routes that are announced again unchanged; false: forget those beside the configuration once they are sent. */
  readonly adjRibOut: boolean;
  /** No End-of-RIB on its own: `announce eor` sends it. */
  readonly manualEor: boolean;
  /** Send AIGP to external peers too (RFC 7311 section 3.1: off unless configured). */
  readonly aigp: boolean;
  /** Messages that stand one behind the other in memory may come together, as one piece: nobody counts them one by one. */
  readonly joinMessages?: boolean | undefined;
}

/** Who hears of routes that do not leave. */
export interface RibOutReports {
  /** It cannot be sent to this neighbor. */
  refused(route: Route, reason: string): void;
  /** It is beyond what this neighbor takes for a destination. */
  heldBack(nlri: Nlri, limit: number): void;
  /** A route of it is not sent: the session does not have the family. */
  unagreed(family: FamilyId): void;
}
