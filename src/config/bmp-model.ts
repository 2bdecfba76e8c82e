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
  readonly tls: BmpTlsConfig | undefined;
}

/** The views of our own sessions that are exported. */
export const EXPORT_VIEWS = [
  'adj-rib-in-pre-policy',
  'adj-rib-out-pre-policy',
  'adj-rib-out-post-policy',
] as const satisfies readonly BmpView[];
export type ExportView = (typeof EXPORT_VIEWS)[number];

/** A station that is told of our own sessions. */
export interface BmpExportConfig extends BmpEndpoint {
  /** We listen at the endpoint, and any number of stations connect; else we connect to the one there. */
  readonly passive: boolean;
  /** Who may connect; none: everybody. */
  readonly stations: readonly Prefix[];
  /** Whose sessions; none: those of all neighbors. */
  readonly neighbors: readonly Prefix[];
  readonly views: ReadonlySet<ExportView>;
  /** Undefined: the name of the host. */
  readonly sysName: string | undefined;
  /** Undefined: program and version. */
  readonly sysDescr: string | undefined;
  /** 0: no reports. */
  readonly statisticsSeconds: number;
  /** What may wait for each station. */
  readonly bufferBytes: number;
  /** Messages of neighbors that cannot be read are told, too. */
  readonly mirroring: boolean;
  readonly tls: BmpTlsConfig | undefined;
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

/** What an `export` is where it says nothing else. */
export const EXPORT_DEFAULTS = {
  views: ['adj-rib-in-pre-policy', 'adj-rib-out-post-policy'],
  statisticsSeconds: 60,
  bufferBytes: 16 * 1024 * 1024,
  mirroring: false,
} as const;
