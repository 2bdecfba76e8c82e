import { type Attributes, encodeAttributes } from '../bgp/attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { type FamilyId, IPV4_UNICAST, SAFI, safiOf } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { encodeNlri, type Nlri, nlriKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { encodeUpdates, withdrawsWithAttributes } from '../bgp/update.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { toHex } from '../wire/hex.ts';
import { written } from '../wire/writer.ts';
import { type Preparation, RefusedRouteError } from './outgoing.ts';

/** Routes that leave in the same UPDATEs. */
interface Group {
  readonly kind: 'announce' | 'withdraw';
  readonly family: FamilyId;
  readonly attributes: Attributes;
  readonly nextHop: NextHop | undefined;
  readonly routes: Route[];
}

export interface PackingOptions {
  readonly preparation: Preparation;
  readonly context: CodecContext;
  readonly groupUpdates: boolean;
  /** A route that cannot be sent; the others are. */
  refused(route: Route, reason: string): void;
}

/**
 * Whole UPDATE messages for routes in the order given. IPv4 unicast routes with the same attributes and IPv4
 * next hop share an UPDATE, sorted, where the first of them stands, and so do MCAST-VPN routes, in their order;
 * every other route has its own.
 */
export class Packing {
  readonly #options: PackingOptions;
  #groups: Group[] = [];
  readonly #byKey = new Map<string, Group>();
  #attributes: Attributes | undefined;
  #attributesKey = '';

  constructor(options: PackingOptions) {
    this.#options = options;
  }

  announce(route: Route): void {
    try {
      const { attributes, nextHop } = this.#options.preparation.announce(route);
      const { family } = route.nlri;
      const shares = isShared(family, nextHop);
      const key = shares ? `${family} ${this.#keyOf(attributes)} ${toHex(nextHop.address)}` : undefined;
      this.#add({ kind: 'announce', family, attributes, nextHop, routes: [route] }, key);
    } catch (err) {
      if (!(err instanceof RefusedRouteError || err instanceof FieldOverflowError)) throw err;
      this.#options.refused(route, err.message);
    }
  }

  /**
   * @param known false: the route was never announced. ExaBGP's handlers then expect, of families whose
   * withdrawals carry attributes, an UPDATE of these alone.
   */
  withdraw(route: Route, known = true): void {
    const { family } = route.nlri;
    const carries = withdrawsWithAttributes(family);
    const beside = carries ? this.#options.preparation.withdraw(route) : NOTHING;
    const group: Group = { kind: 'withdraw', family, ...beside, routes: carries && !known ? [] : [route] };
    this.#add(group, family === IPV4_UNICAST ? 'withdraw' : undefined);
  }

  /** The messages of all routes since the last call. */
  finish(): Uint8Array[] {
    const groups = this.#groups;
    this.#groups = [];
    this.#byKey.clear();
    return groups.flatMap((group) => this.#encode(group));
  }

  #add(group: Group, key: string | undefined): void {
    const [route] = group.routes;
    if (key === undefined || !this.#options.groupUpdates || route === undefined) {
      this.#groups.push(group);
      return;
    }
    const distinct = this.#options.context.addPath.has(group.family) ? this.#free(key, route.nlri) : key;
    const found = this.#byKey.get(distinct);
    if (found !== undefined) {
      found.routes.push(route);
      return;
    }
    this.#byKey.set(distinct, group);
    this.#groups.push(group);
  }

  /** ExaBGP's handlers expect the paths to one prefix in separate UPDATEs. */
  #free(key: string, nlri: Nlri): string {
    const prefix = nlriKey({ family: nlri.family, value: nlri.value });
    let nth = 0;
    while (this.#byKey.has(`${nth} ${prefix} ${key}`)) nth++;
    this.#byKey.set(`${nth} ${prefix} ${key}`, NO_GROUP);
    return `${nth} ${key}`;
  }

  /** Octets of attributes as text, computed anew only where the object differs from the route before. */
  #keyOf(attributes: Attributes): string {
    if (this.#attributes !== attributes) {
      this.#attributesKey = attributesKey(attributes, this.#options.context);
      this.#attributes = attributes;
    }
    return this.#attributesKey;
  }

  #encode(group: Group): Uint8Array[] {
    const { kind, family, attributes, nextHop } = group;
    const sorts = group.routes.length > 1 && family === IPV4_UNICAST;
    const routes = sorts ? sorted(group.routes) : group.routes;
    const nlri = routes.map((route) => route.nlri);
    const { context } = this.#options;
    try {
      return kind === 'announce'
        ? encodeUpdates({ attributes, announced: { family, nextHop, nlri } }, context)
        : encodeUpdates({ attributes, withdrawn: { family, nlri, nextHop } }, context);
    } catch (err) {
      if (!(err instanceof FieldOverflowError)) throw err;
      if (routes.length > 1) return routes.flatMap((route) => this.#encode({ ...group, routes: [route] }));
      // The withdrawal matters, not what stands beside it.
      if (kind === 'withdraw' && attributes !== NOTHING.attributes) {
        return this.#encode({ ...group, ...NOTHING });
      }
      for (const route of routes) this.#options.refused(route, err.message);
      return [];
    }
  }
}

const NOTHING = { attributes: {}, nextHop: undefined } as const;
const NO_GROUP: Group = { kind: 'withdraw', family: IPV4_UNICAST, ...NOTHING, routes: [] };

/** Routes of these share an UPDATE with others of their attributes and next hop. */
function isShared(family: FamilyId, nextHop: NextHop | undefined): nextHop is NextHop {
  if (family === IPV4_UNICAST) return nextHop?.address.length === 4;
  return safiOf(family) === SAFI['mcast-vpn'] && nextHop !== undefined;
}

/** Equal for attributes that have the same octets. @throws FieldOverflowError */
export function attributesKey(attributes: Attributes, context: CodecContext): string {
  return toHex(written((w) => encodeAttributes(w, attributes, context)));
}

/** Ascending by address, then by length. */
function sorted(routes: readonly Route[]): Route[] {
  return routes
    .map((route) => ({ route, octets: sortOctets(route.nlri) }))
    .sort((a, b) => Buffer.compare(a.octets, b.octets))
    .map(({ route }) => route);
}

/** Only IPv4 unicast is sorted: four octets of address, one of length. */
function sortOctets(nlri: Nlri): Uint8Array {
  const [length = 0, ...address] = written((w) => encodeNlri(w, nlri, DEFAULT_CONTEXT, false));
  return Uint8Array.of(address[0] ?? 0, address[1] ?? 0, address[2] ?? 0, address[3] ?? 0, length);
}
