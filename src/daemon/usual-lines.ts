import { performance } from 'node:perf_hooks';
import { DONE } from '../commands/reply.ts';
import { RouteLines } from '../commands/route-lines.ts';
import { sliced } from '../loop/sliced.ts';
import type { Process } from './commander.ts';
import { GatheredMoves } from './gathered-moves.ts';
import type { Peer } from './peer.ts';
import type { RouteMovesOptions } from './route-moves.ts';
import { isOverIpv6, type Selection } from './selection.ts';

/** As long as lines of one process may keep all others waiting; the clock is looked at once per so many. */
const SLICE_MS = 2;
const LINES_PER_LOOK = 16;
/** Lines of this length come in several pieces, if ever. */
const LONG_LINE = 16_384;
const NEWLINE = 0x0a;
/** Prefixes of such a line between two looks at who else has something to do. */
const AT_ONCE = 512;
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
  /** What lines before the one that is read said, and is not carried out yet. */
  readonly #gathered = new GatheredMoves();
  #longLines: RouteLines | undefined;

  constructor(options: UsualLinesOptions, selection: Selection) {
    this.#options = options;
    this.#selection = selection;
  }

  /**
   * Carries out the usual lines that announce and withdraw routes, as many as stand at `from` and a slice allows:
   * gives where the first one stands that was not carried out.
   */
  carryOut(process: Process, chunk: Buffer, from: number): number {
    if (!this.#mayBeUsual(process)) return from;
    const until = performance.now() + SLICE_MS;
    // what stands behind the last line end is no line yet
    const end = chunk[chunk.length - 1] === NEWLINE ? chunk.length : chunk.lastIndexOf(NEWLINE) + 1;
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
        this.#gathered.carryOut(peers);
        for (const peer of peers) peer.changed(process.talker);
        peers = concerned;
      }
      // of a line that comes alone nothing has to be gathered
      if (count === 0 && next === end && this.#lines.prefixes.count <= AT_ONCE)
        moveListed(this.#lines, peers, 0);
      else this.#gathered.add(this.#lines, peers);
      at = next;
      if (++count % LINES_PER_LOOK === 0 && performance.now() > until) break;
    }
    if (count === 0) return from;
    this.#gathered.carryOut(peers);
    for (const peer of peers) peer.changed(process.talker, at === chunk.length);
    process.commands += count;
    if (process.ack) process.answers.give([`${DONE}\n`.repeat(count - 1) + DONE]);
    return at;
  }

  /** Whether somebody is concerned, and nobody beside the tables has to know: no line of a slice changes that. */
  #isUsual(process: Process, peers: readonly Peer[]): boolean {
    return peers.length > 0 && !peers.some((peer) => this.#options.noted(process, peer));
  }

  /**
   * A line of more prefixes than came in one piece: they are read without the grammar, as those of short lines are, and
   * carried out once all of them can be, both a little at a time. False: it is not a usual one, and nothing was done.
   * Undefined: that is known at once.
   */
  long(process: Process, text: string): Promise<boolean> | undefined {
    if (text.length < LONG_LINE || !text.includes(' nlri ') || !this.#mayBeUsual(process)) return undefined;
    const octets = Buffer.from(`${text}\n`);
    return octets.length === text.length + 1 ? sliced(this.#carryingOut(process, octets)) : undefined;
  }

  *#carryingOut(process: Process, octets: Buffer): Generator<void, boolean, void> {
    // whoever else has a long line meanwhile has lines of its own
    const lines = this.#longLines ?? new RouteLines();
    this.#longLines = undefined;
    try {
      if ((yield* lines.reading(octets, 0)) !== octets.length) return false;
      const concerned = () => this.#selection.of(process, lines.selector);
      let peers = concerned();
      if (!this.#mayBeUsual(process) || !this.#isUsual(process, peers)) return false;
      if (lines.needsIpv6 && !peers.some(isOverIpv6)) return false;
      for (let nth = 0; nth < lines.prefixes.count; nth += AT_ONCE) {
        moveListed(lines, peers, nth);
        yield;
        const now = concerned();
        if (now.length === peers.length && now.every((peer, at) => peer === peers[at])) continue;
        // a reload, or somebody who came: the others have some of it, which does not matter
        peers = now;
        nth = -AT_ONCE;
      }
      for (const peer of peers) peer.changed(process.talker, true);
      process.commands++;
      if (process.ack) process.answers.give([DONE]);
      return true;
    } finally {
      this.#longLines = lines;
    }
  }

  #mayBeUsual(process: Process): boolean {
    return process.batch === undefined && !process.sync && this.#options.full?.() === undefined;
  }
}

/** Moves the next prefixes of the line, from one on. */
function moveListed({ type, prefixes, said }: RouteLines, peers: readonly Peer[], from: number): void {
  const to = Math.min(from + AT_ONCE, prefixes.count);
  for (const { adjRibOut } of peers) {
    for (let nth = from; nth < to; nth++) {
      if (type === 'announce') adjRibOut.announcePrefix(prefixes, nth, said);
      else adjRibOut.withdrawPrefix(prefixes, nth);
    }
  }
}
