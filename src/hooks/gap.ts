/** What was left out since the last line told. Times in milliseconds since 1970. */
export interface Gap {
  readonly dropped: number;
  /** How many of them were of which peer; state events and the like are of none. */
  readonly peers: ReadonlyMap<string, number>;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Peers that are counted by name; more are counted together. */
const MOST_PEERS = 256;
const OTHERS = 'others';

/** Counts what is missing until it is told. */
export class GapCount {
  #sinceMs: number;
  readonly #peers = new Map<string, number>();
  #dropped = 0;

  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  add(peer: string | undefined, lines = 1): void {
    this.#dropped += lines;
    if (peer === undefined) return;
    const name = this.#peers.has(peer) || this.#peers.size < MOST_PEERS ? peer : OTHERS;
    this.#peers.set(name, (this.#peers.get(name) ?? 0) + lines);
  }

  /** What was left out before all that is counted here. */
  addEarlier({ sinceMs, dropped, peers }: Gap): void {
    this.#sinceMs = sinceMs;
    let others = dropped;
    for (const [peer, lines] of peers) {
      this.add(peer, lines);
      others -= lines;
    }
    this.add(undefined, others);
  }

  told(untilMs: number): Gap {
    return { dropped: this.#dropped, peers: this.#peers, sinceMs: this.#sinceMs, untilMs };
  }
}
