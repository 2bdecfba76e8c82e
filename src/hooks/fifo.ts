/** One or more whole lines with their newlines. */
export type Line = string | Uint8Array;

export function sizeOf(line: Line): number {
  return typeof line === 'string' ? Buffer.byteLength(line) : line.length;
}

/** First in, first out in constant time: shifting a long array is not. Entries of an owner can be evicted from the middle. */
export class Fifo {
  /** Undefined: taken, or evicted. */
  #lines: (Line | undefined)[] = [];
  #sizes: number[] = [];
  #counts: number[] = [];
  #owners: (string | undefined)[] = [];
  #head = 0;
  /** No entry before this one can be evicted. */
  #evictable = 0;
  #length = 0;
  bytes = 0;

  /** Events: entries may have more than one. */
  get length(): number {
    return this.#length;
  }

  /** Events of the next entry; only when not empty. */
  get headEvents(): number {
    this.#skipEvicted();
    return this.#counts[this.#head] ?? 0;
  }

  get headBytes(): number | undefined {
    this.#skipEvicted();
    return this.#sizes[this.#head];
  }

  /** @param owner whose event it is, of one that may be evicted; undefined: it may not */
  push(line: Line, bytes: number, owner?: string, events = 1): void {
    this.#lines.push(line);
    this.#sizes.push(bytes);
    this.#counts.push(events);
    this.#owners.push(owner);
    this.#length += events;
    this.bytes += bytes;
  }

  /** Only when not empty. */
  shift(): Line {
    this.#skipEvicted();
    const line = this.#remove(this.#head) ?? '';
    this.#head++;
    this.#cutSometimes();
    return line;
  }

  /** Removes the oldest entry that has an owner, and gives whose it was, how many events, and their lines; undefined: there is none. */
  evict(): { readonly owner: string; readonly events: number; readonly line: Line } | undefined {
    this.#evictable = Math.max(this.#evictable, this.#head);
    for (; this.#evictable < this.#lines.length; this.#evictable++) {
      const owner = this.#owners[this.#evictable];
      const line = this.#lines[this.#evictable];
      if (owner === undefined || line === undefined) continue;
      const events = this.#counts[this.#evictable] ?? 0;
      this.#remove(this.#evictable++);
      // under a policy that evicts the oldest nobody may ever take a line
      this.#skipEvicted();
      this.#cutSometimes();
      return { owner, events, line };
    }
    return undefined;
  }

  clear(): void {
    this.#lines = [];
    this.#sizes = [];
    this.#counts = [];
    this.#owners = [];
    this.#head = 0;
    this.#evictable = 0;
    this.#length = 0;
    this.bytes = 0;
  }

  #remove(at: number): Line | undefined {
    const line = this.#lines[at];
    this.#lines[at] = undefined;
    this.bytes -= this.#sizes[at] ?? 0;
    this.#length -= this.#counts[at] ?? 0;
    return line;
  }

  #skipEvicted(): void {
    while (this.#head < this.#lines.length && this.#lines[this.#head] === undefined) this.#head++;
    if (this.#length === 0 && this.#head > 0) this.clear();
  }

  #cutSometimes(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#lines.length) return;
    this.#lines = this.#lines.slice(this.#head);
    this.#sizes = this.#sizes.slice(this.#head);
    this.#counts = this.#counts.slice(this.#head);
    this.#owners = this.#owners.slice(this.#head);
    this.#evictable = Math.max(0, this.#evictable - this.#head);
    this.#head = 0;
  }
}
