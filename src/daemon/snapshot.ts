import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { readMessage } from '../bgp/message.ts';
import { encodeUpdates } from '../bgp/update.ts';
import type { Event, Neighbor, SnapshotEvent } from '../events/event.ts';
import { messageEvent } from '../events/message-event.ts';
import type { Delivery } from '../hooks/subscriptions.ts';
import type { AdjRibIn } from '../rib/adj-rib-in.ts';
import type { ReceivedRoute } from '../rib/heard-routes.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import type { Peer } from './peer.ts';

/** Whom a snapshot is for. */
export interface SnapshotReader {
  readonly process: string;
  /** The last number that a line of this process got before the snapshot. */
  readonly sequence: number;
  readonly nowMs: () => number;
}

/** An event, and how the process wants it; undefined: in the one form that it has. */
export type SnapshotItem = readonly [Event, Delivery | undefined];

/** Prefixes in one UPDATE: a line of some kilobytes. */
const ROUTES_PER_EVENT = 64;
const LONGEST = 65535;

/** Whether the routes of this neighbor can be told to the process again. */
export function keepsRoutesFor(peer: Peer, process: string): boolean {
  return peer.config.adjRibIn && deliveriesOf(peer, 'update', process).length > 0;
}

/**
 * The state of neighbors, one after the other, each between `begin` and `end`: state and negotiated events, and the
 * routes of its Adj-RIB-In, as far as the process is told of these. Made while it is read: a route is told as it is
 * then. Events that happened since the snapshot was begun follow it, so that nothing falls between.
 */
export function* snapshotOf(
  peers: () => readonly Peer[],
  reader: SnapshotReader,
): Generator<SnapshotItem, void> {
  for (const peer of peers()) yield* neighborSnapshot(peer, reader);
}

function* neighborSnapshot(peer: Peer, reader: SnapshotReader): Generator<SnapshotItem, void> {
  const { process, sequence } = reader;
  // its lines take no numbers of the neighbor's own
  const neighbor: Neighbor = { ...peer.neighbor, counter: { value: peer.neighbor.counter.value } };
  const common = () => ({ neighbor, timeMs: reader.nowMs() });
  const mark = (phase: SnapshotEvent['phase'], routes?: number): SnapshotItem => {
    const told = routes === undefined ? {} : { routes };
    return [{ ...common(), type: 'snapshot', phase, sequence, ...told }, undefined];
  };
  yield mark('begin');
  for (const delivery of deliveriesOf(peer, 'state', process)) yield [stateOf(peer, common()), delivery];
  const { negotiated } = peer;
  if (negotiated !== undefined && peer.established) {
    for (const delivery of deliveriesOf(peer, 'negotiated', process))
      yield [{ ...common(), type: 'negotiated', negotiated }, delivery];
  }
  let routes = 0;
  if (keepsRoutesFor(peer, process)) {
    const deliveries = deliveriesOf(peer, 'update', process);
    const context = peer.negotiated?.receive ?? DEFAULT_CONTEXT;
    for (const { octets, context: read, count } of keptUpdates(peer.adjRibIn, context)) {
      routes += count;
      const event = messageEvent(readMessage(octets, read), {
        ...common(),
        direction: 'receive',
        octets,
        negotiated,
      });
      for (const delivery of deliveries) yield [event, delivery];
    }
  }
  yield mark('end', routes);
}

function stateOf(peer: Peer, common: { neighbor: Neighbor; timeMs: number }): Event {
  if (peer.established) return { ...common, type: 'state', state: 'up' };
  return { ...common, type: 'state', state: 'down', reason: peer.downReason ?? 'not up yet' };
}

function deliveriesOf(peer: Peer, type: 'state' | 'negotiated' | 'update', process: string): Delivery[] {
  const direction = type === 'update' ? 'receive' : undefined;
  return peer.subscriptions.named(type, direction).filter((delivery) => delivery.process === process);
}

/** Neighbors in the table that share everything but their NLRI. */
function* grouped(routes: Iterable<ReceivedRoute>): Generator<readonly ReceivedRoute[], void> {
  let group: ReceivedRoute[] = [];
  for (const route of routes) {
    const [first] = group;
    const joins =
      first !== undefined &&
      group.length < ROUTES_PER_EVENT &&
      first.attributes === route.attributes &&
      first.nextHop === route.nextHop &&
      first.nlri.family === route.nlri.family;
    if (!joins && group.length > 0) {
      yield group;
      group = [];
    }
    group.push(route);
  }
  if (group.length > 0) yield group;
}

interface KeptUpdate {
  readonly octets: Uint8Array;
  /** How they are to be read. */
  readonly context: CodecContext;
  readonly count: number;
}

/** All routes as UPDATEs: those that are octets as they came, the others encoded again. */
function* keptUpdates(rib: AdjRibIn, context: CodecContext): Generator<KeptUpdate, void> {
  const contexts = new Map<string, CodecContext>();
  for (const { update, asn4, family, pathIds, routes } of rib.updates(ROUTES_PER_EVENT)) {
    const key = `${family} ${asn4} ${pathIds}`;
    const read = contexts.get(key) ?? {
      ...context,
      ...{ asn4, addPath: new Set(pathIds ? [family] : []), families: undefined, maxMessageLength: LONGEST },
    };
    contexts.set(key, read);
    yield { octets: update, context: read, count: routes };
  }
  for (const group of grouped(rib.values())) {
    const each = updatesOf(group, context);
    for (const [nth, octets] of each.entries())
      yield { octets, context, count: nth === 0 ? group.length : 0 };
  }
}

/** The routes as UPDATEs. */
export function* receivedUpdates(
  routes: Iterable<ReceivedRoute>,
  context: typeof DEFAULT_CONTEXT,
): Generator<Uint8Array, void> {
  for (const group of grouped(routes)) yield* updatesOf(group, context);
}

/** A route that fitted a message when it came fits one now, unless the session agreed on shorter ones since. */
function updatesOf(group: readonly ReceivedRoute[], context: typeof DEFAULT_CONTEXT): Uint8Array[] {
  const [first] = group;
  if (first === undefined) return [];
  const { attributes, nextHop } = first;
  const announced = { family: first.nlri.family, nextHop, nlri: group.map(({ nlri }) => nlri) };
  try {
    return encodeUpdates({ attributes, announced }, context);
  } catch (err) {
    if (!(err instanceof FieldOverflowError)) throw err;
    return encodeUpdates({ attributes, announced }, { ...context, maxMessageLength: LONGEST });
  }
}
