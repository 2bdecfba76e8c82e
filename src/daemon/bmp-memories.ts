import { forgetPeers } from '../bmp/recall.ts';
import { RouterMemory } from '../bmp/rib/memory.ts';
import type { Teller } from '../bmp/teller.ts';
import type { BmpView } from '../events/event.ts';
import { AttributePool } from '../rib/octets/attribute-pool.ts';

/** One connection, as far as who it belongs to is concerned. */
export interface MemoryHolder {
  readonly memory: RouterMemory | undefined;
  /** When it was heard last; by the clock that nobody sets. */
  readonly heardMs: number;
  /** Ends it at once: another has taken its place. */
  replace(): void;
}

/** A connection that was silent for so long may be half dead: one that says the same of itself takes its place. */
const SILENT_MS = 5000;
/** Two that take each other's place within this time are two: both stay. */
const REPLACED_MS = 120_000;

/** Routes of peers that are gone whose attributes are given up in one go: some milliseconds. */
export const DUG_AT_ONCE = 50_000;

/** What is remembered of routers while they are away, by address and sysName. */
export class RouterMemories {
  readonly #pool = new AttributePool();
  readonly #views: ReadonlySet<BmpView>;
  readonly #limitMs: number;
  readonly #most: number;
  readonly #byRouter = new Map<string, { readonly memory: RouterMemory; replacedMs: number }>();

  /**
   * @param limitMs for how long a router is remembered that is away
   * @param most how many of these are
   */
  constructor(views: ReadonlySet<BmpView>, limitMs: number, most: number) {
    this.#views = views;
    this.#limitMs = limitMs;
    this.#most = most;
  }

  /** Routers that are away, with what is stale of them. */
  get away(): readonly { readonly router: string; readonly memory: RouterMemory }[] {
    return [...this.#byRouter]
      .filter(([, { memory }]) => !memory.connected)
      .map(([router, { memory }]) => ({ router, memory }));
  }

  /** The memory of a router that connects; undefined: nothing is kept. */
  of(router: string, holders: readonly MemoryHolder[], nowMs: number): RouterMemory | undefined {
    if (this.#views.size === 0) return undefined;
    for (let n = 1; ; n++) {
      const key = n === 1 ? router : `${router} #${n}`;
      const known = this.#byRouter.get(key);
      if (known === undefined) return this.#make(key);
      const holder = holders.find(({ memory }) => memory === known.memory);
      if (holder === undefined) return known.memory;
      if (nowMs - holder.heardMs < SILENT_MS || nowMs - known.replacedMs < REPLACED_MS) continue;
      known.replacedMs = nowMs;
      holder.replace();
      return known.memory;
    }
  }

  /**
   * Routers that are away for too long are given up: their peers are told as gone. So are those that are away for longest
   * where there are too many: one may come with a name of its own each time.
   */
  expire(nowMs: number, to: Pick<Teller, 'emit' | 'wall'>): void {
    this.#pool.dig(DUG_AT_ONCE);
    const away = [...this.#byRouter].filter(([, { memory }]) => !memory.connected);
    const tooMany = away.length - this.#most;
    if (tooMany > 0) away.sort(([, a], [, b]) => a.memory.sinceMs - b.memory.sinceMs);
    for (const [nth, [key, { memory }]] of away.entries()) {
      if (nth >= tooMany && !memory.isEmpty && nowMs - memory.sinceMs < this.#limitMs) continue;
      forgetPeers(memory, memory.peers, to);
      this.#byRouter.delete(key);
    }
  }

  #make(key: string): RouterMemory {
    const memory = new RouterMemory({ pool: this.#pool, views: this.#views });
    this.#byRouter.set(key, { memory, replacedMs: 0 });
    return memory;
  }
}
