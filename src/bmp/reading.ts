import { ADD_PATH } from '../bgp/capabilities/add-path.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { type FamilyId, familyText, IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import type { Open } from '../bgp/open.ts';
import type { Stateless } from './indexed-tlv.ts';
import { asPathFits, canTell, type Fit, nlriFit } from './plausible.ts';
import { type UpdateFields, updateFields } from './update-fields.ts';

/** Which way a RIB view's routes went, seen from the monitored router. */
export type ViewDirection = 'in' | 'out' | 'loc-rib';

/** Families with path identifiers, by direction. */
export type AddPathByDirection = Readonly<Record<ViewDirection, ReadonlySet<FamilyId>>>;

export const NO_ADD_PATH: AddPathByDirection = { in: new Set(), out: new Set(), 'loc-rib': new Set() };

/**
 * What the OPENs of a Peer Up say, RFC 7911 section 4: `in` is what the peer can send and the router can
 * receive, `out` the reverse. The OPENs of a Loc-RIB are made up, so that any bit in either counts.
 */
export function addPathOf(sent: Open | undefined, received: Open | undefined): AddPathByDirection {
  const router = bitsOf(sent);
  const peer = bitsOf(received);
  const families = [...new Set([...router.keys(), ...peer.keys()])];
  const has = (bits: ReadonlyMap<FamilyId, number>, f: FamilyId, bit: number) =>
    ((bits.get(f) ?? 0) & bit) !== 0;
  const both = ADD_PATH.send | ADD_PATH.receive;
  return {
    in: new Set(families.filter((f) => has(peer, f, ADD_PATH.send) && has(router, f, ADD_PATH.receive))),
    out: new Set(families.filter((f) => has(router, f, ADD_PATH.send) && has(peer, f, ADD_PATH.receive))),
    'loc-rib': new Set(families.filter((f) => has(router, f, both) || has(peer, f, both))),
  };
}

function bitsOf(open: Open | undefined): ReadonlyMap<FamilyId, number> {
  return new Map((open?.capabilities.addPath ?? []).map(({ family, mode }) => [family, mode]));
}

/** UPDATEs that must contradict what is settled for a view and family before that changes. */
const CONTRADICTIONS = 2;

interface Learned {
  /** What the octets showed; undefined while all could be read both ways. */
  settled: boolean | undefined;
  contradictions: number;
}

/** How one UPDATE is read, and in what that differs from what the router announced. */
export interface Reading {
  readonly context: CodecContext;
  readonly repaired: string | undefined;
  /** It is the first that is read so, or it contradicts what was learned: worth an event of its own. */
  readonly surprising: boolean;
}

/** Whether NLRI have path identifiers: as the OPENs and the octets show, or as the configuration has it. */
export const ADD_PATH_MODES = ['auto', 'yes', 'no'] as const;
export type AddPathMode = (typeof ADD_PATH_MODES)[number];

/** What one message says of how it is to be read. */
export interface FrameFacts {
  readonly view: string;
  readonly direction: ViewDirection;
  /** The A flag is clear. */
  readonly asn4: boolean;
  readonly stateless?: Stateless | undefined;
}

/** How regular UPDATEs of a view are read, where nothing is left to be found out. */
export interface Settled {
  readonly context: CodecContext;
  /** Of these families. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/**
 * How the UPDATEs of one peer are read: what its OPENs and flags announce, corrected by what its octets
 * show. Routers leave out path identifiers that were agreed on, add some that were not, and send two-octet
 * AS paths without the A flag.
 */
export class PeerReading {
  readonly #announced: AddPathByDirection;
  readonly #mode: AddPathMode;
  readonly #learned = new Map<string, Learned>();
  #fourOctetAs: boolean | undefined;
  #surprising = false;
  #changes = 0;

  constructor(announced: AddPathByDirection, mode: AddPathMode = 'auto') {
    this.#announced = announced;
    this.#mode = mode;
  }

  /** Grows whenever it finds out something: what `settled` gave before may be wrong then. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * How `of` reads UPDATEs whose routes of IPv4 and IPv6 unicast fit, and whose AS paths do; undefined where it
   * may have something to find out, or to repair.
   */
  settled(view: string, direction: ViewDirection, declared: boolean): Settled | undefined {
    if ((this.#fourOctetAs ?? declared) !== declared) return undefined;
    const announced = this.#announced[direction];
    const is = (family: FamilyId): boolean => {
      const learned = this.#mode === 'auto' ? this.#learned.get(`${view} ${family}`) : undefined;
      if (learned === undefined) return this.#mode !== 'auto';
      return learned.contradictions === 0 && learned.settled === announced.has(family);
    };
    const [ipv4, ipv6] = [is(IPV4_UNICAST), is(IPV6_UNICAST)];
    if (!ipv4 && !ipv6) return undefined;
    const forced = new Set(this.#mode === 'no' ? [] : [IPV4_UNICAST, IPV6_UNICAST]);
    const addPath = this.#mode === 'auto' ? announced : forced;
    return { context: { ...DEFAULT_CONTEXT, asn4: declared, addPath }, ipv4, ipv6 };
  }

  /**
   * @param body of an UPDATE, without its BGP header
   * @param from what the message says of itself
   */
  of(body: Uint8Array, from: FrameFacts): Reading {
    const announced = announcedFor(this.#announced[from.direction], from.stateless);
    const fields = updateFields(body);
    this.#surprising = false;
    if (fields === undefined) {
      const context = { ...DEFAULT_CONTEXT, asn4: from.asn4, addPath: announced };
      return { context, repaired: undefined, surprising: false };
    }
    const repairs: string[] = [];
    const addPath =
      this.#mode === 'auto'
        ? this.#addPath(fields, from.view, announced, repairs)
        : new Set(this.#mode === 'no' ? [] : fields.nlri.map(({ family }) => family));
    const declared = from.asn4 || from.stateless?.asn4 === true;
    const asn4 = this.#asn4(fields.asPath, declared);
    if (asn4 !== declared) repairs.push(`AS numbers of ${asn4 ? 'four' : 'two'} octets`);
    const repaired = repairs.length === 0 ? undefined : repairs.join('; ');
    return { context: { ...DEFAULT_CONTEXT, asn4, addPath }, repaired, surprising: this.#surprising };
  }

  #asn4(asPath: Uint8Array | undefined, announced: boolean): boolean {
    const expected = this.#fourOctetAs ?? announced;
    if (asPath === undefined || asPathFits(asPath, expected ? 4 : 2)) return expected;
    if (!asPathFits(asPath, expected ? 2 : 4)) return announced;
    this.#fourOctetAs = !expected;
    this.#changes++;
    this.#surprising = true;
    return !expected;
  }

  #addPath(
    { nlri }: UpdateFields,
    view: string,
    announced: ReadonlySet<FamilyId>,
    repairs: string[],
  ): ReadonlySet<FamilyId> {
    let families: Set<FamilyId> | undefined;
    for (const family of new Set(nlri.map((field) => field.family))) {
      const octets = nlri.filter((field) => field.family === family).map((field) => field.octets);
      const pathIds = this.#pathIds(octets, family, view, announced.has(family));
      if (pathIds === announced.has(family)) continue;
      families ??= new Set(announced);
      if (pathIds) families.add(family);
      else families.delete(family);
      repairs.push(`${familyText(family)} ${pathIds ? 'with' : 'without'} path identifiers`);
    }
    return families ?? announced;
  }

  #pathIds(fields: readonly Uint8Array[], family: FamilyId, view: string, announced: boolean): boolean {
    if (!canTell(family)) return announced;
    const learned = this.#learnedOf(`${view} ${family}`);
    const expected = learned.settled ?? announced;
    const asExpected = fitOf(fields, family, expected);
    const settled = learned.settled !== undefined && learned.contradictions === 0;
    if (settled && asExpected !== 'none') return expected;
    this.#changes++;
    const otherwise = fitOf(fields, family, !expected);
    if (asExpected === 'none') {
      if (otherwise === 'none') return expected;
      this.#surprising = true;
      return contradicted(learned, expected);
    }
    if (otherwise === 'none') {
      learned.settled = expected;
      learned.contradictions = 0;
      return expected;
    }
    if (learned.settled !== undefined || asExpected !== 'odd' || otherwise !== 'good') return expected;
    this.#surprising = true;
    return !expected;
  }

  #learnedOf(key: string): Learned {
    const known = this.#learned.get(key);
    if (known !== undefined) return known;
    const learned = { settled: undefined, contradictions: 0 };
    this.#learned.set(key, learned);
    return learned;
  }
}

/** A message that says how it is to be read has its way before the OPENs. */
function announcedFor(
  announced: ReadonlySet<FamilyId>,
  stateless: Stateless | undefined,
): ReadonlySet<FamilyId> {
  if (stateless === undefined || stateless.addPath.size === 0) return announced;
  const families = new Set(announced);
  for (const [family, pathIds] of stateless.addPath) {
    if (pathIds) families.add(family);
    else families.delete(family);
  }
  return families;
}

/** The worst fit of several fields of one family. */
function fitOf(fields: readonly Uint8Array[], family: FamilyId, pathIds: boolean): Fit {
  let worst: Fit = 'good';
  for (const octets of fields) {
    const fit = nlriFit(octets, family, pathIds);
    if (fit === 'none') return fit;
    if (fit === 'odd') worst = fit;
  }
  return worst;
}

/** An UPDATE that reads only otherwise: the first one settles, later ones have to insist. */
function contradicted(learned: Learned, expected: boolean): boolean {
  learned.contradictions++;
  if (learned.settled === undefined || learned.contradictions >= CONTRADICTIONS) {
    learned.settled = !expected;
    learned.contradictions = 0;
  }
  return !expected;
}
