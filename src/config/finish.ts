import { AFI, afiOf, type FamilyId, familyId, familyText, IPV4_UNICAST, safiOf } from '../bgp/family.ts';
import type { Route } from '../bgp/route.ts';
import type { Word } from '../syntax/words.ts';
import { formatAddress, ipv4ToNumber, isLinkLocal } from '../wire/address.ts';
import { gradually } from '../wire/gradually.ts';
import { formatPrefix, type Prefix } from '../wire/prefix.ts';
import { capabilityOf } from './capability.ts';
import type { LoadContext } from './context.ts';
import type { NeighborDraft, Scalars } from './draft.ts';
import { Refusal } from './errors.ts';
import { canAddPath, defaultFamilies } from './families.ts';
import type { CapabilityConfig, NeighborConfig } from './model.ts';
import { protectionOf } from './protection.ts';

/** A neighbor block that was read, with everything that it inherits. */
export interface NeighborBlock {
  /** The word that a mistake in the whole is shown at: the address. */
  readonly word: Word;
  readonly peer: Prefix;
  readonly draft: NeighborDraft;
}

/** Values of what a neighbor does not say. */
const DEFAULTS = {
  description: '',
  holdTimeSeconds: 180,
  passive: false,
  listen: undefined,
  connect: undefined,
  md5Ip: undefined,
  prefixLimitRestartSeconds: 60,
  localLinkLocal: undefined,
  sendHoldSeconds: undefined,
  hostName: undefined,
  domainName: undefined,
  groupUpdates: true,
  autoFlush: true,
  adjRibOut: true,
  manualEor: false,
} as const;

export interface NeighborOptions {
  /** Whether neighbors that do not say so are passive. */
  readonly passive: boolean;
  /** What an absent `md5-base64` means. */
  readonly md5Base64: boolean | 'auto';
}

/**
 * The neighbor with defaults, checked as a whole; gives back control now and then, as it may have many routes.
 * @throws Refusal when it cannot run
 */
export function* finishing(
  block: NeighborBlock,
  context: LoadContext,
  options: NeighborOptions,
): Generator<void, NeighborConfig, void> {
  const { draft } = block;
  const { peerAddress, localAddress: local, localAs, peerAs, rateLimit, routerId, ...said } = draft.scalars;
  const peer =
    peerAddress === undefined ? block.peer : { address: peerAddress, length: peerAddress.length * 8 };
  const localAddress = local === 'auto' || local === undefined ? undefined : context.shared(local);
  const passive = options.passive || (said.passive ?? DEFAULTS.passive);
  checkAddresses(block.word, peer, { localAddress, passive });
  if (isLinkLocal(peer.address) && draft.protection.sourceInterface === undefined) {
    context.warn(block.word, 'a link-local address means nothing without a source-interface');
  }
  const capability = context.shared(capabilityOf(draft.capability, draft.nexthops.length > 0));
  const families = context.shared(yield* familiesOf(draft, context));
  yield;
  yield* checkRoutes(draft, families, context);
  yield* checkSelf(draft, peer, context);
  if (said.adjRibIn === false && draft.prefixLimits.length > 0) {
    throw new Refusal(block.word, 'maximum-prefix counts what adj-rib-in remembers, which is switched off');
  }
  const routes: Route[] = [];
  yield* gradually(draft.routes, (placed) => void routes.push(ownRoute(placed, { localAs, localAddress })));
  return {
    ...DEFAULTS,
    ...said,
    peer,
    passive,
    localAddress,
    localAs: localAs === 'auto' ? undefined : localAs,
    peerAs: peerAs === 'auto' ? undefined : peerAs,
    rateLimit: rateLimit === 'disable' ? undefined : rateLimit,
    protection: protectionOf(draft.protection, context, options.md5Base64),
    routerId: routerId ?? derivedRouterId(block.word, draft.scalars),
    adjRibIn: said.adjRibIn ?? remembers(draft, capability),
    // ExaBGP 4.2 reads the word, and sends routes as they come all the same.
    autoFlush: context.version === 4 || (said.autoFlush ?? DEFAULTS.autoFlush),
    // A refresh is answered from what is remembered.
    adjRibOut: capability.routeRefresh || (said.adjRibOut ?? DEFAULTS.adjRibOut),
    families,
    capability,
    addPathFamilies: context.shared(addPathFamilies(draft, families)),
    pathsLimit: context.shared(
      draft.pathsLimit.filter(({ family }) => families.includes(family) && canAddPath(family)),
    ),
    operational: context.shared(draft.operational),
    prefixLimits: context.shared(draft.prefixLimits),
    nexthops: context.shared(nexthopsOf(draft, families)),
    api: draft.apis.map((api) => api.config),
    routes,
  };
}

/** What a restart of the peer keeps, and what a limit counts, is what is remembered. */
function remembers(draft: NeighborDraft, { gracefulRestart }: CapabilityConfig): boolean {
  return gracefulRestart !== undefined || draft.prefixLimits.length > 0;
}

function checkAddresses(
  word: Word,
  peer: Prefix,
  { localAddress, passive }: { readonly localAddress: Uint8Array | undefined; readonly passive: boolean },
): void {
  if (localAddress !== undefined && localAddress.length !== peer.address.length) {
    const address = formatAddress(localAddress);
    throw new Refusal(
      word,
      `local-address ${address} and neighbor ${word.text} are not of one address family`,
    );
  }
  if (!passive && peer.length !== peer.address.length * 8) {
    throw new Refusal(word, `${word.text} is a range of neighbors, which needs 'passive true'`);
  }
}

function derivedRouterId(word: Word, { localAddress }: Scalars): number {
  if (localAddress instanceof Uint8Array && localAddress.length === 4) return ipv4ToNumber(localAddress);
  throw new Refusal(
    word,
    `neighbor ${word.text} needs a router-id: it has no IPv4 local-address to take it from`,
  );
}

function* familiesOf(
  draft: NeighborDraft,
  { version }: LoadContext,
): Generator<void, readonly FamilyId[], void> {
  const listed = new Set(draft.families);
  const isUnsaid = listed.size === 0 && !draft.minimal;
  const ofRoutes = isUnsaid || draft.allFamilies || draft.minimal;
  if (isUnsaid) for (const family of defaultFamilies(version)) listed.add(family);
  // those that must be named are, by their routes
  if (ofRoutes) yield* gradually(draft.routes, ({ route }) => listed.add(route.nlri.family));
  return [...listed].sort((a, b) => a - b);
}

/** IPv4 routes with IPv6 next hops, of families that are there for both: ExaBGP announces no others. */
function nexthopsOf(draft: NeighborDraft, families: readonly FamilyId[]): NeighborConfig['nexthops'] {
  const enabled = new Set(families);
  const seen = new Set<FamilyId>();
  return draft.nexthops.filter(({ family, nextHopAfi }) => {
    const both = enabled.has(family) && enabled.has(familyId(nextHopAfi, safiOf(family)));
    const wanted = afiOf(family) === AFI.ipv4 && nextHopAfi === AFI.ipv6 && both && !seen.has(family);
    seen.add(family);
    return wanted;
  });
}

function addPathFamilies(
  draft: NeighborDraft,
  families: readonly FamilyId[],
): readonly FamilyId[] | undefined {
  if (draft.addPath.length === 0) return undefined;
  return families.filter((family) => draft.addPath.includes(family) && canAddPath(family));
}

/** A route needs its family in the OPEN; IPv4 unicast is let pass as ExaBGP does, and never sent. */
function* checkRoutes(
  draft: NeighborDraft,
  families: readonly FamilyId[],
  context: LoadContext,
): Generator<void, void, void> {
  const enabled = new Set(families);
  yield* gradually(draft.routes, ({ route, word }) => {
    const { family } = route.nlri;
    if (enabled.has(family)) return;
    const text = familyText(family);
    const reason = `a route of ${text}, which the neighbor's family section does not list`;
    if (family === IPV4_UNICAST) context.warn(word, `${reason}: it is not sent`);
    else context.fail(new Refusal(word, `${reason} (add '${text};' to it)`));
  });
}

/** Our end of an IPv4 session is no IPv6 address; 4.2 sent 0.0.0.0. */
function* checkSelf(draft: NeighborDraft, peer: Prefix, context: LoadContext): Generator<void, void, void> {
  if (peer.address.length !== 4) return;
  yield* gradually(draft.routes, ({ route, word }) => {
    if (route.nextHop !== 'self' || afiOf(route.nlri.family) !== AFI.ipv6) return;
    context.fail(
      new Refusal(word, 'next-hop self of an IPv6 route needs a session over IPv6: name the address instead'),
    );
  });
}

/** @throws Refusal when there is no local end to aggregate at */
function ownRoute(
  { route, word, ownAggregator }: NeighborDraft['routes'][number],
  { localAs, localAddress }: { readonly localAs: unknown; readonly localAddress: Uint8Array | undefined },
): Route {
  if (ownAggregator === undefined) return route;
  if (typeof localAs !== 'number' || localAddress?.length !== 4) {
    throw new Refusal(word, 'an aggregator without a value needs a local-as and an IPv4 local-address');
  }
  const aggregator = { as: localAs, address: localAddress };
  return { ...route, attributes: { ...route.attributes, aggregator } };
}

/** What tells neighbors of one address apart. */
export function neighborIdentity(neighbor: NeighborConfig): string {
  const { peer, localAddress, localAs, peerAs, routerId, listen } = neighbor;
  const local = localAddress === undefined ? 'auto' : formatAddress(localAddress);
  return [formatPrefix(peer), local, localAs ?? 'auto', peerAs ?? 'auto', routerId, listen ?? ''].join(' ');
}
