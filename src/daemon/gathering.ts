import type { RegularUpdate } from '../bgp/regular-update.ts';
import type { Reported } from '../events/event.ts';
import type { RunLines } from '../events/line-render.ts';
import type { Child } from '../hooks/child.ts';
import { lend } from '../hooks/lease.ts';

/** As many octets as a pipe takes at once, as a rule. */
const FULL_OCTETS = 56 * 1024;

/** Lines of one peer's UPDATEs on their way to processes that want the same: made once, handed on in large pieces. */
export class Gathering {
  readonly #lines: RunLines;
  readonly #children: readonly Child[];
  readonly #from: string;
  #count = 0;

  constructor(lines: RunLines, children: readonly Child[], from: string) {
    this.#lines = lines;
    this.#children = children;
    this.#from = from;
  }

  /** @param reported where routers reported them */
  add(update: RegularUpdate, reported?: Reported): void {
    this.#count++;
    if (this.#lines.add(update, reported) >= FULL_OCTETS) this.#hand();
  }

  /** Hands on the rest. Undefined: go on; else resolves when whoever is told has room for more. */
  end(): Promise<void> | undefined {
    if (this.#count > 0) this.#hand();
    let room: Promise<void> | undefined;
    for (const child of this.#children) room ??= child.room();
    return room;
  }

  #hand(): void {
    const octets = lend(this.#lines.take(), this.#children.length);
    for (const child of this.#children) child.offerRun(octets, this.#count, this.#from);
    this.#count = 0;
  }
}
