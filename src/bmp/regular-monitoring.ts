import { u32At } from '../bgp/attributes/render.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { MESSAGE_TYPE } from '../bgp/iana.ts';
import { RegularUpdate } from '../bgp/regular-update.ts';
import type { BmpOrigin, BmpView, Reported } from '../events/event.ts';
import type { UpdateRun } from '../events/line-render.ts';
import { Reader } from '../wire/reader.ts';
import { BGP_HEADER_LENGTH } from './bgp-message.ts';
import { BMP_HEADER_LENGTH, BMP_TYPE } from './header.ts';
import { inspectHeader } from './inspect.ts';
import type { LintId } from './lint.ts';
import type { PerPeerHeader } from './messages.ts';
import { type BmpPeer, fourOctetAs, viewDirection, viewOf } from './peer.ts';
import type { ViewRecord } from './peer-record.ts';
import type { PeerEntry, PeerTable } from './peers.ts';
import { EARLIEST_SECONDS, MICROSECONDS, PEER_TYPE, readPerPeer } from './per-peer.ts';
import { plausiblePrefixes } from './plausible.ts';
import type { Settled } from './reading.ts';
import type { Recall } from './recall.ts';
import { RouteEvent, type RouteSource } from './route-event.ts';
import type { Teller } from './teller.ts';

const VERSION = 3;
const PEER_AT = BMP_HEADER_LENGTH;
/** Where the time of the per-peer header stands, the only part of it that differs from message to message. */
const TIME_AT = PEER_AT + 34;
const UPDATE_AT = TIME_AT + 8;
const BODY_AT = UPDATE_AT + BGP_HEADER_LENGTH;
const ALL_ONES = 0xffffffff;
const AS_PATH = 2;
const LOCAL_PREF = 5;
/** Peers whose routes come by turns. */
const MAXIMUM_LANES = 4096;

/** What Route Monitoring of one peer and view has in common, as long as nothing else is told of the peer. */
interface Lane extends RouteSource {
  /** Of the per-peer header, all before its time. */
  readonly head: Uint8Array;
  readonly entry: PeerEntry;
  /** What it was made for. */
  readonly peer: BmpPeer;
  readonly routerName: string;
  readonly changes: number;
  readonly settled: Settled;
  readonly view: BmpView;
  readonly record: ViewRecord;
  readonly origin: BmpOrigin;
  /** What the per-peer header shows of its sender each time. */
  readonly findings: readonly { readonly id: LintId; readonly example: string | undefined }[];
  readonly internalLocal: boolean;
  /** What LOCAL_PREF and our AS at the head of the path would be worth a note in. */
  readonly external: boolean;
}

/** UPDATEs of one peer and view that came together, on their way to all who are told of them. */
export interface RouteRun {
  add(update: RegularUpdate, reported: Reported): void;
  end(): void;
}

export type Gather = (of: UpdateRun) => RouteRun | undefined;

const LAYOUT = new RegularUpdate();

/**
 * Route Monitoring that is nothing special: a regular UPDATE, of a peer that is up and whose octets are known
 * to be read rightly. Does what `RouteMonitor` would do, which defines it, without making values that nobody may ask for.
 */
export class RegularMonitoring {
  readonly #teller: Teller;
  readonly #peers: PeerTable;
  readonly #recall: Recall;
  readonly #lanes = new Map<string, Lane>();
  readonly #gather: Gather | undefined;
  #last: Lane | undefined;
  /** What is being gathered, and of whom; without `run` there is nobody to gather for. */
  #gathered: { readonly lane: Lane; readonly run: RouteRun | undefined } | undefined;

  constructor(teller: Teller, peers: PeerTable, recall: Recall, gather?: Gather) {
    this.#gather = gather;
    this.#teller = teller;
    this.#peers = peers;
    this.#recall = recall;
  }

  /** One whole message, of a router that has introduced itself. False: it takes a closer look. */
  receive(frame: Uint8Array): boolean {
    if (!holdsUpdate(frame)) return false;
    const microseconds = u32At(frame, TIME_AT + 4);
    if (microseconds >= MICROSECONDS) return false;
    const lane = this.#laneOf(frame);
    if (lane === undefined || !LAYOUT.read(frame, lane.context, UPDATE_AT, frame.length)) return false;
    const announced = countOf(lane, LAYOUT.announced, LAYOUT.reach);
    const withdrawn = countOf(lane, LAYOUT.withdrawn, LAYOUT.unreach);
    if (announced < 0 || withdrawn < 0) return false;
    const seconds = u32At(frame, TIME_AT);
    this.#note(lane, seconds, microseconds, announced > 0);
    this.#tell(lane, frame, {
      announced,
      withdrawn,
      timestamp: (seconds * MICROSECONDS + microseconds) / MICROSECONDS,
    });
    return true;
  }

  #tell(
    lane: Lane,
    frame: Uint8Array,
    told: { readonly announced: number; readonly withdrawn: number; readonly timestamp: number },
  ): void {
    const { entry, record, view, context } = lane;
    entry.record.updates++;
    record.updates++;
    record.announced += told.announced;
    record.withdrawn += told.withdrawn;
    const unchanged =
      this.#recall.memory !== undefined &&
      this.#recall.apply(entry, { view, body: frame.subarray(BODY_AT), context, withdraw: false });
    const reported = { origin: lane.origin, timestamp: told.timestamp, unchanged };
    const timeMs = this.#teller.wall();
    const run = this.#runOf(lane, timeMs);
    if (run !== undefined) run.add(LAYOUT, reported);
    else this.#teller.emit(new RouteEvent(lane, timeMs, frame.subarray(UPDATE_AT), reported));
  }

  /** Tells what was gathered. */
  tell(): void {
    if (this.#gathered?.run !== undefined) this.flush();
  }

  /** The same, and looks anew who listens. */
  flush(): void {
    const gathered = this.#gathered;
    this.#gathered = undefined;
    gathered?.run?.end();
  }

  #runOf(lane: Lane, timeMs: number): RouteRun | undefined {
    if (this.#gather === undefined) return undefined;
    if (this.#gathered?.lane === lane) return this.#gathered.run;
    this.flush();
    const { neighbor, direction, negotiated, origin } = lane;
    const run = this.#gather({ neighbor, timeMs, direction, negotiated, origin });
    this.#gathered = { lane, run };
    return run;
  }

  /** As `inspectHeader` and `inspectUpdate`. */
  #note(lane: Lane, seconds: number, microseconds: number, announces: boolean): void {
    const teller = this.#teller;
    const { peerAddress, localAs } = lane.neighbor;
    if (seconds < EARLIEST_SECONDS)
      teller.note(seconds === 0 && microseconds === 0 ? 'zero-timestamp' : 'early-timestamp');
    if (seconds > 0) teller.lint.time(microseconds === 0, teller.now());
    for (const { id, example } of lane.findings) teller.note(id, example);
    if (!announces) return;
    if (lane.internalLocal) teller.note('internal-as-local-instance', peerAddress);
    if (!lane.external) return;
    if (LAYOUT.has(LOCAL_PREF)) teller.note('external-local-preference', peerAddress);
    if (firstAs() === localAs) teller.note('local-as-prepended', peerAddress);
  }

  #laneOf(frame: Uint8Array): Lane | undefined {
    const last = this.#last;
    if (last !== undefined && isOf(last, frame) && this.#stands(last)) return last;
    const head = Buffer.from(frame.buffer, frame.byteOffset + PEER_AT, TIME_AT - PEER_AT);
    const key = head.toString('latin1');
    const known = this.#lanes.get(key);
    const lane = known !== undefined && this.#stands(known) ? known : this.#lane(frame);
    this.#last = lane;
    if (lane === undefined) this.#lanes.delete(key);
    else if (lane !== known) this.#keep(key, lane);
    return lane;
  }

  #keep(key: string, lane: Lane): void {
    if (this.#lanes.size >= MAXIMUM_LANES) this.#lanes.clear();
    this.#lanes.set(key, lane);
  }

  #stands({ entry, peer, routerName, changes }: Lane): boolean {
    return entry.peer === peer && routerName === this.#teller.name && peer.reading.changes === changes;
  }

  /** Undefined: too little is known of the peer. */
  #lane(frame: Uint8Array): Lane | undefined {
    const header = readPerPeer(new Reader(frame.slice(PEER_AT, UPDATE_AT)));
    const view = viewOf(header);
    const entry = view && this.#peers.of(header);
    if (view === undefined || entry === undefined) return undefined;
    const { peer } = entry;
    const record = entry.record.views.get(view);
    // the first announcement of a view may show something
    if ((peer.state !== 'up' && peer.state !== 'implied') || !record?.announced) return undefined;
    const direction = viewDirection(view);
    const settled = peer.reading.settled(view, direction, fourOctetAs(header));
    if (settled === undefined) return undefined;
    const { neighbor, bmp } = this.#teller.commonOf(entry, header, view);
    return {
      head: frame.slice(PEER_AT, TIME_AT),
      entry,
      peer,
      routerName: this.#teller.name,
      changes: peer.reading.changes,
      settled,
      context: settled.context,
      view,
      record,
      neighbor,
      direction: direction === 'out' ? 'send' : 'receive',
      negotiated: peer.negotiated,
      origin: { ...bmp, timestamp: 0 },
      ...traits(peer, header, view),
    };
  }
}

function traits(
  { neighbor: { localAs, peerAs } }: BmpPeer,
  header: PerPeerHeader,
  view: BmpView,
): Pick<Lane, 'findings' | 'internalLocal' | 'external'> {
  const findings: Lane['findings'][number][] = [];
  inspectHeader({ ...header, timestamp: EARLIEST_SECONDS }, (id, example) => findings.push({ id, example }));
  return {
    findings,
    internalLocal: localAs === peerAs && localAs !== 0 && header.type === PEER_TYPE.local,
    external: view === 'adj-rib-in-pre-policy' && localAs !== 0 && localAs !== peerAs,
  };
}

/** Version 3, Route Monitoring, and one whole UPDATE in it with nothing behind. */
function holdsUpdate(frame: Uint8Array): boolean {
  if (frame[0] !== VERSION || frame[PEER_AT - 1] !== BMP_TYPE['route-monitoring']) return false;
  if (frame.length < BODY_AT || u32At(frame, 1) !== frame.length) return false;
  if (frame[BODY_AT - 1] !== MESSAGE_TYPE.update) return false;
  for (let at = UPDATE_AT; at < UPDATE_AT + 16; at += 4) if (u32At(frame, at) !== ALL_ONES) return false;
  return (u32At(frame, UPDATE_AT + 15) % 2 ** 24) >>> 8 === frame.length - UPDATE_AT;
}

function isOf({ head }: Lane, frame: Uint8Array): boolean {
  for (let i = head.length - 1; i >= 0; i--) if (head[i] !== frame[PEER_AT + i]) return false;
  return true;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Prefixes of IPv4 and of IPv6; -1: there is more to say about them. */
function countOf({ settled }: Lane, ipv4: Range, ipv6: Range): number {
  let count = 0;
  if (ipv4.from < ipv4.to) {
    const found = settled.ipv4
      ? plausiblePrefixes(LAYOUT.octets, ipv4, 32, LAYOUT.pathIds(IPV4_UNICAST))
      : -1;
    if (found < 0) return found;
    count += found;
  }
  if (ipv6.to > 0) {
    const found = settled.ipv6
      ? plausiblePrefixes(LAYOUT.octets, ipv6, 128, LAYOUT.pathIds(IPV6_UNICAST))
      : -1;
    if (found < 0) return found;
    count += found;
  }
  return count;
}

/** The first AS number of the first segment; undefined without one. */
function firstAs(): number | undefined {
  const { octets, from, to, context } = LAYOUT.select(AS_PATH);
  if (from === to) return undefined;
  const first = u32At(octets, from + 2);
  return context.asn4 ? first : first >>> 16;
}
