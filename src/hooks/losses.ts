import type { Line } from './fifo.ts';
import { type Gap, GapCount } from './gap.ts';
import type { LaneOptions } from './overflow.ts';

/** What a lane dropped: all that was, and what is to be told by the next gap line. */
export class Losses {
  readonly #options: Pick<LaneOptions, 'clock' | 'gap' | 'onDrop'>;
  #gap: GapCount | undefined;
  #dropped = 0;
  #gaps = 0;

  constructor(options: Pick<LaneOptions, 'clock' | 'gap' | 'onDrop'>) {
    this.#options = options;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** How many gaps were told. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Whether there is a gap to tell. */
  get untold(): boolean {
    return this.#gap !== undefined;
  }

  /** Lines that are dropped now. @param owner whose events they are; undefined: nobody's */
  count(owner: string | undefined, lines = 1): void {
    this.#dropped += lines;
    if (this.#gap === undefined) {
      this.#gap = new GapCount(this.#options.clock.wall());
      this.#options.onDrop();
    }
    this.#gap.add(owner, lines);
  }

  /** Lines that went with the process. @param tell takes the line that tells the next one of them */
  lost(lines: number, tell?: (line: Line) => void): void {
    this.#dropped += lines;
    if (tell === undefined || lines === 0) return;
    const nowMs = this.#options.clock.wall();
    tell(this.#options.gap({ dropped: lines, peers: new Map(), sinceMs: nowMs, untilMs: nowMs }));
    this.#gaps++;
  }

  /** Gives the line that tells it to who takes it, or not, and may say that it did not arrive. Only when `untold`. */
  tell(take: (line: Line, onLost: () => void) => boolean): boolean {
    const untilMs = this.#options.clock.wall();
    const gap = (this.#gap ?? new GapCount(untilMs)).told(untilMs);
    if (!take(this.#options.gap(gap), () => this.#untell(gap))) return false;
    this.#gap = undefined;
    this.#gaps++;
    return true;
  }

  /** There is nobody left to tell it to. */
  forget(): void {
    this.#gap = undefined;
  }

  /** What comes since is told with it. */
  #untell(gap: Gap): void {
    this.#gap ??= new GapCount(gap.sinceMs);
    this.#gap.addEarlier(gap);
    this.#gaps--;
  }
}
