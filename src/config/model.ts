import type { FamilyId } from '../bgp/family.ts';
import type { Dialect } from '../bgp/json.ts';
import type { Operational } from '../bgp/operational.ts';
import type { RoleSettings } from '../bgp/roles.ts';
import type { Route } from '../bgp/route.ts';
import type { Prefix } from '../wire/prefix.ts';
import type { Secret } from '../wire/secret.ts';
import type { BmpConfig } from './bmp-model.ts';
import type { UserConfig } from './users.ts';

/** What a process is told, for one direction (RFC words; `parsed`, `packets` and `consolidate` are forms). */
export const MESSAGE_KINDS = [
  'open',
  'update',
  'notification',
  'keepalive',
  'refresh',
  'operational',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export interface MessageSelection {
  readonly parsed: boolean;
  readonly packets: boolean;
  readonly consolidate: boolean;
  readonly kinds: ReadonlySet<MessageKind>;
}

/** One `api` section: which processes are told what of the neighbor, and may command it. */
export interface ApiConfig {
  /** Those named, and those whose names match. */
  readonly processes: readonly string[];
  /** Regular expressions on process names, from their start. */
  readonly processesMatch: readonly string[];
  readonly neighborChanges: boolean;
  readonly negotiated: boolean;
  readonly fsm: boolean;
  readonly signal: boolean;
  /** They are told the state of the neighbor when they start, and their events are numbered. */
  readonly snapshot: boolean;
  readonly gracefulRestart: boolean;
  readonly receive: MessageSelection;
  readonly send: MessageSelection;
}

export const QUEUE_POLICIES = ['resync', 'block', 'drop-oldest', 'drop-newest', 'spill', 'kill'] as const;
export type QueuePolicy = (typeof QUEUE_POLICIES)[number];

/** How long the queue of a process may be, and what happens beyond. */
export interface QueueConfig {
  readonly policy: QueuePolicy;
  readonly limitBytes: number;
  readonly limitLines: number;
  /** `block`: how long; then as `resync`. */
  readonly limitSeconds: number;
  /** `spill`: where to, and octets there. */
  readonly spill: { readonly directory: string; readonly limitBytes: number } | undefined;
}

/** When a process that ended is started again. */
export interface RestartConfig {
  /** Restarts within the window; beyond, it is given up. Undefined: for ever. */
  readonly limit: number | undefined;
  readonly windowSeconds: number;
  readonly maxDelaySeconds: number;
}

/** What Peerline has for processes beside ExaBGP's keywords. */
export interface ProcessSettings {
  readonly queue: QueueConfig;
  readonly restarts: RestartConfig;
  /** What becomes of the routes that it announced when it ends. */
  readonly onExit: 'keep' | 'withdraw';
  readonly user: UserConfig | undefined;
  /** Of the process; undefined: the user's own. */
  readonly gid: number | undefined;
  readonly directory: string | undefined;
  /** Beside the environment of the daemon; null: taken out of it. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** Nothing of the daemon's environment but PATH, HOME and LANG. */
  readonly cleanEnvironment: boolean;
  readonly nice: number | undefined;
  /** Address space, octets. */
  readonly memoryBytes: number | undefined;
  /** Where the journal of its routes is. */
  readonly persist: string | undefined;
  /** How long End-of-RIB waits for its `session ready`; undefined: not at all. */
  readonly readySeconds: number | undefined;
}

export const PROCESS_DEFAULTS: ProcessSettings = {
  queue: {
    policy: 'resync',
    limitBytes: 16 * 1024 * 1024,
    limitLines: 100_000,
    limitSeconds: 240,
    spill: undefined,
  },
  restarts: { limit: 5, windowSeconds: 64, maxDelaySeconds: 60 },
  onExit: 'keep',
  user: undefined,
  gid: undefined,
  directory: undefined,
  environment: {},
  cleanEnvironment: false,
  nice: undefined,
  memoryBytes: undefined,
  persist: undefined,
  readySeconds: undefined,
};

export interface ProcessConfig {
  readonly name: string;
  /** Its name in its file, where another file has a process of this name. */
  readonly nameInFile?: string;
  /** Program (resolved to a path) and arguments. */
  readonly run: readonly string[];
  readonly encoder: 'json' | 'text';
  readonly respawn: boolean;
  readonly settings: ProcessSettings;
  /** Shapes of its events and commands; undefined: the daemon's. */
  readonly version: Dialect | undefined;
  /** 3.x: it may command every neighbor, whatever their `api` sections say. */
  readonly commandsAll: boolean;
}

export interface CapabilityConfig {
  readonly asn4: boolean;
  readonly routeRefresh: boolean;
  /** Seconds; undefined: not announced. 0 stands for the hold time. */
  readonly gracefulRestart: number | undefined;
  readonly addPath: 'disable' | 'send' | 'receive' | 'send/receive';
  readonly extendedMessage: boolean;
  readonly nexthop: boolean;
  readonly multiSession: boolean;
  readonly operational: boolean;
  readonly aigp: boolean;
  readonly softwareVersion: boolean;
  readonly linkLocalNexthop: boolean;
  /** RFC 9234; strict: the peer must tell its own. */
  readonly role: RoleSettings | undefined;
  /** The N bit of RFC 8538 beside graceful restart. */
  readonly restartNotification: boolean;
  /** Seconds for which stale routes are kept after the restart time, RFC 9494. */
  readonly longLivedSeconds: number | undefined;
  /** Labels that are taken of one route, RFC 8277. */
  readonly multipleLabels: number | undefined;
}

/** How many prefixes a peer may send. */
export interface PrefixLimit {
  readonly family: FamilyId;
  readonly maximum: number;
  /** More are told and taken. */
  readonly warnOnly: boolean;
}

export const AO_ALGORITHMS = ['hmac-sha-1-96', 'aes-128-cmac-96', 'hmac-sha-256'] as const;

/** TCP-AO, RFC 5925: one key, its id being what both sides send and expect. */
export interface AoConfig {
  readonly keyId: number;
  readonly algorithm: (typeof AO_ALGORITHMS)[number];
  readonly key: Secret;
}

/** What protects the TCP connections of a neighbor; undefined: not asked for. */
export interface ProtectionConfig {
  readonly md5: Secret | undefined;
  readonly tcpAo: AoConfig | undefined;
  /** Of what we send. */
  readonly ttl: number | undefined;
  /** What comes with a lower one is dropped. */
  readonly minimumTtl: number | undefined;
  readonly sourceInterface: string | undefined;
}

export interface NeighborConfig {
  /** The peer's address, or a range of them for dynamic neighbors. */
  readonly peer: Prefix;
  readonly description: string;
  /** Undefined: `auto`, whatever the system chooses. */
  readonly localAddress: Uint8Array | undefined;
  /** Undefined: `auto`, the AS that the peer's OPEN names. */
  readonly localAs: number | undefined;
  readonly peerAs: number | undefined;
  /** BGP identifier as an unsigned number. */
  readonly routerId: number;
  readonly holdTimeSeconds: number;
  /** Seconds without the system taking an octet, RFC 9687; undefined: 8 minutes or twice the hold time. */
  readonly sendHoldSeconds: number | undefined;
  readonly passive: boolean;
  /** Port of a listener of this neighbor's own. */
  readonly listen: number | undefined;
  /** Port that outgoing connections go to. */
  readonly connect: number | undefined;
  /** OPERATIONAL messages that each session starts with. */
  readonly operational: readonly Operational[];
  readonly prefixLimits: readonly PrefixLimit[];
  /** How long a peer that sent too many is not met again. */
  readonly prefixLimitRestartSeconds: number;
  readonly protection: ProtectionConfig;
  /** Address that the neighbor's own listener has in place of the local one. */
  readonly md5Ip: Uint8Array | undefined;
  readonly hostName: string | undefined;
  readonly domainName: string | undefined;
  /** UPDATEs per second; undefined: unlimited. */
  readonly rateLimit: number | undefined;
  readonly groupUpdates: boolean;
  readonly autoFlush: boolean;
  readonly adjRibIn: boolean;
  readonly adjRibOut: boolean;
  readonly manualEor: boolean;
  /** Sorted by AFI and SAFI. */
  readonly families: readonly FamilyId[];
  readonly capability: CapabilityConfig;
  /** Families of the `add-path` section; undefined: all that can have it. */
  readonly addPathFamilies: readonly FamilyId[] | undefined;
  /** How many paths of a family the peer shall send at most; for those that path identifiers are received of. */
  readonly pathsLimit: readonly { readonly family: FamilyId; readonly limit: number }[];
  /** Sent behind our own global IPv6 next hops. */
  readonly localLinkLocal: Uint8Array | undefined;
  readonly nexthops: readonly { readonly family: FamilyId; readonly nextHopAfi: number }[];
  readonly api: readonly ApiConfig[];
  readonly routes: readonly Route[];
}

export interface Config {
  readonly processes: readonly ProcessConfig[];
  readonly neighbors: readonly NeighborConfig[];
  readonly bmp: readonly BmpConfig[];
}
