import { HASH_SEED } from '../../wire/hash-seed.ts';
import { longer } from '../longer.ts';

/** Octets of a piece, as a power of two: a place is the number of a piece and where in it. */
const PIECE_BITS = 16;
const PIECE_OCTETS = 1 << PIECE_BITS;
const WITHIN = PIECE_OCTETS - 1;
const FIRST_OCTETS = 128;
/** Keys take multiples of this, so that what one leaves fits another. */
const GRAIN = 4;
/** A longer string stands by itself, and its place is a number of its own. */
const LONG = 1024;
const NO_PLACE = -1;
const NO_OCTETS = new Uint8Array(0);

/**
 * Short strings of octets, in pieces that stay where they are. What one leaves is for the next of about the same
 * length: nothing is ever moved together.
 */
export class Arena {
  readonly #pieces: Uint8Array[] = [];
  /** The piece that is being filled, and how far. */
  #piece = 0;
  #used = 0;
  /** By length in grains the first place that is free; the next one stands in it. */
  readonly #free: number[] = [];
  readonly #long: Uint8Array[] = [];
  /** Numbers of those that are gone. */
  readonly #freeLong: number[] = [];
  #bytes = 0;

  /** Octets of memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a copy; gives its place. */
  add(octets: Uint8Array, from: number, length: number): number {
    if (length > LONG) return this.#addLong(octets.slice(from, from + length));
    const place = this.#placeFor(grains(length));
    const piece = this.#pieces[place >>> PIECE_BITS] as Uint8Array;
    const at = place & WITHIN;
    for (let i = 0; i < length; i++) piece[at + i] = octets[from + i] as number;
    return place;
  }

  /** The place is free for others. */
  remove(place: number, length: number): void {
    if (length > LONG) {
      this.#bytes -= length;
      this.#long[place] = NO_OCTETS;
      this.#freeLong.push(place);
      return;
    }
    const size = grains(length);
    const piece = this.#pieces[place >>> PIECE_BITS] as Uint8Array;
    const next = this.#free[size] ?? NO_PLACE;
    for (let i = 0; i < GRAIN; i++) piece[(place & WITHIN) + i] = next >>> (i * 8);
    this.#free[size] = place;
  }

  /** What stands there, valid until it is removed. */
  view(place: number, length: number): Uint8Array {
    const at = within(place, length);
    return this.#pieceOf(place, length).subarray(at, at + length);
  }

  /** Whether the same octets stand there. */
  holds(place: number, octets: Uint8Array, from: number, length: number): boolean {
    const piece = this.#pieceOf(place, length);
    const at = within(place, length);
    for (let i = length - 1; i >= 0; i--) if (piece[at + i] !== octets[from + i]) return false;
    return true;
  }

  /** As `hash` of what stands there. */
  hash(place: number, length: number): number {
    return hash(this.#pieceOf(place, length), within(place, length), length);
  }

  #placeFor(size: number): number {
    const free = this.#free[size] ?? NO_PLACE;
    if (free !== NO_PLACE) {
      const piece = this.#pieces[free >>> PIECE_BITS] as Uint8Array;
      let next = 0;
      for (let i = 0; i < GRAIN; i++) next |= (piece[(free & WITHIN) + i] as number) << (i * 8);
      this.#free[size] = next === NO_PLACE ? NO_PLACE : next >>> 0;
      return free;
    }
    const length = size * GRAIN;
    while (this.#used + length > (this.#pieces[this.#piece]?.length ?? 0)) this.#grow();
    const at = this.#used;
    this.#used += length;
    return this.#piece * PIECE_OCTETS + at;
  }

  /** The first piece grows to the length of all. */
  #grow(): void {
    const piece = this.#pieces[this.#piece];
    if (piece !== undefined && piece.length < PIECE_OCTETS) {
      this.#bytes += piece.length;
      this.#pieces[this.#piece] = longer(piece, piece.length * 2);
      return;
    }
    const octets = piece === undefined ? FIRST_OCTETS : PIECE_OCTETS;
    this.#piece = this.#pieces.length;
    this.#pieces.push(new Uint8Array(octets));
    this.#bytes += octets;
    this.#used = 0;
  }

  #addLong(octets: Uint8Array): number {
    const number = this.#freeLong.pop() ?? this.#long.length;
    this.#long[number] = octets;
    this.#bytes += octets.length;
    return number;
  }

  /** What a string stands in. */
  #pieceOf(place: number, length: number): Uint8Array {
    return (length > LONG ? this.#long[place] : this.#pieces[place >>> PIECE_BITS]) as Uint8Array;
  }
}

/** Where in it. */
function within(place: number, length: number): number {
  return length > LONG ? 0 : place & WITHIN;
}

function grains(length: number): number {
  return (Math.max(length, 1) + GRAIN - 1) >>> 2;
}

/** FNV-1a with a last mix: prefixes differ in few bits. */
export function hash(octets: Uint8Array, from: number, length: number): number {
  let value = HASH_SEED;
  for (let i = from; i < from + length; i++) value = Math.imul(value ^ (octets[i] as number), 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return value ^ (value >>> 13);
}
