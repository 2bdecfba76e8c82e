import type { BmpOrigin, BmpView, Event, Neighbor } from '../events/event.ts';
import { newCounters, type RouterCounters } from './counters.ts';
import { Lint, type LintId } from './lint.ts';
import type { PerPeerHeader } from './messages.ts';
import { hostOf, type OriginExtras, originOf } from './peer.ts';
import type { PeerEntry } from './peers.ts';

/** Tells what is known of one router: events, counts and findings. */
export class Teller {
  readonly router: string;
  /** The router's address, without the port of its connection. */
  readonly address: string;
  readonly counters: RouterCounters = newCounters();
  readonly lint = new Lint();
  /** sysName of the last Initiation, printable. */
  name = '';
  /** Called before anything is told. */
  before = (): void => {};
  readonly #emit: (event: Event) => void;
  /** For whatever lasts. */
  readonly now: () => number;
  /** For whatever is told. */
  readonly wall: () => number;

  constructor(options: {
    readonly router: string;
    now(): number;
    wall?(): number;
    emit(event: Event): void;
  }) {
    this.router = options.router;
    this.address = hostOf(options.router);
    this.now = () => options.now();
    this.wall = () => options.wall?.() ?? options.now();
    this.#emit = (event) => options.emit(event);
  }

  emit(event: Event): void {
    this.before();
    this.#emit(event);
  }

  note(id: LintId, example?: string): void {
    this.lint.note(id, this.now(), example);
  }

  /** The time of a message, in seconds; 0: it has none. */
  time(timestamp: number): void {
    if (timestamp !== 0) this.lint.time(Number.isInteger(timestamp), this.now());
  }

  /** A message that could not be read, at the place in the stream that was reached. */
  error(reason: string, octets: Uint8Array, fatal = false): void {
    this.counters.errors++;
    const offset = this.counters.octets;
    this.emit({ ...this.common(), type: 'bmp', message: 'error', reason, offset, octets, fatal });
  }

  /** Members of an event of the router. */
  common(): { timeMs: number; router: string; routerName: string } {
    return { timeMs: this.wall(), router: this.router, routerName: this.name };
  }

  /** Members of an event of one of its peers. */
  commonOf(
    { peer }: PeerEntry,
    header: PerPeerHeader,
    view?: BmpView,
    more?: OriginExtras,
  ): { timeMs: number; neighbor: Neighbor; bmp: BmpOrigin } {
    const from = { router: this.router, routerName: this.name, view, ...(more && { more }) };
    return { timeMs: this.wall(), neighbor: peer.neighbor, bmp: originOf(peer, header, from) };
  }
}
