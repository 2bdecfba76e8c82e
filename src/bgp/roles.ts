import type { Attributes } from './attributes/index.ts';
import { otc } from './attributes/otc.ts';
import { ROLES } from './capabilities/role.ts';
import { notify } from './errors.ts';
import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from './family.ts';
import type { Open } from './open.ts';

export type Role = (typeof ROLES)[number];

export interface RoleSettings {
  readonly role: Role;
  /** The peer must tell its role too. */
  readonly strict: boolean;
}

/** The role that a peer must have, RFC 9234 section 4.2, table 2. */
const COUNTERPART: Readonly<Record<Role, Role>> = {
  provider: 'customer',
  customer: 'provider',
  rs: 'rs-client',
  'rs-client': 'rs',
  peer: 'peer',
};

/** What kind of neighbor an external peer is to a speaker of this role. */
export function counterpart(role: Role): Role {
  return COUNTERPART[role];
}

export function roleOf(value: number | undefined): Role | undefined {
  return value === undefined ? undefined : ROLES[value];
}

/**
 * Whether the roles of both speakers correspond, RFC 9234 section 4.2.
 * @throws NotificationError 2/11
 */
export function checkRole(remote: Open, local: RoleSettings): void {
  const theirs = new Set(remote.capabilityTlvs.flatMap((tlv) => (tlv.key === 'role' ? [tlv.value] : [])));
  const [value, ...others] = theirs;
  if (others.length > 0) throw mismatch('more than one role');
  if (value === undefined) {
    if (local.strict) throw mismatch('no role, and ours is strict');
    return;
  }
  const role = roleOf(value);
  if (role !== counterpart(local.role)) throw mismatch(`the role ${role ?? value}, ours is ${local.role}`);
}

function mismatch(reason: string): Error {
  return notify('OPEN Message Error', 'Role Mismatch', { reason: `the peer has ${reason}` });
}

/** Families to which RFC 9234 section 5 applies the OTC attribute. */
export function hasOtc(family: FamilyId): boolean {
  return family === IPV4_UNICAST || family === IPV6_UNICAST;
}

/**
 * Why a received route is a leak, RFC 9234 section 5, ingress 1 and 2; undefined: it is none.
 * @param peer what the neighbor is to us
 */
export function routeLeak(value: number | undefined, peer: Role, peerAs: number): string | undefined {
  if (value === undefined) return undefined;
  if (peer === 'customer' || peer === 'rs-client') return `OTC ${value} from a ${peer}`;
  return peer === 'peer' && value !== peerAs ? `OTC ${value} from the peer AS ${peerAs}` : undefined;
}

/**
 * The attributes of a route that goes out with OTC where RFC 9234 section 5 has it added (egress 1);
 * undefined: the route must not go to this neighbor (egress 2).
 * @param peer what the neighbor is to us
 */
export function withOtc(attributes: Attributes, peer: Role, localAs: number): Attributes | undefined {
  if (attributes.otc !== undefined || attributes.raw?.some(({ code }) => code === otc.code) === true) {
    return peer === 'provider' || peer === 'peer' || peer === 'rs' ? undefined : attributes;
  }
  return peer === 'customer' || peer === 'peer' || peer === 'rs-client'
    ? { ...attributes, otc: localAs }
    : attributes;
}
