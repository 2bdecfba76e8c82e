import { AttributeWords } from '../bgp/attribute-words.ts';
import { PackedSaid, type Said } from '../bgp/said.ts';
import { Passage, passageHash } from '../wire/passage.ts';
import { PrefixList } from '../wire/prefix-list.ts';
import type { Command, Selector } from './command.ts';
import { CommandError } from './command-error.ts';
import { parseCommand } from './parse.ts';

const NEWLINE = 0x0a;
const BLANK = 0x20;
/** What may stand before a prefix, or the attributes of many: nothing in it depends on what follows. */
const HEAD = /^(?:(?:neighbor|peer) [\d.:a-f*]+ )?(announce|withdraw) (?:route (?=[\d:a-f])|attributes(?= ))/;
const LONGEST_HEAD = 96;
const NLRI = Buffer.from(' nlri ');
/** Tables come in runs of the same attributes, or of a few that take turns: a power of two. */
const KEPT_TAILS = 128;
/** What is longer has more blanks than words. */
const LONGEST_TAIL = 8192;
const KEPT_HEADS = 256;
/** Prefixes of a long line between two looks at who else has something to do. */
const AT_ONCE = 512;
const NO_OCTETS = Buffer.alloc(0);
const NOTHING = new PackedSaid(undefined, '');
/** A line goes on. */
const UNFINISHED = -2;

interface Head {
  readonly text: Passage;
  readonly type: 'announce' | 'withdraw';
  readonly selector: Selector;
  /** Many prefixes follow the attributes. */
  readonly many: boolean;
}

/** The text of attributes: of one route to the end of the line, of many with the word `nlri`. */
interface Tail {
  readonly text: Passage;
  said: PackedSaid;
}

/**
 * The usual lines that announce and withdraw prefixes of IPv4 and IPv6 unicast, read from octets to numbers: no words, no
 * routes. What such a line means is what `parseCommand` says of it, and it is asked for all that is not usual.
 */
export class RouteLines {
  /** What the last line said: of which neighbors, */
  selector: Selector;
  type: 'announce' | 'withdraw' = 'announce';
  /** to which prefixes, */
  readonly prefixes = new PrefixList();
  /** and what of them. */
  said: Said = NOTHING;
  readonly #words = new AttributeWords();
  readonly #heads = new Map<string, Head | undefined>();
  /** By their hashes, two places each. */
  readonly #tails: (Tail | undefined)[] = Array.from({ length: KEPT_TAILS });
  #head: Head | undefined;
  /** So many prefixes, and the line is left where it is. */
  #most = Number.POSITIVE_INFINITY;
  #leftAt = 0;
  /** Of the line before. */
  #tail: Tail | undefined;
  /** What is read. */
  #octets: Buffer = NO_OCTETS;
  #view: DataView = new DataView(NO_OCTETS.buffer, 0, 0);

  /** The line at `from`. Gives where the next one begins; -1: it is not a usual one, or not all there. */
  read(octets: Buffer, from: number): number {
    if (octets !== this.#octets) {
      this.#octets = octets;
      this.#view = new DataView(octets.buffer, octets.byteOffset, octets.length);
    }
    let head = this.#head;
    if (head?.text.isAt(this.#view, from) !== true) {
      head = this.#headAt(octets, from);
      if (head === undefined) return -1;
      this.#head = head;
    }
    this.prefixes.count = 0;
    this.selector = head.selector;
    this.type = head.type;
    const behind = from + head.text.length;
    return head.many ? this.#many(octets, behind) : this.#one(octets, behind);
  }

  /** As `read` for a line of many prefixes, giving back control now and then. */
  *reading(octets: Buffer, from: number): Generator<void, number, void> {
    this.#most = AT_ONCE;
    try {
      let next = this.read(octets, from);
      for (; next === UNFINISHED; next = this.#prefixes(octets, this.#leftAt, this.said)) {
        yield;
        this.#most += AT_ONCE;
      }
      return next;
    } finally {
      this.#most = Number.POSITIVE_INFINITY;
    }
  }

  /** Whether a session over IPv4 cannot take what the last line said: it has no address of its own for it. */
  get needsIpv6(): boolean {
    return this.type === 'announce' && this.said.nextHop === 'self' && this.prefixes.hasIpv6();
  }

  #one(octets: Buffer, from: number): number {
    const at = this.prefixes.read(octets, from);
    if (at < 0) return -1;
    const tail = this.#tail;
    if (tail?.text.isAt(this.#view, at) === true) return this.#says(tail.said, at + tail.text.length);
    const end = octets.indexOf(NEWLINE, at);
    if (end < 0 || (end > at && octets[at] !== BLANK)) return -1;
    return this.#learn(octets, at, end) ? end + 1 : -1;
  }

  #many(octets: Buffer, from: number): number {
    const tail = this.#tail;
    if (tail?.text.isAt(this.#view, from) === true)
      return this.#prefixes(octets, from + tail.text.length, tail.said);
    const word = octets.indexOf(NLRI, from);
    if (word < 0) return -1;
    // a word `nlri` of another line
    const end = octets.indexOf(NEWLINE, from);
    if (end < word || !this.#learn(octets, from, word, NLRI.length)) return -1;
    return this.#prefixes(octets, word + NLRI.length, this.said);
  }

  #prefixes(octets: Buffer, from: number, said: Said): number {
    const { prefixes } = this;
    let at = from;
    for (;;) {
      if (prefixes.count >= this.#most) return this.#leave(at, said);
      at = prefixes.read(octets, at);
      if (at < 0) return -1;
      const code = octets[at++];
      if (code === NEWLINE) return this.#says(said, at);
      if (code !== BLANK) return -1;
      while (octets[at] === BLANK) at++;
      if (octets[at] === NEWLINE) return this.#says(said, at + 1);
    }
  }

  #leave(at: number, said: Said): number {
    this.#leftAt = at;
    this.said = said;
    return UNFINISHED;
  }

  #says(said: Said, next: number): number {
    this.said = said;
    return this.type === 'withdraw' || said.nextHop !== undefined ? next : -1;
  }

  /** @param more octets behind the text that belong to the tail, 1 for the end of the line */
  #learn(octets: Buffer, from: number, to: number, more = 1): boolean {
    const length = to + more - from;
    if (length > LONGEST_TAIL) return false;
    const first = passageHash(this.#view, from, length) & (KEPT_TAILS - 1);
    const second = first ^ 1;
    let tail = this.#known(first, from) ?? this.#known(second, from);
    if (tail === undefined) {
      const said = this.#words.read(octets, from, to);
      if (said === undefined) return false;
      // the one before this one may come again
      tail = this.#keep(this.#tails[first] === this.#tail ? second : first);
      tail.text.set(this.#view, from, length);
      tail.said = said;
    }
    this.#tail = tail;
    return this.#says(tail.said, 0) === 0;
  }

  #known(place: number, from: number): Tail | undefined {
    const tail = this.#tails[place];
    return tail?.text.isAt(this.#view, from) === true ? tail : undefined;
  }

  #keep(place: number): Tail {
    const tail = this.#tails[place] ?? { text: new Passage(), said: NOTHING };
    this.#tails[place] = tail;
    return tail;
  }

  #headAt(octets: Buffer, from: number): Head | undefined {
    const text = HEAD.exec(octets.toString('latin1', from, from + LONGEST_HEAD))?.[0];
    if (text === undefined) return undefined;
    if (!this.#heads.has(text)) {
      if (this.#heads.size >= KEPT_HEADS) this.#heads.clear();
      this.#heads.set(text, headOf(text));
    }
    return this.#heads.get(text);
  }
}

/** Undefined: no command begins so. */
function headOf(text: string): Head | undefined {
  const many = text.endsWith('attributes');
  const command = commandOf(
    many ? `${text} next-hop 192.0.2.1 nlri 192.0.2.0/24` : `${text}192.0.2.0/24 next-hop 192.0.2.1`,
  );
  if (command?.type !== 'announce' && command?.type !== 'withdraw') return undefined;
  return { text: passageOf(text), type: command.type, selector: command.selector, many };
}

function commandOf(line: string): Command | undefined {
  try {
    return parseCommand(line);
  } catch (err) {
    if (!(err instanceof CommandError)) throw err;
    return undefined;
  }
}

function passageOf(text: string): Passage {
  const octets = Buffer.from(text);
  const passage = new Passage();
  passage.set(new DataView(octets.buffer, octets.byteOffset, octets.length), 0, octets.length);
  return passage;
}
