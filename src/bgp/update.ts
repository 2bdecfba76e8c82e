import type { Attributes } from './attributes/index.ts';
import type { Action, MalformedAttributeError } from './errors.ts';
import type { FamilyId } from './family.ts';
import type { NextHop } from './nlri/codec.ts';
import type { Nlri } from './nlri/index.ts';

/** Routes of one family and next hop that an UPDATE announces. */
export interface Announced {
  readonly family: FamilyId;
  /** Undefined: the family needs none (FlowSpec), or the UPDATE lacks it. */
  readonly nextHop: NextHop | undefined;
  readonly nlri: readonly Nlri[];
}

/** Routes of one family that an UPDATE withdraws. */
export interface Withdrawn {
  readonly family: FamilyId;
  readonly nlri: readonly Nlri[];
}

/** UPDATE, RFC 4271 section 4.3 with RFC 4760: plain values, in the order of the octets. */
export interface Update {
  readonly attributes: Attributes;
  readonly announced: readonly Announced[];
  readonly withdrawn: readonly Withdrawn[];
  /** End-of-RIB marker of this family, RFC 4724 section 2. */
  readonly endOfRib: FamilyId | undefined;
  /** What RFC 7606 found; empty for a good UPDATE. */
  readonly malformed: readonly MalformedAttributeError[];
  /**
   * The strongest action of `malformed`. With `treat-as-withdraw` the routes that the UPDATE would have
   * announced stand in `withdrawn`, and `announced` is empty. `session-reset` is thrown instead.
   */
  readonly action: Action | undefined;
}
