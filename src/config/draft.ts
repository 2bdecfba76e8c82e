import type { FamilyId } from '../bgp/family.ts';
import type { Operational } from '../bgp/operational.ts';
import type { Route } from '../bgp/route.ts';
import type { Word } from '../syntax/words.ts';
import type { AoConfig, ApiConfig, CapabilityConfig, NeighborConfig, PrefixLimit } from './model.ts';

/** A password that was not yet decoded. */
export interface PasswordDraft {
  readonly text: string;
  /** The keyword: where mistakes are shown. */
  readonly word: Word;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a neighbor says in single values; absent: not said. */
export interface Scalars
  extends Partial<
    Mutable<
      Pick<
        NeighborConfig,
        | 'description'
        | 'routerId'
        | 'holdTimeSeconds'
        | 'passive'
        | 'listen'
        | 'connect'
        | 'md5Ip'
        | 'prefixLimitRestartSeconds'
        | 'localLinkLocal'
        | 'hostName'
        | 'domainName'
        | 'groupUpdates'
        | 'autoFlush'
        | 'adjRibIn'
        | 'adjRibOut'
        | 'manualEor'
      >
    >
  > {
  peerAddress?: Uint8Array;
  localAddress?: Uint8Array | 'auto';
  localAs?: number | 'auto';
  peerAs?: number | 'auto';
  rateLimit?: number | 'disable';
  sendHoldSeconds?: number;
}

/** What a neighbor says of the protection of its connections; absent: not said. */
export interface ProtectionDraft {
  md5?: PasswordDraft;
  md5Base64?: boolean | 'auto';
  tcpAo?: AoConfig;
  outgoingTtl?: number | 'disable';
  incomingTtl?: number | 'disable';
  sourceInterface?: string;
}

/** What the `capability` section says; absent: not said. */
export type CapabilityDraft = Partial<Mutable<Omit<CapabilityConfig, 'gracefulRestart'>>> & {
  gracefulRestart?: number | 'disable';
};

export interface ApiDraft {
  readonly config: ApiConfig;
  /** The words that name its processes. */
  readonly names: readonly Word[];
}

interface PlacedRoute {
  readonly route: Route;
  /** The statement's first word. */
  readonly word: Word;
  /** Its AGGREGATOR is to be local-as and local-address. */
  readonly ownAggregator?: true;
}

/** What one `neighbor`, `template` or `group` section says, before templates and groups are merged in. */
export interface NeighborDraft {
  readonly scalars: Scalars;
  readonly protection: ProtectionDraft;
  readonly capability: CapabilityDraft;
  /** Absent or empty: every family. */
  readonly families: Set<FamilyId>;
  /** `all`: those of the version, and those of the routes. */
  allFamilies: boolean;
  /** 3.x `minimal`: the families of the routes. */
  minimal: boolean;
  readonly addPath: FamilyId[];
  readonly pathsLimit: { readonly family: FamilyId; readonly limit: number }[];
  readonly prefixLimits: PrefixLimit[];
  readonly operational: Operational[];
  readonly nexthops: { readonly family: FamilyId; readonly nextHopAfi: number }[];
  readonly apis: ApiDraft[];
  readonly routes: PlacedRoute[];
  readonly inherits: Word[];
}

export function emptyDraft(): NeighborDraft {
  return {
    scalars: {},
    protection: {},
    capability: {},
    families: new Set(),
    allFamilies: false,
    minimal: false,
    addPath: [],
    pathsLimit: [],
    prefixLimits: [],
    operational: [],
    nexthops: [],
    apis: [],
    routes: [],
    inherits: [],
  };
}

/**
 * A neighbor with what it inherits. Lists append, families join; of a value that both say, the template's
 * counts (as in ExaBGP since 4.1), but the neighbor's against a group's (as in 3.x).
 */
export function merge(
  neighbor: NeighborDraft,
  inherited: NeighborDraft,
  wins: 'inherited' | 'neighbor',
): NeighborDraft {
  const [weak, strong] = wins === 'inherited' ? [neighbor, inherited] : [inherited, neighbor];
  return {
    scalars: { ...weak.scalars, ...strong.scalars },
    protection: { ...weak.protection, ...strong.protection },
    capability: { ...weak.capability, ...strong.capability },
    families: new Set([...neighbor.families, ...inherited.families]),
    allFamilies: neighbor.allFamilies || inherited.allFamilies,
    minimal: neighbor.minimal || inherited.minimal,
    addPath: [...neighbor.addPath, ...inherited.addPath],
    pathsLimit: [...neighbor.pathsLimit, ...inherited.pathsLimit],
    prefixLimits: [...neighbor.prefixLimits, ...inherited.prefixLimits],
    operational: [...neighbor.operational, ...inherited.operational],
    nexthops: [...neighbor.nexthops, ...inherited.nexthops],
    apis: [...neighbor.apis, ...inherited.apis],
    routes: [...neighbor.routes, ...inherited.routes],
    inherits: [...neighbor.inherits, ...inherited.inherits],
  };
}
