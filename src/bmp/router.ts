import type { BmpOrigin, Event } from '../events/event.ts';
import type { RouterCounters } from './counters.ts';
import { BmpError } from './errors.ts';
import { BMP_HEADER_LENGTH, BMP_TYPE } from './header.ts';
import { decodeBmp } from './index.ts';
import { SYS_DESCR, SYS_NAME } from './initiation.ts';
import { inspectHeader } from './inspect.ts';
import type { Lint } from './lint.ts';
import type { BmpInitiation, BmpMessage, PerPeerHeader } from './messages.ts';
import { PeerSessions } from './peer-sessions.ts';
import { type PeerEntry, PeerTable } from './peers.ts';
import { type ProfileName, profileOf } from './profile.ts';
import type { AddPathMode } from './reading.ts';
import { type CarryOut, Recall, type ResyncTiming } from './recall.ts';
import { type Gather, RegularMonitoring } from './regular-monitoring.ts';
import type { RouterMemory } from './rib/memory.ts';
import { RouteMonitor } from './route-monitor.ts';
import { Teller } from './teller.ts';
import { tlvText } from './tlv.ts';

type Of<T extends BmpMessage['type']> = Extract<BmpMessage, { type: T }>;

export interface BmpRouterOptions {
  /** `ADDRESS:PORT` of the router's connection. */
  readonly router: string;
  /** Milliseconds, for whatever lasts. */
  now(): number;
  /** Milliseconds since 1970, for whatever is told; absent: `now` is that. */
  wall?(): number;
  emit(event: Event): void;
  /** For regular UPDATEs that came together; undefined: each is emitted. The caller ends runs with `flush`. */
  readonly gather?: Gather | undefined;
  /** Peers that are kept at once; messages of others are told once, counted and skipped. */
  readonly maximumPeers?: number | undefined;
  /** Whether NLRI have path identifiers: undefined finds out. */
  readonly addPath?: AddPathMode | undefined;
  /** What is remembered of the router of this sysName, empty where it has none. Asked once. */
  remember?(name: string): RouterMemory | undefined;
  readonly resync?: ResyncTiming | undefined;
  /** What many routes take long to: events are emitted meanwhile. Absent: at once. */
  readonly carryOut?: CarryOut | undefined;
  /** Every message is decoded at once: what the short way of regular ones is compared with. */
  readonly plain?: boolean;
}

const MAXIMUM_PEERS = 10_000;

/**
 * One monitored router's connection: its messages in, events out. Knows no socket and no clock.
 * Octets of events are views of the frame, valid during `emit`.
 */
export class BmpRouter {
  readonly router: string;
  readonly #teller: Teller;
  readonly #peers: PeerTable;
  readonly #recall: Recall;
  readonly #sessions: PeerSessions;
  readonly #monitor: RouteMonitor;
  readonly #regular: RegularMonitoring | undefined;
  readonly #unknownTypes = new Set<number>();
  #description = '';
  #lastInitiation: BmpInitiation | undefined;
  #initiated = false;
  #ended = false;

  constructor(options: BmpRouterOptions) {
    this.router = options.router;
    this.#teller = new Teller(options);
    this.#peers = new PeerTable({
      maximum: options.maximumPeers ?? MAXIMUM_PEERS,
      routerAddress: this.#teller.address,
      addPath: options.addPath ?? 'auto',
    });
    const find = (name: string) => options.remember?.(name);
    const { resync: timing, carryOut } = options;
    this.#recall = new Recall(this.#teller, { timing, carryOut, find });
    this.#sessions = new PeerSessions(this.#teller, this.#peers, this.#recall);
    this.#monitor = new RouteMonitor(this.#teller, this.#peers, this.#recall);
    if (options.plain !== true)
      this.#regular = new RegularMonitoring(this.#teller, this.#peers, this.#recall, options.gather);
    this.#teller.before = () => this.#regular?.tell();
  }

  get counters(): RouterCounters {
    return this.#teller.counters;
  }

  get lint(): Lint {
    return this.#teller.lint;
  }

  /** sysName of the last Initiation, printable. */
  get name(): string {
    return this.#teller.name;
  }

  /** sysDescr of the last Initiation, printable. */
  get description(): string {
    return this.#description;
  }

  /** The last Initiation. */
  get initiation(): BmpInitiation | undefined {
    return this.#lastInitiation;
  }

  /** What kind of sender it is, by its Initiation. */
  get profile(): ProfileName | undefined {
    return profileOf(this.#description, this.name);
  }

  /** A Termination came: nothing may follow it. */
  get ended(): boolean {
    return this.#ended;
  }

  get peersUp(): number {
    return this.#peers.up().length;
  }

  /** All peers that were seen, for what shows them. */
  get peers(): readonly PeerEntry[] {
    return this.#peers.all();
  }

  /** What is remembered of it beyond this connection. */
  get memory(): RouterMemory | undefined {
    return this.#recall.memory;
  }

  /** Whose events those of a peer are. */
  originOf(entry: PeerEntry): BmpOrigin {
    return this.#teller.commonOf(entry, entry.header).bmp;
  }

  /** Tells what was gathered: to be called before anything is waited for. */
  flush(): void {
    this.#regular?.flush();
  }

  connected(): void {
    this.#teller.emit({ ...this.#teller.common(), type: 'bmp', message: 'connected' });
  }

  /**
   * The connection is gone. Where the router is remembered, so are its peers and their routes, until it comes
   * back or does not; else each peer goes down.
   */
  disconnected(reason: string): void {
    const stale = this.#recall.end();
    if (stale === undefined) {
      for (const entry of this.#peers.up()) {
        this.#sessions.down(entry, entry.header, `BMP connection lost: ${reason}`);
      }
    }
    const told = { type: 'bmp', message: 'disconnected', reason, ...(stale && { stale }) } as const;
    this.#teller.emit({ ...this.#teller.common(), ...told });
  }

  /** To be called now and then: what a new connection did not repeat is given up after some time. */
  tick(): void {
    this.#recall.tick();
  }

  /** One whole message. A body that cannot be read is told, counted and skipped. */
  receive(frame: Uint8Array): void {
    if (this.#initiated && this.#regular?.receive(frame) === true) {
      this.counters.messages['route-monitoring']++;
      this.counters.octets += frame.length;
      return;
    }
    try {
      const message = decodeBmp(retainable(frame));
      this.counters.messages[message.type]++;
      this.#message(message, frame);
    } catch (err) {
      if (!(err instanceof BmpError)) throw err;
      this.broken(err, frame);
    }
    this.counters.octets += frame.length;
  }

  /** A message that cannot be read, at the place in the stream that was reached. */
  broken({ reason, offset, fatal }: BmpError, octets: Uint8Array): void {
    this.#teller.error(`${reason} (octet ${offset})`, octets, fatal);
  }

  #message(message: BmpMessage, frame: Uint8Array): void {
    switch (message.type) {
      case 'initiation':
        this.#initiation(message, frame);
        break;
      case 'termination':
        this.#termination(message, frame);
        break;
      case 'unknown':
        this.#unknown(message.code, frame);
        break;
      case 'route-monitoring':
      case 'statistics':
      case 'peer-up':
      case 'peer-down':
      case 'route-mirroring':
        this.#ofPeer(message, frame);
        break;
    }
  }

  /** Some senders have a type of their own for each route: every one is counted, the first of each type told. */
  #unknown(code: number, frame: Uint8Array): void {
    this.#teller.note('unknown-message', `type ${code}`);
    if (this.#unknownTypes.has(code)) return;
    this.#unknownTypes.add(code);
    this.#teller.error(`message of unknown type ${code}`, frame);
  }

  #initiation({ initiation }: Of<'initiation'>, frame: Uint8Array): void {
    const teller = this.#teller;
    teller.name = tlvText(initiation.tlvs, SYS_NAME) ?? this.name;
    this.#description = tlvText(initiation.tlvs, SYS_DESCR) ?? this.#description;
    if (!this.#initiated && this.counters.octets > 0) teller.note('late-initiation');
    if (this.name === '') teller.note('empty-sys-name');
    if ([this.name, this.#description].includes('Not defined')) teller.note('sys-name-not-defined');
    this.#initiated = true;
    this.#lastInitiation = owned(initiation);
    this.#recall.begin();
    teller.emit({ ...teller.common(), type: 'bmp', message: 'initiation', initiation });
    if (initiation.problem !== undefined) teller.error(`initiation: ${initiation.problem}`, frame);
  }

  #termination({ termination }: Of<'termination'>, frame: Uint8Array): void {
    const teller = this.#teller;
    this.#ended = true;
    teller.emit({ ...teller.common(), type: 'bmp', message: 'termination', termination });
    if (termination.problem !== undefined) teller.error(`termination: ${termination.problem}`, frame);
  }

  #ofPeer(message: Extract<BmpMessage, { peer: PerPeerHeader }>, frame: Uint8Array): void {
    if (message.peer.clamped === true) this.counters.clampedTimestamps++;
    if (!this.#initiated) this.#teller.note('no-initiation');
    this.#teller.time(message.peer.timestamp);
    inspectHeader(message.peer, (id, example) => this.#teller.note(id, example));
    this.#recall.begin();
    const entry = this.#peers.of(message.peer);
    if (entry === undefined) {
      this.#refuse(frame);
      return;
    }
    switch (message.type) {
      case 'route-monitoring':
        this.#monitor.receive(entry, message, frame);
        break;
      case 'statistics':
        this.#sessions.statistics(entry, message);
        break;
      case 'peer-up':
        this.#sessions.up(entry, message, frame);
        break;
      case 'peer-down':
        this.#sessions.closed(entry, message, frame);
        break;
      case 'route-mirroring':
        this.#sessions.mirrored(entry, message);
        break;
    }
  }

  #refuse(frame: Uint8Array): void {
    this.counters.refusedPeers++;
    if (this.counters.refusedPeers === 1)
      this.#teller.error('too many peers: messages of further ones are skipped', frame);
  }
}

/** Outlives the read that brought it. */
function owned({ tlvs, ...rest }: BmpInitiation): BmpInitiation {
  return { ...rest, tlvs: tlvs.map((tlv) => ({ ...tlv, value: tlv.value.slice() })) };
}

/** A copy of a Peer Up, whose OPENs outlive the read that brought them; others as they are. */
function retainable(frame: Uint8Array): Uint8Array {
  return frame[BMP_HEADER_LENGTH - 1] === BMP_TYPE['peer-up'] ? frame.slice() : frame;
}
