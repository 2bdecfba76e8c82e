import { communityOf } from './attributes/community.ts';
import { extendedCommunityOf } from './communities/index.ts';

const KEPT_WORDS = 1024;
const NONE = new Uint8Array(0);

/** Communities that are no numbers: commands say the same few again and again, whose octets are kept. */
export class KnownWords {
  readonly #octetsOf: (word: string) => Uint8Array | undefined;
  readonly #known = new Map<string, Uint8Array>();

  constructor(octetsOf: (word: string) => Uint8Array | undefined) {
    this.#octetsOf = octetsOf;
  }

  /** As they are sent; none: it is no such word. */
  octets(word: string): Uint8Array {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const octets = this.#octetsOf(word) ?? NONE;
    if (this.#known.size >= KEPT_WORDS) this.#known.clear();
    this.#known.set(word, octets);
    return octets;
  }
}

/** `no-export`, `65000:1`, `0xffffff01`: RFC 1997. */
export const communityWords = new KnownWords((word) => {
  const value = communityOf(word);
  return value === undefined ? undefined : Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
});

/** `target:65000:1`: RFC 4360. */
export const extendedCommunityWords = new KnownWords(extendedCommunityOf);
