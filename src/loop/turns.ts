/*
 * The event loop is everybody's: sessions, routers, processes that command, and what is long. Each cuts its work into
 * slices; how many of them one turn of the loop takes is decided here, for all together. So timers are never late by more
 * than a turn and one slice, however many have something to do at a time.
 */

/** What all slices of one turn may take together, milliseconds. */
const TURN_MS = 8;
/** What may be worked off as it comes, before anybody has to wait. */
const AT_ONCE_MS = 4;
/** Less than this in a turn is not worth counting. */
const TRIFLE_MS = 0.5;

type Slice = () => void;

/** Lanes in which slices wait; the first is served next. */
const lanes: Lane[] = [];
let scheduled = false;
/** What was worked off as it came, in this turn. */
let spentMs = 0;
let untilMs = 0;

/**
 * Those who do work of one kind. Lanes are served in turn, and in each lane those who wait, so that a hundred of one kind
 * take no more from a single one of another kind than one of them would.
 */
export class Lane {
  readonly #waiting: Slice[] = [];

  /**
   * Runs `slice` soon, after what others have asked for: in this turn of the loop, or, if that has had its time, the next.
   * The function returned cancels.
   */
  soon(slice: Slice): () => void {
    const waiting = this.#waiting;
    waiting.push(slice);
    if (waiting.length === 1) lanes.push(this);
    schedule();
    return () => {
      const at = waiting.indexOf(slice);
      if (at >= 0) waiting[at] = nothing;
    };
  }

  /** Runs `slice` at once, while nobody waits and this turn has time: true. Else soon. */
  run(slice: Slice): boolean {
    if (this.runNow(slice)) return true;
    this.soon(slice);
    return false;
  }

  /** As `run`; else it is not run. */
  runNow(slice: Slice): boolean {
    if (lanes.length > 0 || spentMs > AT_ONCE_MS) return false;
    const start = performance.now();
    slice();
    spentMs += performance.now() - start;
    if (spentMs > TRIFLE_MS) schedule();
    return true;
  }

  /** Resolves when it is one's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => void this.soon(resolve));
  }

  /** The next one's slice; undefined: nobody waits. */
  next(): Slice | undefined {
    return this.#waiting.shift();
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }
}

function nothing(): void {}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(turn);
}

function turn(): void {
  const left = Math.max(TURN_MS - spentMs, TURN_MS - AT_ONCE_MS);
  spentMs = 0;
  untilMs = performance.now() + left;
  serve();
}

/** Who asks again in its slice comes after all who wait. What a slice resolves goes on before the next slice begins. */
function serve(): void {
  const lane = lanes.shift();
  const slice = lane?.next();
  if (lane?.empty === false) lanes.push(lane);
  try {
    slice?.();
  } finally {
    scheduled = false;
    if (lanes.length > 0) goOn();
  }
}

function goOn(): void {
  if (performance.now() >= untilMs) {
    schedule();
    return;
  }
  scheduled = true;
  queueMicrotask(serveNext);
}

/** Behind all that promises go on with: the system's own queue comes after theirs. */
function serveNext(): void {
  process.nextTick(serve);
}
