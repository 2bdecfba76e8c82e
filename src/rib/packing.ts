import { type Attributes, encodeAttributes } from '../bgp/attributes/index.ts';
import type { CodecContext } from '../bgp/context.ts';
import { type FamilyId, IPV4_UNICAST, SAFI, safiOf } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { type Nlri, nlriKey, prefixNumber } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { encodeUpdates, withdrawsWithAttributes } from '../bgp/update.ts';
import { sameOctets } from '../wire/address.ts';
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
  /** Where the IPv4 unicast route before this one went. */
  #last: Group | undefined;
  #attributes: Attributes | undefined;
  #attributesKey = '';

  constructor(options: PackingOptions) {
    this.#options = options;
  }

  announce(route: Route): void {
    try {
      const { attributes, nextHop } = this.#options.preparation.announce(route);
      const { family } = route.nlri;
      if (this.#joins(route, attributes, nextHop)) return;
      const shares = isShared(family, nextHop);
      const key = shares ? `${family} ${this.#keyOf(attributes)} ${toHex(nextHop.address)}` : undefined;
      this.#add({ kind: 'announce', family, attributes, nextHop, routes: [route] }, key);
    } catch (err) {
      if (!(err instanceof RefusedRouteError || err instanceof FieldOverflowError)) throw err;
      this.#options.refused(route, err.message);
    }
  }

  /** Tables come in runs: most routes go where the route before them went. */
  #joins(route: Route, attributes: Attributes, nextHop: NextHop | undefined): boolean {
    const last = this.#last;
    if (last === undefined || route.nlri.family !== IPV4_UNICAST || last.attributes !== attributes)
      return false;
    if (nextHop === undefined || last.nextHop === undefined) return false;
    if (nextHop !== last.nextHop && !sameOctets(nextHop.address, last.nextHop.address)) return false;
    last.routes.push(route);
    return true;
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
    this.#last = undefined;
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
    if (found !== undefined) found.routes.push(route);
    else {
      this.#byKey.set(distinct, group);
      this.#groups.push(group);
    }
    if (distinct === key && group.kind === 'announce' && group.family === IPV4_UNICAST)
      this.#last = found ?? group;
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
  const octets = written((w) => encodeAttributes(w, attributes, context));
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** Ascending by address, then by length. Only IPv4 unicast is sorted. */
function sorted(routes: readonly Route[]): readonly Route[] {
  const keys = Float64Array.from(routes, (route) => prefixNumber(route.nlri));
  if (ascends(keys)) return routes;
  const order = Array.from(routes, (_, i) => i);
  // stable: paths to one prefix stay in their order
  order.sort((a, b) => (keys[a] as number) - (keys[b] as number));
  return order.map((i) => routes[i] as Route);
}

function ascends(keys: Float64Array): boolean {
  for (let i = 1; i < keys.length; i++) if ((keys[i] as number) < (keys[i - 1] as number)) return false;
  return true;
}
