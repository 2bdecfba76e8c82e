import type { FamilyId } from '../bgp/family.ts';
import type { AddPathMode } from '../bmp/reading.ts';
import type { BmpView } from '../events/event.ts';
import type { Prefix } from '../wire/prefix.ts';
import type { ApiConfig } from './model.ts';

export interface BmpEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Routes that are wanted: these prefixes, those within them, or those that hold them. */
export interface PrefixSelection {
  readonly prefix: Prefix;
  readonly match: 'exact' | 'longer' | 'shorter';
}

/** What a process wants of a station; an empty list wants all. */
export interface BmpSelection {
  /** Names of routers, as they or the configuration call them, or addresses and prefixes of them. */
  readonly routers: readonly string[];
  readonly peerAs: readonly number[];
  readonly views: readonly BmpView[];
  readonly families: readonly FamilyId[];
  readonly prefixes: readonly PrefixSelection[];
  readonly communities: readonly number[];
  readonly largeCommunities: readonly (readonly [number, number, number])[];
  /** Leaves out updates whose routes were known as they are. */
  readonly changesOnly: boolean;
}

export type BmpApiConfig = ApiConfig & { readonly select?: BmpSelection | undefined };

/** A router, or a range of them, that may connect. */
export interface BmpRouterConfig {
  readonly prefix: Prefix;
  readonly name: string | undefined;
  readonly addPath: AddPathMode | undefined;
}

/** Paths of PEM files. */
export interface BmpTlsConfig {
  readonly certificate: string;
  readonly key: string;
  /** Who must have signed the other side's certificate. */
  readonly ca: string;
}

/** A station that all is forwarded to. */
export interface BmpRelayConfig extends BmpEndpoint {
  /** Where what cannot be sent waits; undefined: in memory, a little. */
  readonly directory: string | undefined;
  readonly sizeBytes: number;
  readonly ageSeconds: number;
}

/** A station that is told of our own sessions. */
export interface BmpExportConfig extends BmpEndpoint {
  readonly views: ReadonlySet<BmpView>;
  readonly sysName: string | undefined;
  readonly statisticsSeconds: number;
}

export interface BmpLimits {
  /** Connections at once, of all routers and of one address. */
  readonly routers: number;
  readonly perAddress: number;
  readonly peers: number;
  /** Octets. */
  readonly messageSize: number;
}

export interface BmpConfig {
  readonly listen: readonly BmpEndpoint[];
  /** Routers that wait for us. */
  readonly connect: readonly BmpEndpoint[];
  readonly tls: BmpTlsConfig | undefined;
  /** Seconds; 0: never. */
  readonly idleTimeoutSeconds: number;
  readonly addPath: AddPathMode;
  /** Whose routes are kept in memory. */
  readonly rib: ReadonlySet<BmpView>;
  readonly resync: { readonly quietSeconds: number; readonly limitSeconds: number };
  readonly limits: BmpLimits;
  /** None: everybody may connect. */
  readonly routers: readonly BmpRouterConfig[];
  readonly relays: readonly BmpRelayConfig[];
  readonly exports: readonly BmpExportConfig[];
  readonly api: readonly BmpApiConfig[];
}

/** What a `bmp` section is where it says nothing else. */
export const BMP_DEFAULTS = {
  idleTimeoutSeconds: 0,
  addPath: 'auto',
  resync: { quietSeconds: 60, limitSeconds: 900 },
  limits: { routers: 1000, perAddress: 1000, peers: 10_000, messageSize: 1024 * 1024 },
} as const satisfies Partial<BmpConfig>;
