import type { Attributes } from '../bgp/attributes/index.ts';
import type { CodecContext } from '../bgp/context.ts';
import { type FamilyId, IPV4_UNICAST } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Route } from '../bgp/route.ts';
import type { Said } from '../bgp/said.ts';
import { encodeUpdates } from '../bgp/update.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import type { Entries } from './entries.ts';
import type { Preparation } from './outgoing.ts';
import type { PlainUpdates } from './plain-updates.ts';
import { inPrefixOrder } from './prefix-order.ts';
import type { RibSession } from './session.ts';

/** Routes that leave in the same UPDATEs. */
export interface Group {
  readonly kind: 'announce' | 'withdraw';
  readonly family: FamilyId;
  readonly attributes: Attributes;
  readonly nextHop: NextHop | undefined;
  /** Routes, or entries of the table that they are in. */
  readonly routes: (Route | number)[];
  /** The number of the attributes, where no more than their octets is needed; of withdrawals any. */
  readonly field?: number;
}

/** Beside a withdrawal of most families. */
export const NOTHING = { attributes: {}, nextHop: undefined } as const;
/** Attributes of a group that is written from octets. */
const NOT_NEEDED: Attributes = {};

/** Of announcements that are written from octets, those of the attributes of this number. */
export function groupOfOctets(field: number): Group {
  return {
    kind: 'announce',
    family: IPV4_UNICAST,
    attributes: NOT_NEEDED,
    nextHop: undefined,
    routes: [],
    field,
  };
}

interface PackedTable {
  readonly session: RibSession;
  readonly entries: Entries<Said | Route>;
  /** The route of an entry, to be withdrawn or announced. */
  route(entry: number): Route;
}

export interface PackingOptions {
  readonly preparation: Preparation;
  readonly context: CodecContext;
  readonly groupUpdates: boolean;
  /** As of `RibOutOptions`. */
  readonly joinMessages?: boolean | undefined;
  /** Where the routes of entries are. */
  readonly table?: PackedTable;
  /** A route that cannot be sent; the others are. */
  refused(route: Route, reason: string): void;
}

/** Writes groups as whole UPDATEs: from octets where these are enough, else from objects. */
export class GroupWriter {
  readonly #options: PackingOptions;
  readonly #plain: PlainUpdates | undefined;

  constructor(options: PackingOptions, plain: PlainUpdates | undefined) {
    this.#options = options;
    this.#plain = plain;
  }

  /** Adds the messages of the group. */
  write(group: Group, messages: Uint8Array[]): void {
    if (this.#isWritten(group, messages)) return;
    this.#plain?.settle(messages);
    messages.push(...this.#encode(group));
  }

  /** False: it takes objects. */
  #isWritten({ kind, routes, field }: Group, messages: Uint8Array[]): boolean {
    if (field === undefined || this.#plain === undefined || !isNumbers(routes)) return false;
    if (kind === 'withdraw') return this.#plain.withdraw(routes, messages);
    return this.#plain.announce(field, routes, messages);
  }

  #encode(group: Group): Uint8Array[] {
    const made = group.routes.flatMap((one) => routesOf(this.#options, one));
    const [first] = made;
    if (group.attributes !== NOT_NEEDED || first === undefined) return this.#encodeRoutes({ ...group, made });
    // the attributes of all routes of the group have the same octets: those of the first stand for all
    const { attributes, nextHop } = this.#options.preparation.announce(first);
    return this.#encodeRoutes({ ...group, attributes, nextHop, made });
  }

  #encodeRoutes(group: Group & { readonly made: readonly Route[] }): Uint8Array[] {
    const { kind, family, attributes, nextHop, made } = group;
    const routes = made.length > 1 && family === IPV4_UNICAST ? inPrefixOrder(made) : made;
    const nlri = routes.map((route) => route.nlri);
    const { context } = this.#options;
    try {
      return kind === 'announce'
        ? encodeUpdates({ attributes, announced: { family, nextHop, nlri } }, context)
        : encodeUpdates({ attributes, withdrawn: { family, nlri, nextHop } }, context);
    } catch (err) {
      if (!(err instanceof FieldOverflowError)) throw err;
      if (routes.length > 1)
        return routes.flatMap((route) => this.#encodeRoutes({ ...group, made: [route] }));
      // The withdrawal matters, not what stands beside it.
      if (kind === 'withdraw' && attributes !== NOTHING.attributes) {
        return this.#encodeRoutes({ ...group, ...NOTHING });
      }
      for (const route of routes) this.#options.refused(route, err.message);
      return [];
    }
  }
}

/** The routes of what is in a group. */
export function routesOf({ table }: PackingOptions, one: Route | number): Route[] {
  if (typeof one !== 'number') return [one];
  const route = table?.route(one);
  return route === undefined ? [] : [route];
}

function isNumbers(routes: readonly (Route | number)[]): routes is number[] {
  for (const one of routes) if (typeof one !== 'number') return false;
  return true;
}
