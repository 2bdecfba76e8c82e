import { DONE } from '../commands/reply.ts';
import { RouteLines } from '../commands/route-lines.ts';
import type { Process } from './commander.ts';
import type { Peer } from './peer.ts';
import type { RouteMovesOptions } from './route-moves.ts';
import { isOverIpv6, type Selection } from './selection.ts';

/** As long as lines of one process may keep all others waiting; the clock is looked at once per so many. */
const SLICE_MS = 2;
const LINES_PER_LOOK = 16;
/** Lines of this length come in several pieces, if ever. */
const LONG_LINE = 16_384;
const NEWLINE = 0x0a;
const NOBODY_YET: readonly Peer[] = [];

export interface UsualLinesOptions extends Pick<RouteMovesOptions, 'full'> {
  /** Whether more than the RIB has to be told of what the process does to the neighbor: such lines are not usual. */
  readonly noted: (process: Process, peer: Peer) => boolean;
}

/** Carries out the lines that announce and withdraw routes and need nothing but that: most of all lines. */
export class UsualLines {
  readonly #options: UsualLinesOptions;
  readonly #selection: Selection;
  readonly #lines = new RouteLines();

  constructor(options: UsualLinesOptions, selection: Selection) {
    this.#options = options;
    this.#selection = selection;
  }

  /**
   * Carries out the usual lines that announce and withdraw routes, as many as stand at `from` and a slice allows:
   * gives where the first one stands that was not carried out.
   */
  carryOut(process: Process, chunk: Buffer, from: number): number {
    if (process.batch !== undefined || process.sync || this.#options.full?.() !== undefined) return from;
    const until = performance.now() + SLICE_MS;
    // what stands behind the last line end is no line yet
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    let at = from;
    let count = 0;
    let peers = NOBODY_YET;
    while (at < end) {
      const next = this.#lines.read(chunk, at);
      if (next < 0) break;
      const concerned = this.#selection.of(process, this.#lines.selector);
      if (this.#lines.needsIpv6 && !concerned.some(isOverIpv6)) break;
      if (concerned !== peers) {
        if (!this.#isUsual(process, concerned)) break;
        for (const peer of peers) peer.changed(process.talker);
        peers = concerned;
      }
      this.#moveListed(concerned);
      at = next;
      if (++count % LINES_PER_LOOK === 0 && performance.now() > until) break;
    }
    if (count === 0) return from;
    for (const peer of peers) peer.changed(process.talker, at === chunk.length);
    process.commands += count;
    if (process.ack) process.answers.give([`${DONE}\n`.repeat(count - 1) + DONE]);
    return at;
  }

  /** Whether somebody is concerned, and nobody beside the tables has to know: no line of a slice changes that. */
  #isUsual(process: Process, peers: readonly Peer[]): boolean {
    return peers.length > 0 && !peers.some((peer) => this.#options.noted(process, peer));
  }

  /** A line of more prefixes than came in one piece: they are read without the grammar, as those of short lines are. */
  long(process: Process, text: string): boolean {
    if (text.length < LONG_LINE || !text.includes(' nlri ')) return false;
    const octets = Buffer.from(`${text}\n`);
    return octets.length === text.length + 1 && this.carryOut(process, octets, 0) === octets.length;
  }

  #moveListed(peers: readonly Peer[]): void {
    const { type, prefixes, said } = this.#lines;
    for (const { adjRibOut } of peers) {
      for (let nth = 0; nth < prefixes.count; nth++) {
        if (type === 'announce') adjRibOut.announcePrefix(prefixes, nth, said);
        else adjRibOut.withdrawPrefix(prefixes, nth);
      }
    }
  }
}
