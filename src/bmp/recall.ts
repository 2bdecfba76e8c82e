import type { CodecContext } from '../bgp/context.ts';
import type { FamilyId } from '../bgp/family.ts';
import type { BmpView } from '../events/event.ts';
import { finished } from '../wire/finished.ts';
import type { PeerEntry } from './peers.ts';
import { lostPeer, withdrawalsOf } from './resync-events.ts';
import type { PeerView, RememberedPeer, RouterMemory } from './rib/memory.ts';
import type { Teller } from './teller.ts';

/** When what a new connection did not repeat is given up. Milliseconds. */
export interface ResyncTiming {
  /** A view that brought nothing for so long is complete. */
  readonly quietMs: number;
  /** Since the connection: then everything is. */
  readonly limitMs: number;
}

/** Does long work, which gives back control now and then, at once or a little at a time. */
export type CarryOut = (work: Generator<void, void, void>) => void;

export const RESYNC_TIMING: ResyncTiming = { quietMs: 60_000, limitMs: 900_000 };

/** What one connection makes of the memory of its router, where there is one. */
export class Recall {
  readonly #teller: Teller;
  readonly #timing: ResyncTiming;
  readonly #find: (name: string) => RouterMemory | undefined;
  #memory: RouterMemory | undefined;
  #begun = false;
  #limitPassed = false;
  readonly #carryOut: CarryOut;
  /** What is to be swept, one after the other; the first is under way. */
  readonly #sweeps: Generator<void, void, void>[] = [];
  /** Families of views whose end was told, and that are to be swept for it: once, however often a router says so. */
  readonly #ending = new Set<string>();
  #isOver = false;

  constructor(
    teller: Teller,
    options: {
      readonly timing?: ResyncTiming | undefined;
      readonly carryOut?: CarryOut | undefined;
      find?(name: string): RouterMemory | undefined;
    },
  ) {
    this.#teller = teller;
    this.#timing = options.timing ?? RESYNC_TIMING;
    this.#carryOut = options.carryOut ?? finished;
    this.#find = (name) => options.find?.(name);
  }

  get memory(): RouterMemory | undefined {
    return this.#memory;
  }

  /** Whose connection it is is known, or peers are told of without that. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#memory = this.#find(this.#teller.name);
    this.#memory?.connect(this.#teller.now());
  }

  /** The peer came up, or has routes. */
  confirm(entry: PeerEntry): RememberedPeer | undefined {
    const { neighbor, bmp } = this.#teller.commonOf(entry, entry.header);
    return this.#memory?.confirm(entry.key, neighbor, bmp);
  }

  /** The peer went down: how many routes went with it; undefined where none are kept. */
  forget({ key }: PeerEntry): number | undefined {
    return this.#memory?.forget(key);
  }

  /** Keeps the routes of an UPDATE; true when all of them stood there as they are. */
  apply(
    entry: PeerEntry,
    from: {
      readonly view: BmpView;
      readonly body: Uint8Array;
      readonly context: CodecContext;
      /** What it announces is withdrawn (RFC 7606). */
      readonly withdraw: boolean;
    },
  ): boolean {
    const memory = this.#memory;
    if (memory === undefined) return false;
    const peer = memory.get(entry.key) ?? this.confirm(entry);
    if (peer === undefined) return false;
    const { view, body, context, withdraw } = from;
    const applied = memory.apply(peer, { view, body, context, withdraw, nowMs: this.#teller.now() });
    return applied !== undefined && applied.changed === 0 && applied.unchanged > 0;
  }

  /** Some senders say End-of-RIB before the routes: one that follows none ends nothing. */
  endOfRib(entry: PeerEntry, view: BmpView, family: FamilyId): void {
    const memory = this.#memory;
    const peer = memory?.get(entry.key);
    if (memory === undefined || peer === undefined || entry.record.view(view).announced === 0) return;
    const ending = `${entry.key} ${view} ${family}`;
    if (this.#ending.has(ending) || !peer.views.get(view)?.table.sizeOf(family)) return;
    this.#ending.add(ending);
    this.#sweep(this.#sweepingFamily(memory, { peer, view, family }, ending));
  }

  /** Time goes by: what is stale for long enough is told as withdrawn. */
  tick(): void {
    const memory = this.#memory;
    if (memory === undefined || this.#limitPassed) return;
    const now = this.#teller.now();
    if (now - memory.sinceMs < this.#timing.limitMs) {
      const quiet = memory.quiet(now - this.#timing.quietMs);
      if (quiet.length > 0) this.#sweep(this.#sweeping(memory, quiet));
      return;
    }
    this.#limitPassed = true;
    this.#sweep(this.#sweepingAll(memory));
  }

  /** The connection is gone; what is stale then, undefined where nothing is remembered. */
  end(): { readonly peers: number; readonly routes: number } | undefined {
    this.#isOver = true;
    return this.#memory?.disconnect(this.#teller.now());
  }

  #sweep(work: Generator<void, void, void>): void {
    if (this.#sweeps.push(work) === 1) this.#carryOut(this.#allSweeps());
  }

  *#allSweeps(): Generator<void, void, void> {
    for (let work = this.#sweeps[0]; work !== undefined && !this.#isOver; work = this.#sweeps[0]) {
      yield* work;
      this.#sweeps.shift();
    }
  }

  *#sweepingFamily(memory: RouterMemory, of: PeerView, ending: string): Generator<void, void, void> {
    yield* this.#sweeping(memory, [of]);
    this.#ending.delete(ending);
  }

  /** The time is up: all that is stale goes, and peers that were not told of. */
  *#sweepingAll(memory: RouterMemory): Generator<void, void, void> {
    yield* this.#sweeping(memory, memory.quiet(Number.POSITIVE_INFINITY));
    if (!this.#isOver) forgetPeers(memory, memory.lost, this.#teller);
  }

  /**
   * Tells what goes, before anything else is told, and of each view how much that was. What is left where the connection
   * ends is stale still.
   */
  *#sweeping(memory: RouterMemory, views: readonly PeerView[]): Generator<void, void, void> {
    for (const each of views) {
      let withdrawn = 0;
      for (const swept of memory.sweep(each)) {
        withdrawn += swept.routes.length;
        for (const event of withdrawalsOf(swept, this.#teller.wall())) this.#teller.emit(event);
        yield;
        if (this.#isOver) return;
      }
      // of a peer that went down meanwhile that was told
      if (withdrawn > 0 && memory.get(each.peer.key) === each.peer) this.#tellSwept(each, withdrawn);
    }
  }

  #tellSwept({ peer: { neighbor, origin }, view }: PeerView, withdrawn: number): void {
    const bmp = { ...origin, view };
    const told = { type: 'bmp', message: 'resync', neighbor, bmp, withdrawn } as const;
    this.#teller.emit({ ...this.#teller.common(), ...told });
  }
}

/** Tells that peers are gone that no connection tells of any more. */
export function forgetPeers(
  memory: RouterMemory,
  peers: readonly RememberedPeer[],
  to: Pick<Teller, 'emit' | 'wall'>,
): void {
  for (const peer of peers) {
    to.emit(lostPeer(peer, to.wall()));
    memory.forget(peer.key);
  }
}
