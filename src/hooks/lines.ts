import { isAscii } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { Lane } from '../loop/turns.ts';
import { printable, utf8 } from '../wire/text.ts';

/** A line without its line end, or why there is none to act on. */
export type ChildLine =
  | { readonly text: string }
  | {
      readonly error: 'line too long' | 'invalid UTF-8' | 'no newline at the end';
      /** Its beginning, safe to print. */
      readonly excerpt: string;
    };

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EXCERPT_OCTETS = 80;

/** Longest command line, octets: more than any UPDATE's worth of text, and what ExaBGP's main branch allows. */
const MAX_LINE_OCTETS = 1024 * 1024;

/** A longer line is put together by itself. */
const SHORT_REST = 16 * 1024;

/** Cuts octets into lines. Holds at most one pushed chunk and one unfinished line. */
export class LineSplitter {
  readonly #max: number;
  #chunk: Buffer = Buffer.alloc(0);
  /** The chunk has nothing but ASCII: its lines need no look of their own. Undefined: nobody had to know. */
  #ascii: boolean | undefined;
  #at = 0;
  /** The unfinished line: one growing buffer, since a child may write octet by octet. */
  #rest: Buffer = Buffer.alloc(0);
  #restLength = 0;
  #skipping = false;
  /** Where a chunk is put behind the line that the one before began. */
  #whole: Buffer = Buffer.alloc(0);

  constructor(maxOctets: number = MAX_LINE_OCTETS) {
    this.#max = maxOctets;
  }

  /** Only after `next` gave undefined. */
  push(chunk: Uint8Array): void {
    const octets =
      chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const begun = this.#restLength > 0 && this.#restLength <= SHORT_REST && !this.#skipping;
    this.#chunk = begun && octets.includes(NEWLINE) ? this.#behindRest(octets) : octets;
    this.#ascii = undefined;
    this.#at = 0;
  }

  /** So that the line which ends in the chunk is read as all others are: every chunk of a flood has one. */
  #behindRest(octets: Buffer): Buffer {
    const length = this.#restLength + octets.length;
    if (length > this.#whole.length) this.#whole = Buffer.allocUnsafeSlow(length + (length >> 2));
    this.#whole.set(this.#rest.subarray(0, this.#restLength));
    this.#whole.set(octets, this.#restLength);
    this.#restLength = 0;
    return this.#whole.subarray(0, length);
  }

  /** The next whole line; undefined: more octets are needed. */
  next(): ChildLine | undefined {
    for (;;) {
      if (this.#at === this.#chunk.length) return undefined;
      const end = this.#chunk.indexOf(NEWLINE, this.#at);
      if (end === -1) return this.#keep();
      const from = this.#at;
      this.#at = end + 1;
      this.#ascii ??= isAscii(this.#chunk);
      if (this.#ascii && this.#restLength === 0 && !this.#skipping && end - from <= this.#max) {
        const to = end > from && this.#chunk[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
        return { text: this.#chunk.toString('latin1', from, to) };
      }
      const part = this.#chunk.subarray(from, end);
      if (this.#skipping) {
        this.#skipping = false;
        continue;
      }
      if (this.#restLength + part.length > this.#max) return this.#tooLong(part);
      return lineOf(this.#take(part));
    }
  }

  /** Gives `read` the lines that are left of the chunk, if a line begins there; it gives back where it stopped. */
  pass(read: (chunk: Buffer, from: number) => number): void {
    if (this.#restLength === 0 && !this.#skipping && this.#at < this.#chunk.length)
      this.#at = read(this.#chunk, this.#at);
  }

  /** At the end of the stream: what came after the last newline, a line only where `whole` says so. */
  finish(whole: boolean): ChildLine | undefined {
    const rest = this.#take(new Uint8Array(0));
    if (rest.length === 0) return undefined;
    return whole ? lineOf(rest) : { error: 'no newline at the end', excerpt: excerptOf(rest) };
  }

  #keep(): ChildLine | undefined {
    const part = this.#chunk.subarray(this.#at);
    this.#at = this.#chunk.length;
    if (this.#skipping || part.length === 0) return undefined;
    if (this.#restLength + part.length > this.#max) {
      this.#skipping = true;
      return this.#tooLong(part);
    }
    this.#append(part);
    return undefined;
  }

  #append(part: Uint8Array): void {
    const length = this.#restLength + part.length;
    if (length > this.#rest.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#rest.length * 2, 256));
      grown.set(this.#rest.subarray(0, this.#restLength));
      this.#rest = grown;
    }
    this.#rest.set(part, this.#restLength);
    this.#restLength = length;
  }

  #take(part: Uint8Array): Uint8Array {
    if (this.#restLength === 0) return part;
    this.#append(part);
    const whole = this.#rest.subarray(0, this.#restLength);
    this.#forget();
    return whole;
  }

  #tooLong(part: Uint8Array): ChildLine {
    const begin = this.#restLength > 0 ? this.#rest.subarray(0, this.#restLength) : part;
    const excerpt = excerptOf(begin);
    this.#forget();
    return { error: 'line too long', excerpt };
  }

  #forget(): void {
    this.#rest = Buffer.alloc(0);
    this.#restLength = 0;
  }
}

function lineOf(octets: Uint8Array): ChildLine {
  const end = octets.at(-1) === CARRIAGE_RETURN ? octets.length - 1 : octets.length;
  const text = utf8(octets.subarray(0, end));
  return text === undefined ? { error: 'invalid UTF-8', excerpt: excerptOf(octets) } : { text };
}

function excerptOf(octets: Uint8Array): string {
  const begin = octets.subarray(0, EXCERPT_OCTETS);
  return printable(utf8(begin) ?? Buffer.from(begin).toString('latin1'));
}

export interface LineReaderOptions {
  readonly onLine: (line: ChildLine) => void;
  /** Takes usual lines, which are ASCII, from the chunk itself; gives back where it stopped, at the latest after a slice. */
  readonly onChunk?: ((chunk: Buffer, from: number) => number) | undefined;
  readonly onEnd: () => void;
  readonly maxLineOctets?: number;
  /** Lines given away before others have their turn. */
  readonly linesPerSlice?: number;
}

const LINES_PER_SLICE = 128;
const SLICE_MS = 2;
const SMALL_CHUNK = 1024;
const COMMANDS = new Lane();

/**
 * Reads lines from a child. One chunk is read, its lines are given away slice by slice, and only then the next
 * chunk is read: a child that writes faster than its lines are worked off waits in its own pipe.
 */
export class LineReader {
  readonly #stream: Readable;
  readonly #options: LineReaderOptions;
  readonly #splitter: LineSplitter;
  #pending: (() => void) | undefined;
  #held = false;
  #busy = false;
  #paused = false;
  #ended = false;
  #closed = false;
  readonly #sliceNow = (): void => this.#slice();

  constructor(stream: Readable, options: LineReaderOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#splitter = new LineSplitter(options.maxLineOctets);
    stream.on('data', (chunk: Uint8Array) => this.#take(chunk));
    // A broken pipe is an end like any other.
    stream.on('error', () => this.#end());
    stream.on('end', () => this.#end());
    stream.on('close', () => this.#end());
  }

  /** Gives no more lines until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#later();
  }

  /** Stops reading; what was not yet given away is lost, but for an unfinished last line if `whole`. */
  close(whole: boolean): void {
    if (this.#closed) return;
    const last = this.#busy ? undefined : this.#splitter.finish(whole);
    if (last !== undefined) this.#options.onLine(last);
    this.#closed = true;
    this.#pending?.();
    this.#stream.destroy();
  }

  #take(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
    this.#busy = true;
    // one that comes alone need not wait for a turn of the loop
    if (this.#pending !== undefined) this.#later();
    else if (chunk.length < SMALL_CHUNK) this.#slice();
    // nor one of many, while there is time: to stop reading and to begin again takes as long as a hundred lines
    else if (!COMMANDS.runNow(this.#sliceNow)) this.#later();
    if (!this.#busy) return;
    this.#paused = true;
    this.#stream.pause();
  }

  #slice(): void {
    const until = performance.now() + SLICE_MS;
    const { linesPerSlice: most = LINES_PER_SLICE, onChunk } = this.#options;
    for (let given = 0; given < most; given++) {
      if (this.#held || this.#closed) return;
      if (onChunk !== undefined) this.#splitter.pass(onChunk);
      // it may have been told enough
      if (this.#held || this.#closed) return;
      const line = this.#splitter.next();
      if (line === undefined) {
        this.#more();
        return;
      }
      this.#options.onLine(line);
      if (performance.now() >= until) break;
    }
    this.#later();
  }

  #later(): void {
    if (!this.#busy || this.#closed || this.#pending !== undefined) return;
    this.#pending = COMMANDS.soon(() => {
      this.#pending = undefined;
      this.#slice();
    });
  }

  #more(): void {
    this.#busy = false;
    if (this.#ended) this.#options.onEnd();
    else if (this.#paused) {
      this.#paused = false;
      this.#stream.resume();
    }
  }

  /** A paused stream also ends, while the lines of its last chunk are still to be given away. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#busy) this.#options.onEnd();
  }
}
