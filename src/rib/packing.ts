import type { Attributes } from '../bgp/attributes/index.ts';
import { type FamilyId, IPV4_UNICAST, SAFI, safiOf } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Route } from '../bgp/route.ts';
import { PackedSaid, type Said } from '../bgp/said.ts';
import { withdrawsWithAttributes } from '../bgp/update.ts';
import { sameOctets } from '../wire/address.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { toHex } from '../wire/hex.ts';
import { attributesKey } from './attributes-key.ts';
import { KIND } from './entries.ts';
import {
  type Group,
  GroupWriter,
  groupOfOctets,
  NOTHING,
  type PackingOptions,
  routesOf,
} from './group-writer.ts';
import { RefusedRouteError } from './outgoing.ts';
import { PlainUpdates } from './plain-updates.ts';

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

  readonly #plain: PlainUpdates | undefined;
  readonly #writer: GroupWriter;
  /** Where the entry before this one went, and what it said. */
  #lastSaid: Said | undefined;
  #lastGroup: Group | undefined;
  #withdrawals: Group | undefined;
  /** IPv4 unicast, by the numbers of fields, and of objects that say something. */
  #byField: (Group | undefined)[] = [];
  readonly #saidGroups = new Map<Said, Group>();

  constructor(options: PackingOptions) {
    this.#options = options;
    const { groupUpdates, context, table } = options;
    const isPlain =
      context.asn4 && table?.session.negotiated.peerRole === undefined && !context.addPath.has(IPV4_UNICAST);
    if (table !== undefined && groupUpdates && isPlain)
      this.#plain = new PlainUpdates(table.session, context, {
        entries: table.entries,
        joins: options.joinMessages === true,
      });
    this.#writer = new GroupWriter(options, this.#plain);
  }

  #isPlain(entry: number): boolean {
    return this.#plain !== undefined && this.#options.table?.entries.kind(entry) === KIND.ipv4;
  }

  /** As `announce`, for the route of an entry; that of an IPv4 prefix is seldom made. */
  announceEntry(entry: number, said: Said | Route): void {
    const isPlain = this.#isPlain(entry);
    if (isPlain && said === this.#lastSaid) {
      this.#lastGroup?.routes.push(entry);
      return;
    }
    const group = isPlain ? this.#groupOf(said) : undefined;
    if (group === undefined) {
      for (const route of routesOf(this.#options, entry)) this.announce(route);
      return;
    }
    group.routes.push(entry);
    this.#lastSaid = said;
    this.#lastGroup = group;
  }

  /**
   * The messages of an entry that leaves alone: nothing is looked for that it could join. Undefined: it takes more than
   * octets, or others wait for `finish`.
   * @param said undefined: it is withdrawn
   */
  alone(entry: number, said: Said | Route | undefined): Uint8Array[] | undefined {
    const plain = this.#plain;
    if (plain === undefined || !this.#isPlain(entry) || this.#groups.length > 0) return undefined;
    if (said === undefined) {
      const messages: Uint8Array[] = [];
      plain.withdraw([entry], messages);
      plain.settle(messages);
      return messages;
    }
    const message = said instanceof PackedSaid ? plain.alone(entry, said) : undefined;
    return message === undefined ? undefined : [message];
  }

  /** As `withdraw`, for the route of an entry. */
  withdrawEntry(entry: number, known: boolean): void {
    if (!this.#isPlain(entry)) {
      for (const route of routesOf(this.#options, entry)) this.withdraw(route, known);
      return;
    }
    if (!known) return;
    if (this.#withdrawals === undefined)
      this.#add({ kind: 'withdraw', family: IPV4_UNICAST, ...NOTHING, routes: [], field: 0 }, 'withdraw');
    this.#withdrawals ??= this.#byKey.get('withdraw');
    this.#withdrawals?.routes.push(entry);
  }

  /** Where what says this goes; undefined: it takes more than octets to know. */
  #groupOf(said: Said): Group | undefined {
    // to look for those that are octets would take as long
    if (said instanceof PackedSaid) return this.#newGroupOf(said);
    const known = this.#saidGroups.get(said);
    if (known !== undefined) return known;
    const group = this.#newGroupOf(said);
    if (group !== undefined) this.#saidGroups.set(said, group);
    return group;
  }

  #newGroupOf(said: Said): Group | undefined {
    const field = this.#plain?.field(said) ?? -1;
    if (field < 0) return undefined;
    return this.#byField[field] ?? this.#addToField(field, groupOfOctets(field));
  }

  #addToField(field: number, group: Group): Group {
    this.#byField[field] = group;
    this.#groups.push(group);
    return group;
  }

  announce(route: Route): void {
    try {
      const { attributes, nextHop } = this.#options.preparation.announce(route);
      const { family } = route.nlri;
      if (this.#joins(route, attributes, nextHop)) return;
      const shares = isShared(family, nextHop);
      if (shares && isPlainHop(family, nextHop) && this.#plain !== undefined) {
        this.#announceWith(this.#plain.fieldOf(attributes, nextHop), { route, attributes, nextHop });
        return;
      }
      const key = shares ? `${family} ${this.#keyOf(attributes)} ${toHex(nextHop.address)}` : undefined;
      this.#add({ kind: 'announce', family, attributes, nextHop, routes: [route] }, key);
    } catch (err) {
      if (!(err instanceof RefusedRouteError || err instanceof FieldOverflowError)) throw err;
      this.#options.refused(route, err.message);
    }
  }

  /** Puts a route as an object where entries with the same attributes are. */
  #announceWith(
    field: number,
    { route, attributes, nextHop }: { route: Route; attributes: Attributes; nextHop: NextHop },
  ): void {
    const group =
      this.#byField[field] ??
      this.#addToField(field, { kind: 'announce', family: IPV4_UNICAST, attributes, nextHop, routes: [] });
    group.routes.push(route);
    this.#last = group;
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
   * @param known false: the peer cannot have the route. ExaBGP's handlers then expect, of families whose
   * withdrawals carry attributes, an UPDATE of these alone, and nothing of others.
   */
  withdraw(route: Route, known = true): void {
    const { family } = route.nlri;
    const carries = withdrawsWithAttributes(family);
    if (!carries && !known) return;
    const beside = carries ? this.#options.preparation.withdraw(route) : NOTHING;
    const group: Group = { kind: 'withdraw', family, ...beside, routes: known ? [route] : [] };
    this.#add(group, family === IPV4_UNICAST ? 'withdraw' : undefined);
  }

  /** The messages of all routes since the last call, one by one or several together. */
  finish(): Uint8Array[] {
    const groups = this.#groups;
    this.#groups = [];
    if (this.#byKey.size > 0) this.#byKey.clear();
    this.#last = undefined;
    this.#lastSaid = undefined;
    this.#lastGroup = undefined;
    this.#withdrawals = undefined;
    if (this.#saidGroups.size > 0) this.#saidGroups.clear();
    this.#byField = [];
    const messages: Uint8Array[] = [];
    for (const group of groups) this.#writer.write(group, messages);
    this.#plain?.end(messages);
    return messages;
  }

  #add(group: Group, key: string | undefined): void {
    if (key === undefined || !this.#options.groupUpdates) {
      this.#groups.push(group);
      return;
    }
    const found = this.#byKey.get(key);
    if (found !== undefined) found.routes.push(...group.routes);
    else {
      this.#byKey.set(key, group);
      this.#groups.push(group);
    }
    if (group.kind === 'announce' && group.family === IPV4_UNICAST) this.#last = found ?? group;
  }

  /** Octets of attributes as text, computed anew only where the object differs from the route before. */
  #keyOf(attributes: Attributes): string {
    if (this.#attributes !== attributes) {
      this.#attributesKey = attributesKey(attributes, this.#options.context);
      this.#attributes = attributes;
    }
    return this.#attributesKey;
  }
}

/** Routes of these share an UPDATE with others of their attributes and next hop. */
function isShared(family: FamilyId, nextHop: NextHop | undefined): nextHop is NextHop {
  return (family === IPV4_UNICAST || safiOf(family) === SAFI['mcast-vpn']) && nextHop !== undefined;
}

/** Whether a next hop of the family is in NEXT_HOP, not in MP_REACH_NLRI. */
function isPlainHop(family: FamilyId, nextHop: NextHop): boolean {
  return family === IPV4_UNICAST && nextHop.address.length === 4;
}
