import { ADD_PATH } from './capabilities/add-path.ts';
import { FORWARDING, RESTART_FLAG } from './capabilities/graceful-restart.ts';
import type { LongLivedFamily } from './capabilities/long-lived-graceful-restart.ts';
import { type CodecContext, sharedContext } from './context.ts';
import { type FamilyId, IPV4_UNICAST } from './family.ts';
import { EXTENDED_LENGTH, STANDARD_LENGTH } from './header.ts';
import { type Open, openAs } from './open.ts';
import { effectivePeerAs } from './open-check.ts';
import { counterpart, type Role, roleOf } from './roles.ts';

/** Graceful restart as the peer announced it. */
export interface PeerRestart {
  readonly timeSeconds: number;
  /** Both sides have the N bit, RFC 8538. */
  readonly notification: boolean;
  /** Families whose routes are kept while the peer restarts; `forwarding`: it kept its state over the last one. */
  readonly families: readonly { readonly family: FamilyId; readonly forwarding: boolean }[];
}

/** What two OPENs agree on. Computed once, when both are known. */
export interface Negotiated {
  readonly localAs: number;
  readonly peerAs: number;
  /** The identifiers of both speakers as unsigned numbers. */
  readonly localId: number;
  readonly peerId: number;
  /** Seconds; 0 means neither KEEPALIVEs nor a hold timer. */
  readonly holdTimeSeconds: number;
  readonly asn4: boolean;
  /** In the order of the peer's OPEN. */
  readonly families: readonly FamilyId[];
  readonly refresh: 'absent' | 'normal' | 'enhanced';
  /** 4096 or 65535 octets. */
  readonly maxMessageLength: number;
  readonly addPath: { readonly send: readonly FamilyId[]; readonly receive: readonly FamilyId[] };
  /** The most paths to one destination that the peer takes, of families whose path identifiers we send. */
  readonly pathsLimits: ReadonlyMap<FamilyId, number>;
  /** RFC 8950: families whose next hop may be of another AFI. */
  readonly extendedNextHop: readonly { readonly family: FamilyId; readonly nextHopAfi: number }[];
  /** RFC 4724, as the peer announced it; undefined unless both sides did. */
  readonly gracefulRestart: PeerRestart | undefined;
  /** RFC 9494: what the peer announced for families agreed on; empty unless both sides have it with graceful restart. */
  readonly longLived: readonly LongLivedFamily[];
  /** What the neighbor is to us by our role, RFC 9234; undefined: we announced none, or it is internal. */
  readonly peerRole: Role | undefined;
  /** Both sides take a link-local address behind a global next hop. */
  readonly linkLocalNexthop: boolean;
  readonly multisession: boolean;
  readonly operational: boolean;
  /** How to read what the peer sends, and write what it reads. */
  readonly receive: CodecContext;
  readonly send: CodecContext;
}

/** RFC 4760 section 8 speaks of families; an OPEN without any means IPv4 unicast, as before that RFC. */
function familiesOf(open: Open): readonly FamilyId[] {
  return open.capabilities.multiprotocol ?? [IPV4_UNICAST];
}

function addPathFamilies(
  from: Open,
  to: Open,
  families: ReadonlySet<FamilyId>,
  order: readonly FamilyId[],
): FamilyId[] {
  const can = (open: Open, family: FamilyId, bit: number): boolean => {
    const entry = open.capabilities.addPath?.find((e) => e.family === family);
    return entry !== undefined && (entry.mode & bit) !== 0;
  };
  return order.filter((f) => families.has(f) && can(from, f, ADD_PATH.send) && can(to, f, ADD_PATH.receive));
}

const NO_LIMITS: Negotiated['pathsLimits'] = new Map();

/** A limit of zero means nothing; of two for one family the first counts. */
function pathsLimitsOf(remote: Open, send: readonly FamilyId[]): Negotiated['pathsLimits'] {
  const limits = (remote.capabilities.pathsLimit ?? []).filter((l) => l.limit > 0 && send.includes(l.family));
  if (limits.length === 0) return NO_LIMITS;
  return new Map(limits.toReversed().map(({ family, limit }) => [family, limit]));
}

function refreshOf(local: Open, remote: Open): Negotiated['refresh'] {
  const [ours, theirs] = [local.capabilities, remote.capabilities];
  if (ours.enhancedRouteRefresh && theirs.enhancedRouteRefresh) return 'enhanced';
  const normal = theirs.routeRefresh ?? theirs.ciscoRouteRefresh;
  return (ours.routeRefresh ?? ours.ciscoRouteRefresh) && normal ? 'normal' : 'absent';
}

function gracefulRestartOf(local: Open, remote: Open): Negotiated['gracefulRestart'] {
  const ours = local.capabilities.gracefulRestart;
  const theirs = remote.capabilities.gracefulRestart;
  if (ours === undefined || theirs === undefined) return undefined;
  const notification = (ours.flags & theirs.flags & RESTART_FLAG.notification) !== 0;
  const families = theirs.families.map(({ family, flags }) => ({
    family,
    forwarding: (flags & FORWARDING) !== 0,
  }));
  return { timeSeconds: theirs.timeSeconds, notification, families };
}

function extendedNextHopOf(local: Open, remote: Open): Negotiated['extendedNextHop'] {
  const ours = local.capabilities.extendedNextHop ?? [];
  const theirs = remote.capabilities.extendedNextHop ?? [];
  return theirs.filter((t) => ours.some((o) => o.family === t.family && o.nextHopAfi === t.nextHopAfi));
}

function longLivedOf(local: Open, remote: Open, agreed: ReadonlySet<FamilyId>): Negotiated['longLived'] {
  const [ours, theirs] = [local.capabilities, remote.capabilities];
  const both = ours.longLivedGracefulRestart !== undefined && ours.gracefulRestart !== undefined;
  if (!both || theirs.gracefulRestart === undefined) return [];
  return (theirs.longLivedGracefulRestart ?? []).filter(({ family }) => agreed.has(family));
}

/** RFC 9234: between systems of one AS there are no roles. */
function peerRoleOf(local: Open, internal: boolean): Role | undefined {
  const role = internal ? undefined : roleOf(local.capabilities.role);
  return role === undefined ? undefined : counterpart(role);
}

type Agreement = Omit<Negotiated, 'receive' | 'send'>;

/**
 * What the OPENs of a session agree on. Both were accepted before.
 * @param localAs ours, which our OPEN does not say where it needs four octets and capability 65 is not announced
 */
export function negotiate(local: Open, remote: Open, localAs = openAs(local)): Negotiated {
  const agreement = agreementOf(local, remote, localAs);
  return { ...agreement, ...contextsOf(agreement, local) };
}

function agreementOf(local: Open, remote: Open, localAs: number): Agreement {
  const [ours, theirs] = [local.capabilities, remote.capabilities];
  const peerAs = effectivePeerAs(ours.asn4 !== undefined, remote);
  const announced = new Set(familiesOf(local));
  const families = [...new Set(familiesOf(remote))].filter((family) => announced.has(family));
  const agreed = new Set(families);
  const send = addPathFamilies(local, remote, agreed, families);
  const extended = ours.extendedMessage === true && theirs.extendedMessage === true;
  return {
    localAs,
    peerAs,
    localId: local.routerId,
    peerId: remote.routerId,
    holdTimeSeconds: Math.min(local.holdTimeSeconds, remote.holdTimeSeconds),
    asn4: ours.asn4 !== undefined && theirs.asn4 !== undefined,
    families,
    refresh: refreshOf(local, remote),
    maxMessageLength: extended ? EXTENDED_LENGTH : STANDARD_LENGTH,
    addPath: { send, receive: addPathFamilies(remote, local, agreed, families) },
    pathsLimits: pathsLimitsOf(remote, send),
    extendedNextHop: extendedNextHopOf(local, remote),
    gracefulRestart: gracefulRestartOf(local, remote),
    longLived: longLivedOf(local, remote, agreed),
    peerRole: peerRoleOf(local, localAs === peerAs),
    linkLocalNexthop: ours.linkLocalNexthop === true && theirs.linkLocalNexthop === true,
    multisession: ours.multisession !== undefined && theirs.multisession !== undefined,
    operational: ours.operational === true && theirs.operational === true,
  };
}

function contextsOf(agreement: Agreement, local: Open): Pick<Negotiated, 'receive' | 'send'> {
  const { asn4, operational, localAs, peerAs, peerRole, addPath, maxMessageLength } = agreement;
  const context = {
    asn4,
    ...(operational ? { operational } : {}),
    families: new Set(agreement.families),
    peering: localAs === peerAs ? 'internal' : 'external',
  } as const;
  return {
    // RFC 8654 section 4: who announced the capability takes long messages whatever the peer announced
    receive: sharedContext({
      ...context,
      addPath: new Set(addPath.receive),
      maxMessageLength: local.capabilities.extendedMessage ? EXTENDED_LENGTH : STANDARD_LENGTH,
      ...(peerRole === undefined ? {} : { peerRole, peerAs }),
    }),
    send: sharedContext({ ...context, addPath: new Set(addPath.send), maxMessageLength }),
  };
}
