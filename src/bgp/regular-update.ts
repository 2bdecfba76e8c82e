import { FLAG } from './attributes/codec.ts';
import { attributeByCode, renderByCode } from './attributes/index.ts';
import { type Span, u16At } from './attributes/render.ts';
import { type CodecContext, DEFAULT_CONTEXT } from './context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from './family.ts';
import { HEADER_LENGTH, wholeUpdateAt } from './header.ts';

const ORIGIN = 1;
const AS_PATH = 2;
const NEXT_HOP = 3;
const MP_REACH = 14;
const MP_UNREACH = 15;
const TYPE_BITS = FLAG.optional | FLAG.transitive;
const CODES = 256;
/** AFI, SAFI and length of the next hop. */
const REACH_HEADER = 4;
const UNREACH_HEADER = 3;
const IPV6_HOP = 16;

/** Whether the attribute's `decode` takes these octets without complaint. */
export type Regular = (span: Span) => boolean;

/** Prefixes of one family in a row; none where both are equal. */
interface Range {
  from: number;
  to: number;
}

/**
 * Where the parts of an UPDATE stand, if it is regular: routes of IPv4 and IPv6 unicast, attributes that have a
 * `render`, and nothing that RFC 7606 or the session's agreement object to. `decodeUpdate` then takes it without
 * a complaint, so that nobody needs to decode what nobody looks at. One object is used again and again.
 */
export class RegularUpdate implements Span {
  octets: Uint8Array = new Uint8Array(0);
  /** Octets of the whole message, or of its parts together. */
  size = 0;
  context: CodecContext = DEFAULT_CONTEXT;
  /** The value of the attribute that `select` chose. */
  from = 0;
  to = 0;
  /** Codes of the attributes that are there, ascending; MP_REACH_NLRI and MP_UNREACH_NLRI are not among them. */
  readonly codes = new Uint8Array(CODES);
  codeCount = 0;
  /** Next hop of the IPv6 routes: 16 octets here. */
  reachHop = 0;
  /** All path attributes. */
  readonly attributes: Range = { from: 0, to: 0 };
  readonly withdrawn: Range = { from: 0, to: 0 };
  readonly announced: Range = { from: 0, to: 0 };
  readonly reach: Range = { from: 0, to: 0 };
  readonly unreach: Range = { from: 0, to: 0 };
  readonly #from = new Int32Array(CODES);
  readonly #to = new Int32Array(CODES);
  /** Number of the reading that found the attribute. */
  readonly #found = new Int32Array(CODES);
  readonly #unshown: ReadonlyMap<number, Regular>;
  #reading = 0;

  /** @param unshown attributes without a `render` that are regular all the same, for who does not show them */
  constructor(unshown: ReadonlyMap<number, Regular> = new Map()) {
    this.#unshown = unshown;
  }

  /**
   * @param octets hold a whole message from `start` to `end`, whose header is known to be that of an UPDATE
   * @returns false: it is not regular
   */
  read(octets: Uint8Array, context: CodecContext, start = 0, end = octets.length): boolean {
    const body = start + HEADER_LENGTH;
    if (end - start > context.maxMessageLength || end < body + 4) return false;
    const withdrawnTo = body + 2 + u16At(octets, body);
    if (withdrawnTo + 2 > end) return false;
    const attributesTo = withdrawnTo + 2 + u16At(octets, withdrawnTo);
    if (attributesTo > end) return false;
    this.#begin(octets, context, end - start);
    set(this.withdrawn, body + 2, withdrawnTo);
    set(this.announced, attributesTo, end);
    return this.#isRegularUpdate(withdrawnTo + 2, attributesTo);
  }

  /** Path attributes and an IPv4 route that stand apart from each other, as in a table's dump. */
  readRoute(
    octets: Uint8Array,
    context: CodecContext,
    attributes: Readonly<Range>,
    route: Readonly<Range>,
  ): boolean {
    this.#begin(octets, context, attributes.to - attributes.from + route.to - route.from);
    set(this.withdrawn, 0, 0);
    set(this.announced, route.from, route.to);
    return this.#isRegularUpdate(attributes.from, attributes.to);
  }

  #begin(octets: Uint8Array, context: CodecContext, size: number): void {
    this.octets = octets;
    this.size = size;
    this.context = context;
    this.codeCount = 0;
    this.#reading++;
    set(this.reach, 0, 0);
    set(this.unreach, 0, 0);
  }

  #isRegularUpdate(attributesFrom: number, attributesTo: number): boolean {
    set(this.attributes, attributesFrom, attributesTo);
    return (
      this.#attributes(attributesFrom, attributesTo) &&
      this.#areRoutes(this.withdrawn, IPV4_UNICAST) &&
      this.#areRoutes(this.announced, IPV4_UNICAST) &&
      this.#hasMandatory() &&
      this.#hasRoutes()
    );
  }

  has(code: number): boolean {
    return this.#found[code] === this.#reading;
  }

  /** Makes this the span of one attribute's value, which must be there. */
  select(code: number): this {
    this.from = this.#from[code] as number;
    this.to = this.#to[code] as number;
    return this;
  }

  pathIds(family: number): boolean {
    return this.context.addPath.has(family);
  }

  #attributes(from: number, end: number): boolean {
    const { octets } = this;
    let at = from;
    while (at < end) {
      if (end - at < 3) return false;
      const flags = octets[at] as number;
      const code = octets[at + 1] as number;
      const extended = (flags & FLAG.extendedLength) !== 0;
      if (extended && end - at < 4) return false;
      const value = at + (extended ? 4 : 3);
      const length = extended ? u16At(octets, at + 2) : (octets[at + 2] as number);
      at = value + length;
      if (at > end || this.has(code)) return false;
      this.#found[code] = this.#reading;
      this.#from[code] = value;
      this.#to[code] = at;
      if (!this.#isRegular(code, flags)) return false;
    }
    return true;
  }

  #isRegular(code: number, flags: number): boolean {
    if (code === MP_REACH || code === MP_UNREACH) {
      if ((flags & TYPE_BITS) !== FLAG.optional) return false;
      return code === MP_REACH ? this.#reach() : this.#unreach();
    }
    const usual = renderByCode(code);
    if (usual === undefined) return this.#isUnshown(code, flags);
    if ((flags & TYPE_BITS) !== usual.typeBits) return false;
    if (usual.internalOnly && this.context.peering === 'external') return false;
    if (!usual.regular(this.select(code))) return false;
    this.#list(code);
    return true;
  }

  /** Attributes that lines have no place for, or that only the plain way shows. */
  #isUnshown(code: number, flags: number): boolean {
    const regular = this.#unshown.get(code);
    const codec = regular && attributeByCode(code);
    if (codec === undefined || (flags & TYPE_BITS) !== (codec.flags & TYPE_BITS)) return false;
    if (codec.internalOnly === true && this.context.peering === 'external') return false;
    return regular?.(this.select(code)) === true;
  }

  /** Senders write attributes in ascending order: nothing to move. */
  #list(code: number): void {
    const { codes } = this;
    let i = this.codeCount++;
    for (; i > 0 && (codes[i - 1] as number) > code; i--) codes[i] = codes[i - 1] as number;
    codes[i] = code;
  }

  #reach(): boolean {
    const { octets, from, to } = this.select(MP_REACH);
    const routes = from + REACH_HEADER + IPV6_HOP + 1;
    if (routes >= to || !this.#isIpv6(from) || octets[from + 3] !== IPV6_HOP) return false;
    this.reachHop = from + REACH_HEADER;
    set(this.reach, routes, to);
    return this.#areRoutes(this.reach, IPV6_UNICAST);
  }

  #unreach(): boolean {
    const { from, to } = this.select(MP_UNREACH);
    if (from + UNREACH_HEADER >= to || !this.#isIpv6(from)) return false;
    set(this.unreach, from + UNREACH_HEADER, to);
    return this.#areRoutes(this.unreach, IPV6_UNICAST);
  }

  #isIpv6(at: number): boolean {
    const { octets, context } = this;
    const is = u16At(octets, at) * 256 + (octets[at + 2] as number) === IPV6_UNICAST;
    return is && (context.families === undefined || context.families.has(IPV6_UNICAST));
  }

  /** Whether prefixes fill the range exactly. */
  #areRoutes({ from, to }: Range, family: number): boolean {
    const { octets } = this;
    const most = family === IPV4_UNICAST ? 32 : 128;
    const before = from < to && this.pathIds(family) ? 4 : 0;
    let at = from;
    while (at < to) {
      if (at + before >= to) return false;
      const bits = octets[at + before] as number;
      if (bits > most) return false;
      at += before + 1 + ((bits + 7) >> 3);
    }
    return at === to || from >= to;
  }

  /** RFC 7606 section 3 d, also where nobody asks for it: routes without a next hop are shown the plain way. */
  #hasMandatory(): boolean {
    const plain = this.announced.from < this.announced.to;
    if (!plain && this.reach.to === 0) return true;
    return this.has(ORIGIN) && this.has(AS_PATH) && (!plain || this.has(NEXT_HOP));
  }

  /** An UPDATE without routes may be an End-of-RIB. */
  #hasRoutes(): boolean {
    const { withdrawn, announced, reach, unreach } = this;
    return withdrawn.from < withdrawn.to || announced.from < announced.to || reach.to > 0 || unreach.to > 0;
  }
}

const LAYOUT = new RegularUpdate();

/**
 * Calls with each of the regular UPDATEs that stand in a row from `from` on, until `each` says false. The object is
 * always the same.
 * @returns where the first message stands that was not taken: another one, or one that is not there in whole
 */
export function eachRegular(
  octets: Uint8Array,
  from: number,
  { context, each }: { readonly context: CodecContext; readonly each: (update: RegularUpdate) => boolean },
): number {
  for (let at = from; ; ) {
    const length = wholeUpdateAt(octets, at);
    if (length === 0 || !LAYOUT.read(octets, context, at, at + length)) return at;
    at += length;
    if (!each(LAYOUT)) return at;
  }
}

function set(range: Range, from: number, to: number): void {
  range.from = from;
  range.to = to;
}
