import { ShortInputError } from '../wire/errors.ts';
import { PrefixError } from '../wire/prefix.ts';
import { Reader } from '../wire/reader.ts';
import { written } from '../wire/writer.ts';
import { type Attributes, type DecodedAttributes, decodeAttributes } from './attributes/index.ts';
import type { MpReach, MpUnreach } from './attributes/mp-reach.ts';
import type { CodecContext } from './context.ts';
import { ACTIONS, type Action, MalformedAttributeError, notify, strongest } from './errors.ts';
import { type FamilyId, familyText, IPV4_UNICAST } from './family.ts';
import type { NotificationSubcode } from './iana.ts';
import { decodeNextHop } from './mp-next-hop.ts';
import type { NextHop } from './nlri/codec.ts';
import { decodeNlriField, encodeNlri, type Nlri, nlriCodec } from './nlri/index.ts';
import { RD_OCTETS } from './nlri/rd.ts';
import { hasOtc, routeLeak } from './roles.ts';

export { encodeEndOfRib, encodeUpdates, withdrawsWithAttributes } from './update-encode.ts';

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
  /** Without MP_REACH_NLRI and MP_UNREACH_NLRI, whose routes are in `announced` and `withdrawn`. */
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
  /** Why its routes are a leak by RFC 9234 section 5, where roles are configured. */
  readonly leak?: string;
}

/** The three fields of an UPDATE as octets. */
interface Fields {
  readonly withdrawn: Uint8Array;
  readonly attributes: Uint8Array;
  readonly nlri: Uint8Array;
}

/**
 * The body of an UPDATE, without its header, by RFC 4271 section 6.3 and RFC 7606.
 * @throws NotificationError for what resets the session
 */
export function decodeUpdate(body: Uint8Array, context: CodecContext): Update {
  const fields = readFields(body);
  if (body.length === 4) return endOfRib(IPV4_UNICAST);
  const withdrawn = networks(fields.withdrawn, context, true);
  const announced = networks(fields.nlri, context, false);
  const decoded = decodeAttributes(fields.attributes, context);
  const { mpReach, mpUnreach, ...attributes } = decoded.attributes;
  if (isEndOfRib(decoded, mpUnreach, withdrawn, announced)) return endOfRib(mpUnreach.family);
  for (const problem of decoded.malformed) if (problem.action === 'session-reset') throw resetOf(problem);

  const malformed = [...decoded.malformed];
  const reach = readReach(mpReach, context, malformed);
  const unreach = readUnreach(mpUnreach, context, malformed);
  const mandatory = missing(decoded, announced.length > 0, (mpReach?.nlri.length ?? 0) > 0, context);
  if (mandatory !== undefined) malformed.push(mandatory);

  const plain: Announced[] =
    announced.length === 0
      ? []
      : [{ family: IPV4_UNICAST, nextHop: plainNextHop(attributes), nlri: announced }];
  const plainWithdrawn: Withdrawn[] =
    withdrawn.length === 0 ? [] : [{ family: IPV4_UNICAST, nlri: withdrawn }];
  const reachable = announced.length > 0 || (mpReach?.nlri.length ?? 0) > 0;
  const leak = leakOf(attributes.otc, [...plain, ...reach], context);
  return verdict(
    {
      attributes,
      announced: [...plain, ...reach],
      withdrawn: [...plainWithdrawn, ...unreach],
      endOfRib: undefined,
      malformed,
      ...(leak === undefined ? {} : { leak }),
    },
    { reachable, keep: context.keepsMalformed === true },
  );
}

function leakOf(
  otc: number | undefined,
  announced: readonly Announced[],
  { peerRole, peerAs }: CodecContext,
): string | undefined {
  if (peerRole === undefined || peerAs === undefined) return undefined;
  return announced.some(({ family }) => hasOtc(family)) ? routeLeak(otc, peerRole, peerAs) : undefined;
}

function readFields(body: Uint8Array): Fields {
  const r = new Reader(body);
  try {
    const withdrawn = r.octets(r.u16());
    const attributes = r.octets(r.u16());
    return { withdrawn, attributes, nlri: r.rest() };
  } catch (err) {
    if (!(err instanceof ShortInputError)) throw err;
    throw notify('UPDATE Message Error', 'Malformed Attribute List', {
      reason: `the fields of the UPDATE are longer than it: ${err.message}`,
      cause: err,
    });
  }
}

/** The plain IPv4 unicast prefixes of the withdrawn routes and NLRI fields. */
function networks(octets: Uint8Array, context: CodecContext, withdraw: boolean): Nlri[] {
  if (octets.length === 0) return [];
  try {
    return decodeNlriField(octets, IPV4_UNICAST, context, withdraw);
  } catch (err) {
    if (!isMalformedNlri(err)) throw err;
    throw notify('UPDATE Message Error', 'Invalid Network Field', { reason: err.message, cause: err });
  }
}

function isMalformedNlri(err: unknown): err is Error {
  return err instanceof ShortInputError || err instanceof PrefixError || err instanceof RangeError;
}

function endOfRib(family: FamilyId): Update {
  return { attributes: {}, announced: [], withdrawn: [], endOfRib: family, malformed: [], action: undefined };
}

function isEndOfRib(
  decoded: DecodedAttributes,
  mpUnreach: MpUnreach | undefined,
  withdrawn: readonly Nlri[],
  announced: readonly Nlri[],
): mpUnreach is MpUnreach {
  const alone = decoded.seen.size === 1 && decoded.malformed.length === 0;
  return alone && mpUnreach?.nlri.length === 0 && withdrawn.length === 0 && announced.length === 0;
}

/** NOTIFICATION data of an attribute: RFC 4271 section 6.3 wants it whole; one that is huge is left out. */
const MAX_DATA = 4096 - 21;
const WITHOUT_DATA: readonly NotificationSubcode<'UPDATE Message Error'>[] = [
  'Malformed Attribute List',
  'Malformed AS_PATH',
];

function resetOf(problem: MalformedAttributeError): Error {
  const data =
    WITHOUT_DATA.includes(problem.subcode) || problem.octets.length > MAX_DATA ? undefined : problem.octets;
  return notify('UPDATE Message Error', problem.subcode, {
    reason: problem.message,
    cause: problem,
    ...(data === undefined ? {} : { data }),
  });
}

type Mp = { readonly code: 14 | 15; readonly family: FamilyId; readonly nlri: Uint8Array };

/** A family that was not agreed on is no reason to end a session: its routes are ignored, and that is told. */
function isAgreed(mp: Mp, context: CodecContext, malformed: MalformedAttributeError[]): boolean {
  if (context.families === undefined || context.families.has(mp.family)) return true;
  malformed.push(mpProblem(mp, 'attribute-discard', `${familyText(mp.family)} was not agreed on`));
  return false;
}

function mpProblem(mp: Mp, action: Action, reason: string, cause?: unknown): MalformedAttributeError {
  const attribute = mp.code === 14 ? 'mp-reach-nlri' : 'mp-unreach-nlri';
  const subcode = 'Optional Attribute Error';
  const fields = { code: mp.code, attribute, action, reason, subcode, octets: mp.nlri } as const;
  return new MalformedAttributeError(fields, { cause });
}

function readReach(
  value: MpReach | undefined,
  context: CodecContext,
  malformed: MalformedAttributeError[],
): Announced[] {
  if (value === undefined) return [];
  const mp = { code: 14, ...value } as const;
  if (!isAgreed(mp, context, malformed)) return [];
  return readMp(mp, () => {
    const nextHop = nextHopOf(value, context);
    const nlri = decodeNlriField(value.nlri, value.family, context, false);
    if (context.peering !== undefined) malformed.push(...problemsOf(mp, nlri, context));
    return nlri.length === 0 ? [] : [{ family: value.family, nextHop, nlri }];
  });
}

/** RFC 8955 section 10: routes that could be told apart and not be understood are treated as withdrawn. */
function problemsOf(mp: Mp, nlri: readonly Nlri[], context: CodecContext): MalformedAttributeError[] {
  const { problem } = nlriCodec(mp.family);
  if (problem === undefined) return [];
  return nlri.flatMap((one) => {
    const reason = problem(one.value);
    if (reason === undefined) return [];
    const octets = written((w) => encodeNlri(w, one, context, false));
    return [mpProblem({ ...mp, nlri: octets }, 'treat-as-withdraw', `${familyText(mp.family)}: ${reason}`)];
  });
}

/** Routers report to BMP stations next hops of no octets, or of a Route Distinguisher alone: taken as none. */
function nextHopOf({ nextHop, family }: MpReach, context: CodecContext): NextHop | undefined {
  const none = nextHop.length === 0 || (nlriCodec(family).nextHopRd === true && nextHop.length === RD_OCTETS);
  return context.peering === undefined && none ? undefined : decodeNextHop(nextHop, family);
}

function readUnreach(
  value: MpUnreach | undefined,
  context: CodecContext,
  malformed: MalformedAttributeError[],
): Withdrawn[] {
  if (value === undefined) return [];
  const mp = { code: 15, ...value } as const;
  if (!isAgreed(mp, context, malformed)) return [];
  return readMp(mp, () => {
    const nlri = decodeNlriField(value.nlri, value.family, context, true);
    return nlri.length === 0 ? [] : [{ family: value.family, nlri }];
  });
}

/** RFC 7606 section 5.3: NLRI that cannot be read leave nothing to withdraw. */
function readMp<T>(mp: Mp, read: () => T): T {
  try {
    return read();
  } catch (err) {
    if (!isMalformedNlri(err)) throw err;
    throw resetOf(mpProblem(mp, 'session-reset', `${familyText(mp.family)}: ${err.message}`, err));
  }
}

const MANDATORY = [
  { code: 1, attribute: 'origin' },
  { code: 2, attribute: 'as-path' },
  { code: 3, attribute: 'next-hop' },
] as const;

/** RFC 7606 section 3 d. Reports of others (BMP, files) are taken as they are. */
function missing(
  decoded: DecodedAttributes,
  plain: boolean,
  multiprotocol: boolean,
  context: CodecContext,
): MalformedAttributeError | undefined {
  if (context.peering === undefined || !(plain || multiprotocol)) return undefined;
  const lost = MANDATORY.find(({ code }) => !decoded.seen.has(code) && (code !== 3 || plain));
  if (lost === undefined) return undefined;
  return new MalformedAttributeError({
    ...lost,
    action: 'treat-as-withdraw',
    reason: 'missing',
    octets: Uint8Array.of(lost.code),
    subcode: 'Missing Well-known Attribute',
  });
}

function plainNextHop(attributes: Attributes): NextHop | undefined {
  return attributes.nextHop === undefined ? undefined : { address: attributes.nextHop };
}

/** Carries out the strongest action. Without routes to withdraw, RFC 7606 section 5.2 resets the session. */
function verdict(
  update: Omit<Update, 'action'>,
  { reachable, keep }: { readonly reachable: boolean; readonly keep: boolean },
): Update {
  const action = update.malformed.reduce<Action | undefined>(
    (worst, one) => strongest(worst, one.action),
    undefined,
  );
  if (action !== 'treat-as-withdraw' || keep) return { ...update, action };
  const first = update.malformed.find((one) => ACTIONS.indexOf(one.action) > 0);
  if (!reachable && first !== undefined) throw resetOf(first);
  const moved = update.announced.map(({ family, nlri }) => ({ family, nlri }));
  return { ...update, announced: [], withdrawn: [...update.withdrawn, ...moved], action };
}
