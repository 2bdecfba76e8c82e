/** One or more whole lines with their newlines. */
export type Line = string | Uint8Array;

const NEWLINE = 0x0a;

export function sizeOf(line: Line): number {
  return typeof line === 'string' ? Buffer.byteLength(line) : line.length;
}

/** With so much waiting, lines of one owner are put together: each on its own takes twice its octets, or a piece of Node's pool. */
const PACKED_FROM_BYTES = 64 * 1024;
const BLOCK_BYTES = 16 * 1024;

/** First in, first out in constant time: shifting a long array is not. Entries of an owner can be evicted from the middle. */
export class Fifo {
  /** Undefined: taken, or evicted. */
  #lines: (Line | undefined)[] = [];
  #sizes: number[] = [];
  #counts: number[] = [];
  #owners: (string | undefined)[] = [];
  /** The last entry, where it is lines that were put together and may have room for more. */
  #block: Buffer | undefined;
  #head = 0;
  /** No entry before this one can be evicted. */
  #evictable = 0;
  /** Places of entries that are no more. */
  #gone = 0;
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
    this.#length += events;
    this.bytes += bytes;
    if (owner === undefined || this.bytes < PACKED_FROM_BYTES || bytes > BLOCK_BYTES / 4)
      this.#append(line, { bytes, owner, events });
    else this.#pack(line, { bytes, owner, events });
  }

  /** Only when not empty. */
  shift(): Line {
    this.#skipEvicted();
    const bytes = this.#sizes[this.#head] ?? 0;
    const line = this.#remove(this.#head) ?? '';
    this.#head++;
    this.#closeUpSometimes();
    return typeof line !== 'string' && line.length > bytes ? line.subarray(0, bytes) : line;
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
      this.#closeUpSometimes();
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
    this.#gone = 0;
    this.#length = 0;
    this.bytes = 0;
  }

  #append(
    line: Line,
    of: { readonly bytes: number; readonly owner: string | undefined; readonly events: number },
  ) {
    this.#lines.push(line);
    this.#sizes.push(of.bytes);
    this.#counts.push(of.events);
    this.#owners.push(of.owner);
  }

  /** Into the last entry, where that is a block of the same owner with room, else into a new one. */
  #pack(line: Line, of: { readonly bytes: number; readonly owner: string; readonly events: number }): void {
    const last = this.#lines.length - 1;
    const used = this.#sizes[last] ?? 0;
    const goesOn = this.#block !== undefined && this.#lines[last] === this.#block;
    if (goesOn && this.#owners[last] === of.owner && used + of.bytes <= BLOCK_BYTES) {
      put(line, this.#block, used);
      this.#sizes[last] = used + of.bytes;
      this.#counts[last] = (this.#counts[last] ?? 0) + of.events;
      return;
    }
    this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    put(line, this.#block, 0);
    this.#append(this.#block, of);
  }

  #remove(at: number): Line | undefined {
    const line = this.#lines[at];
    this.#lines[at] = undefined;
    this.#gone++;
    this.bytes -= this.#sizes[at] ?? 0;
    this.#length -= this.#counts[at] ?? 0;
    return line;
  }

  #skipEvicted(): void {
    while (this.#head < this.#lines.length && this.#lines[this.#head] === undefined) this.#head++;
    if (this.#length === 0 && this.#head > 0) this.clear();
  }

  /** Places are given up wherever they are: an entry that may not go stays at the head for as long as nobody reads. */
  #closeUpSometimes(): void {
    if (this.#gone < 1024 || this.#gone * 2 < this.#lines.length) return;
    let to = 0;
    let evictable = 0;
    for (let from = this.#head; from < this.#lines.length; from++) {
      if (from === this.#evictable) evictable = to;
      if (this.#lines[from] !== undefined) this.#move(from, to++);
    }
    this.#evictable = this.#evictable < this.#lines.length ? evictable : to;
    for (const column of [this.#lines, this.#sizes, this.#counts, this.#owners]) column.length = to;
    this.#head = 0;
    this.#gone = 0;
  }

  #move(from: number, to: number): void {
    this.#lines[to] = this.#lines[from];
    this.#sizes[to] = this.#sizes[from] ?? 0;
    this.#counts[to] = this.#counts[from] ?? 0;
    this.#owners[to] = this.#owners[from];
  }
}

function put(line: Line, block: Buffer | undefined, at: number): void {
  if (typeof line === 'string') block?.write(line, at, 'utf8');
  else block?.set(line, at);
}

/** The lines that octets are, each with octets of its own. */
export function* eachLine(octets: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0, end: number; at < octets.length; at = end) {
    end = octets.indexOf(NEWLINE, at) + 1;
    yield octets.slice(at, end);
  }
}
