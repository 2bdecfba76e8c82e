import { FieldOverflowError } from './errors.ts';

/**
 * Octets being written, big-endian, in field order. Lengths are patched, never computed beforehand.
 * @throws FieldOverflowError when a value does not fit its field.
 */
export class Writer {
  #octets: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#octets = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #grow(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#octets.length) {
      const larger = new Uint8Array(Math.max(needed, this.#octets.length * 2));
      larger.set(this.#octets.subarray(0, at));
      this.#octets = larger;
    }
    this.#length = needed;
    return at;
  }

  #fit(field: string, value: number, maximum: number): void {
    if (!Number.isInteger(value) || value < 0 || value > maximum) {
      throw new FieldOverflowError(field, value, maximum);
    }
  }

  u8(value: number, field = 'octet'): this {
    this.#fit(field, value, 0xff);
    const at = this.#grow(1);
    this.#octets[at] = value;
    return this;
  }

  u16(value: number, field = 'two octets'): this {
    this.#fit(field, value, 0xffff);
    const at = this.#grow(2);
    this.#octets[at] = value >>> 8;
    this.#octets[at + 1] = value;
    return this;
  }

  u24(value: number, field = 'three octets'): this {
    this.#fit(field, value, 0xffffff);
    const at = this.#grow(3);
    this.#octets[at] = value >>> 16;
    this.#octets[at + 1] = value >>> 8;
    this.#octets[at + 2] = value;
    return this;
  }

  u32(value: number, field = 'four octets'): this {
    this.#fit(field, value, 0xffffffff);
    const at = this.#grow(4);
    this.#octets[at] = value >>> 24;
    this.#octets[at + 1] = value >>> 16;
    this.#octets[at + 2] = value >>> 8;
    this.#octets[at + 3] = value;
    return this;
  }

  u64(value: bigint, field = 'eight octets'): this {
    if (value < 0n || value > 0xffffffffffffffffn) {
      throw new FieldOverflowError(field, value, 0xffffffffffffffffn);
    }
    return this.u32(Number(value >> 32n)).u32(Number(value & 0xffffffffn));
  }

  octets(value: Uint8Array): this {
    const at = this.#grow(value.length);
    this.#octets.set(value, at);
    return this;
  }

  /** The first `count` octets of `value`: few of them, so that no view is made. */
  firstOctets(value: Uint8Array, count: number): this {
    const at = this.#grow(count);
    for (let i = 0; i < count; i++) this.#octets[at + i] = value[i] as number;
    return this;
  }

  /** A one-octet length, then what `body` writes. */
  u8Length(field: string, body: () => void): this {
    const at = this.#grow(1);
    body();
    const length = this.#length - at - 1;
    this.#fit(field, length, 0xff);
    this.#octets[at] = length;
    return this;
  }

  /** A two-octet length, then what `body` writes. */
  u16Length(field: string, body: () => void): this {
    const at = this.#grow(2);
    body();
    const length = this.#length - at - 2;
    this.#fit(field, length, 0xffff);
    this.#octets[at] = length >>> 8;
    this.#octets[at + 1] = length;
    return this;
  }

  /** Writes over an octet that is already there. */
  patchU8(at: number, value: number, field = 'octet'): this {
    this.#fit(field, value, 0xff);
    this.#octets[at] = value;
    return this;
  }

  /** Writes over two octets that are already there: for lengths that count octets before them. */
  patchU16(at: number, value: number, field: string): this {
    this.#fit(field, value, 0xffff);
    this.#octets[at] = value >>> 8;
    this.#octets[at + 1] = value;
    return this;
  }

  /** Writes over four octets that are already there. */
  patchU32(at: number, value: number, field: string): this {
    this.#fit(field, value, 0xffffffff);
    new DataView(this.#octets.buffer).setUint32(at, value);
    return this;
  }

  /** Forgets all that was written after the first `length` octets. */
  truncate(length: number): this {
    this.#length = Math.min(this.#length, length);
    return this;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#octets.slice(0, this.#length);
  }
}

/** Writers to use again: making one costs more than what most of them write. Several where calls are nested. */
const IDLE: Writer[] = [];
const LARGEST_IDLE_OCTETS = 4096;

/** Gives an empty writer for the time of the call. */
export function borrowed<T>(use: (w: Writer) => T): T {
  const w = IDLE.pop() ?? new Writer();
  try {
    return use(w);
  } finally {
    if (w.length <= LARGEST_IDLE_OCTETS) IDLE.push(w.truncate(0));
  }
}

/** What `body` writes, as octets of its own. */
export function written(body: (w: Writer) => void): Uint8Array {
  return borrowed((w) => {
    body(w);
    return w.finish();
  });
}
