import type { FamilyId } from '../bgp/family.ts';
import type { Nlri } from '../bgp/nlri/index.ts';
import type { Update } from '../bgp/update.ts';
import type { BmpApiConfig, BmpSelection, PrefixSelection } from '../config/bmp-model.ts';
import type { BmpOrigin, Direction, Event } from '../events/event.ts';
import { type Delivery, Subscriptions } from '../hooks/subscriptions.ts';
import { parseAddress } from '../wire/address.ts';
import { type Prefix, PrefixError, parsePrefix, prefixContains } from '../wire/prefix.ts';

/** What the configuration calls the router at an address. */
type NameOf = (address: string) => string | undefined;

/** Who is told what of a station: one entry for all that want everything, one for each that chooses. */
export class StationSubscriptions {
  readonly #everything: Subscriptions;
  readonly #chosen: readonly { readonly select: BmpSelection; readonly subscriptions: Subscriptions }[];
  readonly #nameOf: NameOf;

  constructor(apis: readonly BmpApiConfig[], nameOf: NameOf) {
    this.#everything = new Subscriptions(apis.filter(({ select }) => select === undefined));
    this.#chosen = apis.flatMap((api) =>
      api.select === undefined ? [] : [{ select: api.select, subscriptions: new Subscriptions([api]) }],
    );
    this.#nameOf = nameOf;
  }

  /** Those who are told of routes, where all of them want everything. */
  unselective(direction: Direction): Subscriptions | undefined {
    const choosy = this.#chosen.some(({ subscriptions }) => subscriptions.wants('update', direction));
    return choosy ? undefined : this.#everything;
  }

  /** Whether a process is told of routes. */
  tellsRoutes(process: string): boolean {
    const all = [this.#everything, ...this.#chosen.map(({ subscriptions }) => subscriptions)];
    return all.some((each) =>
      (['receive', 'send'] as const).some((way) =>
        each.named('update', way).some((delivery) => delivery.process === process),
      ),
    );
  }

  /** Whether a process is told anything of where an event comes from: its router, peer and view. */
  concerns(event: Event, process: string): boolean {
    const only = new Set([process]);
    return (
      this.#everything.tells(only) ||
      this.#chosen.some(
        ({ select, subscriptions }) => subscriptions.tells(only) && wantsSource(event, select, this.#nameOf),
      )
    );
  }

  /** What one process is told of an event, as each of its sections selects it. */
  told(event: Event, process: string): (readonly [Event, Delivery])[] {
    const told: (readonly [Event, Delivery])[] = [];
    this.deliver(event, (selected, subscriptions) => {
      for (const delivery of subscriptions.of(selected))
        if (delivery.process === process) told.push([selected, delivery]);
    });
    return told;
  }

  deliver(event: Event, to: (event: Event, subscriptions: Subscriptions) => void): void {
    to(event, this.#everything);
    for (const { select, subscriptions } of this.#chosen) {
      const selected =
        subscriptions.of(event).length === 0 ? undefined : selectEvent(event, select, this.#nameOf);
      if (selected !== undefined) to(selected, subscriptions);
    }
  }
}

/**
 * An event as far as a selection wants it: an UPDATE without the routes that it does not. Events that tell of
 * no routes are left out only for their router, peer or view.
 */
export function selectEvent(event: Event, select: BmpSelection, nameOf: NameOf): Event | undefined {
  if (!wantsSource(event, select, nameOf)) return undefined;
  if (event.type !== 'update') return event;
  if (select.changesOnly && event.bmp?.unchanged === true) return undefined;
  const update = selectRoutes(event.update, select);
  if (update === undefined) return undefined;
  if (update === event.update) return event;
  const { type, neighbor, timeMs, bmp, direction, octets, negotiated } = event;
  return { type, neighbor, timeMs, bmp, direction, octets, negotiated, update };
}

function wantsSource(event: Event, select: BmpSelection, nameOf: NameOf): boolean {
  const origin = 'bmp' in event ? event.bmp : undefined;
  const router = event.type === 'bmp' ? event : origin;
  if (router !== undefined && !wantsRouter(router, select.routers, nameOf)) return false;
  const { peerAs, views } = select;
  if (peerAs.length > 0 && 'neighbor' in event && !peerAs.includes(event.neighbor.peerAs)) return false;
  return origin?.view === undefined || views.length === 0 || views.includes(origin.view);
}

function wantsRouter(
  { router, routerName }: Pick<BmpOrigin, 'router' | 'routerName'>,
  wanted: readonly string[],
  nameOf: NameOf,
): boolean {
  if (wanted.length === 0) return true;
  const address = router.slice(0, router.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  const names = [routerName, address, nameOf(address)];
  return wanted.some((text) => names.includes(text) || holds(text, address));
}

function holds(text: string, address: string): boolean {
  const octets = parseAddress(address);
  if (octets === undefined || !text.includes('/')) return false;
  try {
    return prefixContains(parsePrefix(text), octets);
  } catch (err) {
    if (err instanceof PrefixError) return false;
    throw err;
  }
}

/** Undefined: nothing of it is wanted. */
function selectRoutes(update: Update, select: BmpSelection): Update | undefined {
  const { families } = select;
  if (update.endOfRib !== undefined) {
    return families.length === 0 || families.includes(update.endOfRib) ? update : undefined;
  }
  const announced = wantsCommunities(update, select) ? narrowed(update.announced, select) : [];
  const withdrawn = narrowed(update.withdrawn, select);
  if (announced === update.announced && withdrawn === update.withdrawn) return update;
  return announced.length + withdrawn.length === 0 ? undefined : { ...update, announced, withdrawn };
}

/** Withdrawals have none: they are wanted whatever communities are. */
function wantsCommunities({ attributes }: Update, { communities, largeCommunities }: BmpSelection): boolean {
  if (communities.length + largeCommunities.length === 0) return true;
  const large = (attributes.largeCommunity ?? []).map((one) => one.join(':'));
  return (
    communities.some((one) => attributes.community?.includes(one) === true) ||
    largeCommunities.some((one) => large.includes(one.join(':')))
  );
}

/** The same groups where all of them are wanted. */
function narrowed<G extends { readonly family: FamilyId; readonly nlri: readonly Nlri[] }>(
  groups: readonly G[],
  { families, prefixes }: BmpSelection,
): readonly G[] {
  if (families.length + prefixes.length === 0) return groups;
  let same = true;
  const kept = groups.flatMap((group) => {
    const wanted = families.length === 0 || families.includes(group.family);
    const nlri = wanted ? group.nlri.filter((one) => wantsPrefix(one, prefixes)) : [];
    if (nlri.length === group.nlri.length) return [group];
    same = false;
    return nlri.length === 0 ? [] : [{ ...group, nlri }];
  });
  return same ? groups : kept;
}

function wantsPrefix(nlri: Nlri, prefixes: readonly PrefixSelection[]): boolean {
  if (prefixes.length === 0) return true;
  const found = prefixOf(nlri);
  return found !== undefined && prefixes.some((wanted) => matchesPrefix(found, wanted));
}

/** Whether a prefix is the wanted one, within it, or holds it. */
export function matchesPrefix(found: Prefix, { prefix, match }: PrefixSelection): boolean {
  if (found.address.length !== prefix.address.length) return false;
  if (match === 'longer') return found.length >= prefix.length && prefixContains(prefix, found.address);
  if (match === 'shorter') return found.length <= prefix.length && prefixContains(found, prefix.address);
  return found.length === prefix.length && prefixContains(prefix, found.address);
}

/** The prefix of a route of a family that has one: itself, or what stands behind labels and distinguisher. */
export function prefixOf({ value }: Nlri): Prefix | undefined {
  const candidate: unknown = 'prefix' in value ? value.prefix : value;
  return isPrefix(candidate) ? candidate : undefined;
}

function isPrefix(value: unknown): value is Prefix {
  if (typeof value !== 'object' || value === null) return false;
  const { address, length } = value as Partial<Prefix>;
  return address instanceof Uint8Array && typeof length === 'number';
}
