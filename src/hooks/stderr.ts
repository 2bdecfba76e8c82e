import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { printable } from '../wire/text.ts';
import { type ChildLine, LineReader } from './lines.ts';

const MAX_LINE_OCTETS = 4096;
const BURST_LINES = 50;
const LINES_PER_SECOND = 10;

export interface StderrOptions {
  readonly log: Logger;
  /** Milliseconds. */
  readonly now: () => number;
}

/** What a process says on stderr, line by line to the log: repeats and what comes too fast are counted only. */
export class StderrLog {
  /** Resolves at the end of the stream. */
  readonly ended: Promise<void>;
  readonly #options: StderrOptions;
  readonly #reader: LineReader;
  #last = '';
  #repeated = 0;
  #suppressed = 0;
  #allowed = BURST_LINES;
  #allowedAtMs: number;

  constructor(stream: Readable, options: StderrOptions) {
    this.#options = options;
    this.#allowedAtMs = options.now();
    let end = (): void => undefined;
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
    this.#reader = new LineReader(stream, {
      onLine: (line) => this.#line(line),
      onEnd: () => end(),
      maxLineOctets: MAX_LINE_OCTETS,
    });
  }

  close(): void {
    this.#reader.close(true);
    this.#tellCounts();
  }

  #line(line: ChildLine): void {
    const text = 'text' in line ? printable(line.text) : line.excerpt;
    if (text === this.#last) {
      this.#repeated++;
      return;
    }
    if (!this.#allow()) {
      this.#suppressed++;
      return;
    }
    this.#tellCounts();
    this.#last = text;
    // as with ExaBGP, whose handlers inherit it: with the log switched off it is not lost
    if (this.#options.log.level === 'silent') process.stderr.write(`${text}\n`);
    else this.#options.log.info({ stderr: text }, 'process says');
  }

  #allow(): boolean {
    const now = this.#options.now();
    const earned = ((now - this.#allowedAtMs) / 1000) * LINES_PER_SECOND;
    this.#allowed = Math.min(BURST_LINES, this.#allowed + earned);
    this.#allowedAtMs = now;
    if (this.#allowed < 1) return false;
    this.#allowed--;
    return true;
  }

  #tellCounts(): void {
    if (this.#repeated > 0) {
      this.#options.log.info({ stderr: this.#last, repeated: this.#repeated }, 'process repeats');
    }
    if (this.#suppressed > 0) {
      this.#options.log.warn({ lines: this.#suppressed }, 'process says too much: lines left out');
    }
    this.#repeated = 0;
    this.#suppressed = 0;
  }
}
