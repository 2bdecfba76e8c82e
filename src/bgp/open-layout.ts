import { ADD_PATH } from './capabilities/add-path.ts';
import type { NextHopEncoding } from './capabilities/extended-next-hop.ts';
import { FORWARDING, RESTART_FLAG } from './capabilities/graceful-restart.ts';
import { type CapabilityTlv, capabilityTlvs } from './capabilities/index.ts';
import type { LongLivedFamily } from './capabilities/long-lived-graceful-restart.ts';
import type { MultipleLabels } from './capabilities/multiple-labels.ts';
import type { PathsLimit } from './capabilities/paths-limit.ts';
import { ROLES } from './capabilities/role.ts';
import type { FamilyId } from './family.ts';
import { makeOpen, type Open } from './open.ts';
import type { Role } from './roles.ts';

/** What our OPEN says, as configuration has it. */
export interface OpenParameters {
  readonly as: number;
  readonly holdTimeSeconds: number;
  readonly routerId: number;
  /** Announced in this order. */
  readonly families: readonly FamilyId[];
  readonly asn4: boolean;
  /** Undefined: capability 5 is not announced; no entries: it is, empty. */
  readonly nexthops: readonly NextHopEncoding[] | undefined;
  /** None: capability 69 is not announced, as FRR refuses an OPEN with an empty one. */
  readonly addPath: readonly {
    readonly family: FamilyId;
    readonly send: boolean;
    readonly receive: boolean;
  }[];
  readonly pathsLimit?: readonly PathsLimit[];
  readonly gracefulRestart?: {
    readonly timeSeconds: number;
    readonly families: readonly FamilyId[];
    /** The N bit of RFC 8538. */
    readonly notification?: boolean;
    /** The R bit, set unless told otherwise. */
    readonly restarting?: boolean;
  };
  readonly routeRefresh: boolean;
  readonly operational: boolean;
  readonly extendedMessage: boolean;
  readonly hostName?: string | undefined;
  readonly domainName?: string | undefined;
  readonly softwareVersion?: string | undefined;
  readonly linkLocalNexthop: boolean;
  readonly multiSession: boolean;
  readonly role?: Role | undefined;
  readonly longLived?: readonly LongLivedFamily[];
  readonly multipleLabels?: readonly MultipleLabels[];
}

/** Our OPEN: the capabilities in the order in which ExaBGP lays them out, so that its recordings still fit. */
export function makeOpenFor(p: OpenParameters): Open {
  const capabilities: readonly (readonly CapabilityTlv[])[] = [
    capabilityTlvs('multiprotocol', p.families),
    p.asn4 ? capabilityTlvs('asn4', p.as) : [],
    p.nexthops === undefined ? [] : capabilityTlvs('extendedNextHop', p.nexthops),
    addPathTlvs(p),
    p.pathsLimit === undefined || p.pathsLimit.length === 0 ? [] : capabilityTlvs('pathsLimit', p.pathsLimit),
    gracefulRestartTlvs(p),
    p.routeRefresh
      ? [...capabilityTlvs('routeRefresh', true), ...capabilityTlvs('enhancedRouteRefresh', true)]
      : [],
    p.operational ? capabilityTlvs('operational', true) : [],
    p.extendedMessage ? capabilityTlvs('extendedMessage', true) : [],
    p.hostName === undefined
      ? []
      : capabilityTlvs('hostname', { host: p.hostName, domain: p.domainName ?? '' }),
    p.softwareVersion === undefined ? [] : capabilityTlvs('softwareVersion', p.softwareVersion),
    p.linkLocalNexthop ? capabilityTlvs('linkLocalNexthop', true) : [],
    p.multiSession ? capabilityTlvs('multisession', [0, 1]) : [],
    // ExaBGP sends none of these: they stand behind what it has
    p.role === undefined ? [] : capabilityTlvs('role', ROLES.indexOf(p.role)),
    p.longLived === undefined ? [] : capabilityTlvs('longLivedGracefulRestart', p.longLived),
    p.multipleLabels === undefined ? [] : capabilityTlvs('multipleLabels', p.multipleLabels),
  ];
  return makeOpen({
    as: p.as,
    holdTimeSeconds: p.holdTimeSeconds,
    routerId: p.routerId,
    capabilityTlvs: capabilities.flat(),
  });
}

function addPathTlvs(p: OpenParameters): readonly CapabilityTlv[] {
  if (p.addPath.length === 0) return [];
  const value = p.addPath.map((entry) => ({
    family: entry.family,
    mode: (entry.receive ? ADD_PATH.receive : 0) + (entry.send ? ADD_PATH.send : 0),
  }));
  return capabilityTlvs('addPath', value);
}

function gracefulRestartTlvs(p: OpenParameters): readonly CapabilityTlv[] {
  const restart = p.gracefulRestart;
  if (restart === undefined) return [];
  const restarting = restart.restarting === false ? 0 : RESTART_FLAG.restarting;
  return capabilityTlvs('gracefulRestart', {
    flags: restarting + (restart.notification ? RESTART_FLAG.notification : 0),
    timeSeconds: restart.timeSeconds,
    families: restart.families.map((family) => ({ family, flags: FORWARDING })),
  });
}
