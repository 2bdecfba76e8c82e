import type { Background } from '../support/background.ts';
import type { Peerline } from '../support/peerline.ts';

/** The AS of every router here; ours is a 4-octet one. */
export const ROUTER_AS = 65002;
export const OUR_AS = 4200000001;

/** Next hops are addresses that nobody has: some routers drop those of 127.0.0.0/8. */
export const OUR_NEXT_HOP = '10.9.0.1';
export const OUR_NEXT_HOP6 = '2001:db8:9::1';
export const THEIR_NEXT_HOP6 = '2001:db8:9::2';

/** One session between Peerline and the router; the last octet of our address tells it from others. */
export interface SessionPlan {
  readonly name: string;
  readonly host: number;
  readonly localAs: number;
  readonly holdTimeSeconds?: number;
  /** The router connects, we listen. */
  readonly passive?: boolean;
  /** The router's TCP MD5 password; ours stands in the statements. */
  readonly password?: string;
  /** The router has TTL security (RFC 5082). */
  readonly ttlSecurity?: boolean;
  /** It cannot come up. */
  readonly neverUp?: boolean;
  /** More statements of the neighbor. */
  readonly statements?: string;
}

export const SESSIONS: readonly SessionPlan[] = [
  { name: 'outer', host: 1, localAs: OUR_AS },
  { name: 'inner', host: 2, localAs: ROUTER_AS, passive: true },
  { name: 'brief', host: 3, localAs: 65003, holdTimeSeconds: 3 },
];

/** ADD-PATH in both directions, and IPv6 next hops for IPv4 routes. */
export const PATHS: SessionPlan = {
  name: 'paths',
  host: 5,
  localAs: 65005,
  statements: 'capability { route-refresh; add-path send/receive; nexthop; } nexthop { ipv4 unicast ipv6; }',
};

/** We play a speaker that knows 2-octet AS numbers only. */
export const OLD: SessionPlan = {
  name: 'old',
  host: 6,
  localAs: 65006,
  statements: 'capability { asn4 disable; }',
};

/** The router is our provider, RFC 9234, and must say so. */
export const ROLES: SessionPlan = {
  name: 'provider',
  host: 12,
  localAs: 65012,
  statements: 'capability { role customer strict; }',
};

const MD5 = 'md5-password "Zebra-crossing";';

/** TCP MD5 (RFC 2385) from either side, with another password, and TTL security. */
export const PROTECTED: readonly SessionPlan[] = [
  { name: 'signed', host: 7, localAs: 65007, password: 'Zebra-crossing', statements: MD5 },
  {
    name: 'signed_back',
    host: 8,
    localAs: 65008,
    passive: true,
    password: 'Zebra-crossing',
    statements: MD5,
  },
  { name: 'mismatched', host: 9, localAs: 65009, neverUp: true, password: 'another', statements: MD5 },
  {
    name: 'guarded',
    host: 11,
    localAs: 65011,
    ttlSecurity: true,
    statements: 'outgoing-ttl 255; incoming-ttl 254;',
  },
];

/** Where everything is: addresses in 127.9.N.0/24, ports and the directory for files. */
export interface Rig {
  readonly directory: string;
  readonly routerAddress: string;
  readonly routerPort: number;
  /** The port on which we listen, where we are passive. */
  readonly ourPort: number;
  readonly sessions: readonly SessionPlan[];
  address(session: string): string;
}

/** A route as the router shows it, in one shape for all of them. */
export interface SeenRoute {
  readonly nextHop: string;
  readonly origin: string;
  readonly asPath: readonly number[];
  readonly med: number | undefined;
  readonly localPreference: number | undefined;
  /** Sorted, as all lists here: `1:2`, `1:2:3`, `rt:1:2`. */
  readonly communities: readonly string[];
  readonly largeCommunities: readonly string[];
  readonly extendedCommunities: readonly string[];
  readonly atomicAggregate: boolean;
  readonly aggregator: string | undefined;
}

/** A real BGP program that Peerline is tried against. */
export interface Router {
  readonly name: string;
  readonly program: string;
  /** It cannot be run by anyone else. */
  readonly root?: boolean;
  /** N of 127.9.N.0/24. */
  readonly net: number;
  /** Sessions beside those that every router has. */
  readonly sessions?: readonly SessionPlan[];
  start(rig: Rig): Promise<Background>;
  /** The route that it has from that session, or undefined. */
  seen(prefix: string, session: string): Promise<SeenRoute | undefined>;
  originate(prefix: string, med: number): Promise<void>;
  retract(prefix: string): Promise<void>;
  /** Asks us to send everything again. */
  refresh?(session: string): Promise<void>;
  /** How many of our requests it counted: for a router that heeds none of them (OpenBGPD 7.7 only counts). */
  refreshesHeard?(session: string): Promise<number>;
  /** All paths that it has from that session, of a session with ADD-PATH. */
  paths?(prefix: string, session: string): Promise<readonly SeenRoute[]>;
  /** The session on which it answers our ROUTE-REFRESH, where not all are alike. */
  readonly refreshSession?: string;
  /** Ends the session with a text for us; `enable` takes that back. */
  shutdown?(session: string, text: string): Promise<void>;
  enable?(session: string): Promise<void>;
  /** Where it shows the text with which we ended the session. */
  lastError?(session: string): Promise<string>;
}

/** What the scenarios work with once everything runs. */
export interface Lab {
  readonly rig: Rig;
  readonly peerline: Peerline;
  readonly daemon: Background;
}

export function sorted(values: readonly string[] | undefined): string[] {
  return [...(values ?? [])].sort();
}

export function isIpv6(prefix: string): boolean {
  return prefix.includes(':');
}
