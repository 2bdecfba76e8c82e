import { ShortInputError } from './errors.ts';

/**
 * A cursor over octets, big-endian. Every read is checked.
 * @throws ShortInputError when fewer octets are left than a read needs; nothing is consumed then.
 */
export class Reader {
  readonly #octets: Uint8Array;
  #at: number;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
    this.#at = 0;
  }

  /** Octets consumed so far. */
  get offset(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#octets.length - this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#octets.length;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count < 0 || this.#octets.length - at < count) {
      throw new ShortInputError(at, count, this.#octets.length - at);
    }
    this.#at = at + count;
    return at;
  }

  /** The octet at the cursor plus `ahead`, not consumed; undefined past the end. */
  peek(ahead = 0): number | undefined {
    return this.#octets[this.#at + ahead];
  }

  u8(): number {
    return this.#octets[this.#take(1)] as number;
  }

  u16(): number {
    const at = this.#take(2);
    const b = this.#octets;
    return ((b[at] as number) << 8) | (b[at + 1] as number);
  }

  u24(): number {
    const at = this.#take(3);
    const b = this.#octets;
    return ((b[at] as number) << 16) | ((b[at + 1] as number) << 8) | (b[at + 2] as number);
  }

  u32(): number {
    const at = this.#take(4);
    const b = this.#octets;
    return (
      (((b[at] as number) << 24) |
        ((b[at + 1] as number) << 16) |
        ((b[at + 2] as number) << 8) |
        (b[at + 3] as number)) >>>
      0
    );
  }

  u64(): bigint {
    if (this.remaining < 8) throw new ShortInputError(this.#at, 8, this.remaining);
    const high = this.u32();
    return (BigInt(high) << 32n) | BigInt(this.u32());
  }

  /** The next `count` octets as a view: it shares memory with the message it was read from. */
  octets(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#octets.subarray(at, at + count);
  }

  /** A reader confined to the next `count` octets, which this one skips. */
  slice(count: number): Reader {
    return new Reader(this.octets(count));
  }

  /** All that is left, as a view. */
  rest(): Uint8Array {
    return this.octets(this.remaining);
  }

  /** All that is left, as a view, not consumed. */
  ahead(): Uint8Array {
    return this.#octets.subarray(this.#at);
  }
}
