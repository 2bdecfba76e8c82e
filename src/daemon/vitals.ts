import type { Logger } from 'pino';
import type { Clock } from '../session/clock.ts';

/** How much of what this program may have is taken: `short` is time to let go, `exhausted` to take no more. */
export type MemoryState = 'ample' | 'short' | 'exhausted';

/** Times at which nothing was done for longer than a second since the start. */
export interface Stalls {
  readonly count: number;
  /** Milliseconds. */
  readonly longest: number;
}

export interface VitalsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the process took of processors since it started, milliseconds. */
  readonly cpuMs: () => number;
  /** Which part of the memory that it may have it takes, 0 to 1. */
  readonly memoryTaken: () => number;
  /** Has V8 look for garbage, which counts as taken until then. */
  readonly collect: () => void;
  /** The same at once and for all of it: nothing else is done meanwhile. */
  readonly collectAll: () => void;
  /** At each look while memory is not ample. */
  readonly onShort: () => void;
  /** Nine tenths are taken, and none of it is garbage: at once, and again for as long as it is so. */
  readonly onExhausted: () => void;
  /** At each look, for whatever else is to be looked at. */
  readonly onLook?: () => void;
  /** Milliseconds from one look to the next, while there is memory. */
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
/** While there is little left. */
const LOOK_SOON_MS = 50;
/** What was found must still be so after some looks: it may have been garbage. */
const PATIENCE = 3;
const COLLECT_EVERY_MS = 2_000;
/** Time for what was given up to be let go; and what collections may take of all time at most. */
const COLLECT_ALL_EVERY_MS = 500;
const COLLECT_ALL_SHARE = 1 / 20;
/** But where so much more is taken than was alive after the last one: there may be no time left. */
const MUCH_MORE = 0.02;
const STALLED_MS = 1_000;
const SHORT = 0.8;
const EXHAUSTED = 0.9;
/** What is told as short is so until there is clearly more again. */
const AMPLE = 0.7;

/** Looks now and then whether the event loop runs on time, and how much memory is left. */
export class Vitals {
  readonly #options: VitalsOptions;
  #memory: MemoryState = 'ample';
  /** Looks in a row that found less left than `memory` says. */
  #worse = 0;
  #collectedMs = Number.NEGATIVE_INFINITY;
  /** When all may be collected again. */
  #collectAllMs = 0;
  /** What was alive when all had been collected. */
  #alive = 0;
  #count = 0;
  #longest = 0;
  #dueMs = 0;
  #cpuMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: VitalsOptions) {
    this.#options = options;
  }

  get memory(): MemoryState {
    return this.#memory;
  }

  get stalls(): Stalls {
    return { count: this.#count, longest: Math.round(this.#longest) };
  }

  start(): void {
    this.#later(this.#everyMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #later(ms: number): void {
    const { clock, cpuMs } = this.#options;
    this.#dueMs = clock.now() + ms;
    this.#cpuMs = cpuMs();
    this.#cancel = clock.after(ms, () => this.#look());
  }

  #look(): void {
    const { clock, cpuMs, onLook } = this.#options;
    const lateMs = clock.now() - this.#dueMs;
    if (lateMs >= STALLED_MS) this.#stalled(lateMs, cpuMs() - this.#cpuMs);
    onLook?.();
    const taken = this.#lookAtMemory();
    this.#later(taken >= AMPLE ? LOOK_SOON_MS : this.#everyMs);
  }

  get #everyMs(): number {
    return this.#options.lookEveryMs ?? LOOK_EVERY_MS;
  }

  /** Busy for nearly as long: it was this program. Hardly at all: it was stopped, or others had the machine. */
  #stalled(lateMs: number, busyMs: number): void {
    this.#count++;
    this.#longest = Math.max(this.#longest, lateMs);
    const fields = { stalledMs: Math.round(lateMs), busyMs: Math.round(busyMs) };
    this.#options.log.warn(fields, 'the event loop stood still');
  }

  #lookAtMemory(): number {
    const { memoryTaken, onShort, onExhausted } = this.#options;
    let taken = memoryTaken();
    const before = this.#memory;
    if (taken >= AMPLE || before !== 'ample') this.#collect();
    const isSure = taken >= EXHAUSTED && this.#collectAll(taken);
    if (isSure) taken = this.#alive;
    const found = stateOf(taken, before);
    const state = found === 'exhausted' && before !== 'exhausted' && !isSure ? 'short' : found;
    this.#worse = isWorse(state, before) ? this.#worse + 1 : 0;
    if (this.#worse === 0 || isSure || this.#worse >= PATIENCE) this.#change(state, taken);
    if (this.#memory !== 'ample') onShort();
    if (isSure && taken >= EXHAUSTED) onExhausted();
    return taken;
  }

  #change(state: MemoryState, taken: number): void {
    if (state === this.#memory) return;
    this.#memory = state;
    const { log } = this.#options;
    const fields = { memory: state, takenPercent: Math.round(taken * 100) };
    if (state === 'ample') log.info(fields, 'there is memory again');
    else log.warn(fields, TOLD[state]);
  }

  #collect(): void {
    const { clock, collect } = this.#options;
    if (clock.now() - this.#collectedMs < COLLECT_EVERY_MS) return;
    this.#collectedMs = clock.now();
    collect();
  }

  /** False: it is too soon for that. */
  #collectAll(taken: number): boolean {
    const { clock, collectAll, memoryTaken } = this.#options;
    const startMs = clock.now();
    if (startMs < this.#collectAllMs && taken < this.#alive + MUCH_MORE) return false;
    collectAll();
    this.#alive = memoryTaken();
    const endMs = clock.now();
    this.#collectAllMs = endMs + Math.max(COLLECT_ALL_EVERY_MS, (endMs - startMs) / COLLECT_ALL_SHARE);
    return true;
  }
}

const STATES: readonly MemoryState[] = ['ample', 'short', 'exhausted'];

const TOLD: Readonly<Record<Exclude<MemoryState, 'ample'>, string>> = {
  short: 'memory is short: what waits for processes is dropped where it can be told again',
  exhausted: 'memory is exhausted: new routes are refused',
};

function isWorse(state: MemoryState, than: MemoryState): boolean {
  return STATES.indexOf(state) > STATES.indexOf(than);
}

function stateOf(taken: number, before: MemoryState): MemoryState {
  if (taken >= EXHAUSTED) return 'exhausted';
  // what was refused is not taken again before there is room for more than a little
  if (taken >= SHORT) return before === 'exhausted' ? 'exhausted' : 'short';
  return taken >= AMPLE && before !== 'ample' ? 'short' : 'ample';
}
