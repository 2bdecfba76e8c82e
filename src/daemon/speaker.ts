import type { Logger } from 'pino';
import type { NeighborConfig } from '../config/model.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { formatPrefix, prefixContains } from '../wire/prefix.ts';
import { Admission } from './admission.ts';
import { DroppedSegments } from './dropped-segments.ts';
import { except, listenPoints } from './listen-points.ts';
import { type Endpoint, Listeners } from './listener.ts';
import { identityOf, isRange, sameSession, withIdentities } from './neighbor-identity.ts';
import { Peer } from './peer.ts';
import type { PeerIdentity, PeerOptions } from './peer-options.ts';
import { ProtectedSockets } from './protected-sockets.ts';
import { type Inherits, Ranges } from './ranges.ts';
import { whoRelieves } from './relief.ts';

/** A Cease subcode, RFC 4486. */
const PEER_DE_CONFIGURED = 3;

/** Dynamic peers of one range at a time: a range is no invitation to use up memory. */
const DYNAMIC_PEERS_PER_RANGE = 1000;

export interface SpeakerOptions extends Omit<PeerOptions, 'sockets'> {
  /** Connections to a neighbor, failed or ended, before it is left; 0, or absent: no limit. */
  readonly attempts?: number;
  /** A reload gave a neighbor a session of other parameters. */
  readonly replaced?: (old: Peer, peer: Peer) => void;
  readonly inherits?: Inherits;
  /** Every neighbor was left. */
  readonly exhausted?: () => void;
  /** Endpoints that are listened on for every neighbor. */
  readonly bind: readonly Endpoint[];
}

/** All neighbors: those of the configuration, and those that came from a configured range. */
export class Speaker {
  readonly #options: SpeakerOptions;
  /** What all of them have in common. */
  readonly ofPeers: PeerOptions;
  readonly #whenAttempted = (peer: Peer): void => this.#attempted(peer);
  readonly #log: Logger;
  readonly #listeners: Listeners;
  #ceded: readonly Endpoint[] = [];
  readonly #sockets = new ProtectedSockets();
  readonly #dropped: DroppedSegments;
  #peers: readonly Peer[] | undefined;
  /** Those of an address of their own: a thousand may come at once. */
  #byAddress: ReadonlyMap<string, readonly Peer[]> | undefined;
  readonly #static = new Map<string, Peer>();
  readonly #dynamic = new Map<string, Peer>();
  /** Those that a command created, by their identity. */
  readonly #created = new Map<string, NeighborConfig>();
  readonly #attempts = new WeakMap<Peer, number>();
  #neighbors: readonly NeighborConfig[] = [];
  readonly #ranges: Ranges;
  #takers: readonly Peer[] | undefined;

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.ofPeers = { ...options, sockets: this.#sockets };
    this.#ranges = new Ranges(this.ofPeers);
    this.#log = options.log;
    this.#dropped = new DroppedSegments({
      clock: options.clock,
      log: options.log,
      waiting: (cause) => this.#waiting(cause),
    });
    const admission = new Admission({
      clock: options.clock,
      log: options.log,
      sockets: this.#sockets,
      peerFor: (peer, local, port) => this.#peerFor(peer, local, port),
    });
    this.#listeners = new Listeners({
      log: options.log,
      native: () => this.#sockets.native,
      onSocket: (socket) => admission.accept(socket),
    });
  }

  /**
   * Starts a neighbor beside those of the configuration; reloads leave it alone. False: there is one between
   * these addresses.
   */
  create(config: NeighborConfig): boolean {
    const key = identityOf(config);
    if (this.#static.has(key)) return false;
    this.#created.set(key, config);
    this.#static.set(key, this.#startPeer(config));
    this.#changed();
    return true;
  }

  /** Ends a neighbor that was created. False: it was not. */
  delete(peer: Peer): boolean {
    const key = identityOf(peer.config);
    if (!this.#created.delete(key)) return false;
    this.#remove(key, peer);
    return true;
  }

  /** In the order of the configuration, dynamic ones last; the same array until a neighbor comes, goes or changes. */
  get peers(): readonly Peer[] {
    this.#peers ??= [...this.#static.values(), ...this.#dynamic.values()];
    return this.#peers;
  }

  /** Those that commands are for: ranges too, for those who will come. The same array until one changes. */
  get takers(): readonly Peer[] {
    this.#takers ??= [...this.peers, ...this.#ranges.peers];
    return this.#takers;
  }

  /** Endpoints that stations listen on: without neighbors nobody is awaited there for BGP. */
  cede(endpoints: readonly Endpoint[]): void {
    this.#ceded = endpoints;
  }

  /** The listeners of `neighbors`, or of those that run, and no others. @throws ListenError having changed nothing */
  async listen(neighbors: readonly NeighborConfig[] = this.#neighbors): Promise<void> {
    await this.#sockets.prepare(neighbors);
    const able = neighbors.filter((config) => this.#sockets.refusal(config) === undefined);
    const bind = neighbors.length > 0 ? this.#options.bind : except(this.#options.bind, this.#ceded);
    await this.#listeners.configure(listenPoints(bind, able));
  }

  /** Neighbors that can be protected as they say; the others are told, and do not run. */
  #able(neighbors: readonly NeighborConfig[]): readonly NeighborConfig[] {
    return neighbors.filter((config) => {
      const reason = this.#sockets.refusal(config);
      if (reason === undefined) return true;
      this.#log.error({ peer: formatPrefix(config.peer), reason }, 'neighbor refused');
      return false;
    });
  }

  /**
   * Goes from what runs to `neighbors`: new ones start, removed ones end, ones whose session parameters changed
   * are restarted with their routes, and all others only move the routes that differ.
   * @throws ListenError when a new listener cannot be opened; nothing else was changed then
   */
  async configure(given: readonly NeighborConfig[]): Promise<void> {
    await this.listen(given);
    const neighbors = this.#able(given);
    this.#neighbors = neighbors;
    if (this.#sockets.native !== undefined) this.#dropped.start();
    const ranges = this.#ranges.configure(neighbors.filter(isRange));
    const wanted = new Map([
      ...this.#created,
      ...withIdentities(neighbors.filter((config) => !isRange(config))),
    ]);
    const kept: (readonly [Peer, NeighborConfig])[] = [];
    for (const [key, peer] of this.#static) {
      const config = wanted.get(key);
      if (config === undefined) this.#remove(key, peer);
      else if (sameSession(config, peer.config)) kept.push([peer, config]);
      else this.#replace(key, peer, config);
    }
    // at a start nobody is kept waiting
    const gradually = this.#static.size > 0;
    for (const [key, config] of wanted) {
      if (!this.#static.has(key)) this.#static.set(key, this.#startPeer(config, { gradually }));
    }
    this.#changed();
    for (const peer of this.#dynamic.values()) {
      const range = this.#ranges.configs.find((config) => sameSession(config, peer.config));
      if (range === undefined) void peer.stop('removed');
      else kept.push([peer, range]);
    }
    // a table of many routes takes some time, in which neighbors may come and go, and commands are carried out
    for (const [peer, config] of kept) {
      const reconfigured = peer.reconfigure(config);
      this.#changed();
      await reconfigured;
    }
    for (const peer of this.#static.values()) await peer.outgoing.filled();
    await ranges;
  }

  /** Ends every session, without NOTIFICATION unless one is given, and starts it anew. */
  restart(): void {
    for (const peer of this.peers) peer.teardown(PEER_DE_CONFIGURED);
  }

  /** Ends sessions whose routes take so many octets, see `whoRelieves`. */
  relieve(octets: number): void {
    for (const peer of whoRelieves(this.peers, octets)) peer.outOfResources();
  }

  async stop(): Promise<void> {
    this.#dropped.stop();
    this.#listeners.stop();
    await Promise.all(this.peers.map((peer) => peer.stop('shutdown')));
  }

  #waiting(cause: 'md5' | 'minimumTtl'): string[] {
    const down = this.peers
      .filter((peer) => !peer.established)
      .map(({ name, config }) => [name.peer, config] as const);
    const ranges = this.#ranges.configs.map((config) => [formatPrefix(config.peer), config] as const);
    return [...down, ...ranges].flatMap(([name, { protection }]) =>
      protection[cause] === undefined ? [] : [name],
    );
  }

  #startPeer(config: NeighborConfig, how: Pick<PeerIdentity, 'gradually' | 'rib'> = {}): Peer {
    const peerAddress = formatAddress(config.peer.address);
    const peer = new Peer({ ...how, config, peerAddress, attempted: this.#whenAttempted }, this.ofPeers);
    peer.start();
    return peer;
  }

  #attempted(peer: Peer): void {
    const { attempts = 0, exhausted } = this.#options;
    if (attempts === 0) return;
    const made = (this.#attempts.get(peer) ?? 0) + 1;
    this.#attempts.set(peer, made);
    if (made < attempts) return;
    if (made === attempts) void peer.stop('shutdown');
    const left = (each: Peer) => (this.#attempts.get(each) ?? 0) >= attempts;
    if (this.#ranges.peers.length === 0 && [...this.#static.values()].every(left)) exhausted?.();
  }

  #remove(key: string, peer: Peer): void {
    this.#static.delete(key);
    this.#changed();
    void peer.stop('removed');
  }

  #replace(key: string, old: Peer, config: NeighborConfig): void {
    const rib = old.outgoing.release();
    void old.stop('reconfigured');
    const peer = this.#startPeer(config, { gradually: true, rib });
    this.#options.replaced?.(old, peer);
    this.#static.set(key, peer);
    this.#changed();
  }

  /** An exact neighbor before a range; of several between the same addresses, the one that listens on the port. */
  #peerFor(peerAddress: string, localAddress: string, localPort: number | undefined): Peer | undefined {
    const address = parseAddress(peerAddress);
    const local = parseAddress(localAddress);
    if (address === undefined || local === undefined) return undefined;
    const fits = (config: NeighborConfig) =>
      [config.localAddress, config.md5Ip].some(
        (own) => own !== undefined && formatAddress(own) === formatAddress(local),
      ) || config.localAddress === undefined;
    const exact = this.#at(formatAddress(address)).filter((peer) => fits(peer.config));
    if (exact.length > 0) return exact.find((peer) => peer.config.listen === localPort) ?? exact[0];
    const [range, second] = this.#ranges.configs.filter(
      (config) => prefixContains(config.peer, address) && fits(config),
    );
    // of several nobody can say which is meant
    const one = second === undefined ? range : undefined;
    return one === undefined ? undefined : this.#dynamicPeer(one, formatAddress(address));
  }

  #at(peerAddress: string): readonly Peer[] {
    this.#byAddress ??= byAddress(this.#static.values());
    return this.#byAddress.get(peerAddress) ?? [];
  }

  #changed(): void {
    this.#peers = undefined;
    this.#takers = undefined;
    this.#byAddress = undefined;
  }

  #dynamicPeer(config: NeighborConfig, peerAddress: string): Peer | undefined {
    const key = `${formatPrefix(config.peer)} ${peerAddress}`;
    const running = this.#dynamic.get(key);
    if (running !== undefined) return running;
    if (this.#dynamic.size >= DYNAMIC_PEERS_PER_RANGE * this.#ranges.peers.length) return undefined;
    const ended = (peer: Peer) => {
      if (this.#dynamic.get(key) !== peer) return;
      this.#dynamic.delete(key);
      this.#changed();
      void peer.stop('shutdown');
    };
    const peer = new Peer({ config, peerAddress, ended, gradually: true }, this.ofPeers);
    this.#dynamic.set(key, peer);
    this.#ranges.inherit(peer, () => this.#dynamic.get(key) === peer, this.#options.inherits);
    this.#changed();
    peer.start();
    return peer;
  }
}

function byAddress(peers: Iterable<Peer>): Map<string, Peer[]> {
  const found = new Map<string, Peer[]>();
  for (const peer of peers) {
    const same = found.get(peer.name.peer);
    if (same === undefined) found.set(peer.name.peer, [peer]);
    else same.push(peer);
  }
  return found;
}
