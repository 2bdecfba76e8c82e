import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
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
  /** At each look while memory is not ample. */
  readonly onShort: (state: Exclude<MemoryState, 'ample'>) => void;
}

const LOOK_EVERY_MS = 1_000;
/** While there is little left. */
const LOOK_SOON_MS = 100;
/** What was found must still be so after some looks: it may have been garbage. */
const PATIENCE = 3;
const COLLECT_EVERY_MS = 2_000;
const STALLED_MS = 1_000;
const SHORT = 0.8;
const EXHAUSTED = 0.9;
/** What is told as short is so until there is clearly more again. */
const AMPLE = 0.7;

/** Looks every second whether the event loop runs on time, and how much memory is left. */
export class Vitals {
  readonly #options: VitalsOptions;
  #memory: MemoryState = 'ample';
  /** Looks in a row that found less left than `memory` says. */
  #worse = 0;
  #collectedMs = Number.NEGATIVE_INFINITY;
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
    this.#later(LOOK_EVERY_MS);
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
    const { clock, cpuMs } = this.#options;
    const lateMs = clock.now() - this.#dueMs;
    if (lateMs >= STALLED_MS) this.#stalled(lateMs, cpuMs() - this.#cpuMs);
    const taken = this.#lookAtMemory();
    this.#later(taken >= AMPLE ? LOOK_SOON_MS : LOOK_EVERY_MS);
  }

  /** Busy for nearly as long: it was this program. Hardly at all: it was stopped, or others had the machine. */
  #stalled(lateMs: number, busyMs: number): void {
    this.#count++;
    this.#longest = Math.max(this.#longest, lateMs);
    const fields = { stalledMs: Math.round(lateMs), busyMs: Math.round(busyMs) };
    this.#options.log.warn(fields, 'the event loop stood still');
  }

  #lookAtMemory(): number {
    const { memoryTaken, log, onShort } = this.#options;
    const taken = memoryTaken();
    const before = this.#memory;
    if (taken >= AMPLE || before !== 'ample') this.#collect();
    const found = stateOf(taken, before);
    this.#worse = STATES.indexOf(found) > STATES.indexOf(before) ? this.#worse + 1 : 0;
    if (this.#worse === 0 || this.#worse >= PATIENCE) this.#memory = found;
    if (this.#memory !== before) {
      const fields = { memory: this.#memory, takenPercent: Math.round(taken * 100) };
      if (this.#memory === 'ample') log.info(fields, 'there is memory again');
      else log.warn(fields, TOLD[this.#memory]);
    }
    if (this.#memory !== 'ample') onShort(this.#memory);
    return taken;
  }

  #collect(): void {
    const { clock, collect } = this.#options;
    if (clock.now() - this.#collectedMs < COLLECT_EVERY_MS) return;
    this.#collectedMs = clock.now();
    collect();
  }
}

const STATES: readonly MemoryState[] = ['ample', 'short', 'exhausted'];

const TOLD: Readonly<Record<Exclude<MemoryState, 'ample'>, string>> = {
  short: 'memory is short: what waits for processes is dropped where it can be told again',
  exhausted: 'memory is exhausted: new routes are refused',
};

function stateOf(taken: number, before: MemoryState): MemoryState {
  if (taken >= EXHAUSTED) return 'exhausted';
  // what was refused is not taken again before there is room for more than a little
  if (taken >= SHORT) return before === 'exhausted' ? 'exhausted' : 'short';
  return taken >= AMPLE && before !== 'ample' ? 'short' : 'ample';
}

const MIB = 1024 * 1024;

/** Octets that old objects may take; V8 itself tells them with those of young ones only. */
function heapLimit(): number {
  const flags = `${process.env.NODE_OPTIONS ?? ''} ${process.execArgv.join(' ')}`;
  const said = [...flags.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1)?.[1];
  return said === undefined ? getHeapStatistics().heap_size_limit : Number(said) * MIB;
}

/** Of old objects, what was not collected yet among them. */
function heapUsed(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith('new_'));
  return old.reduce((sum, { space_used_size: used }) => sum + used, 0);
}

/** Of V8's heap, or of the memory that the system lets this process and its like have: whichever has less left. */
export function memoryTaken(): number {
  const constrained = process.constrainedMemory();
  const resident = constrained > 0 ? process.memoryUsage.rss() / constrained : 0;
  return Math.max(heapUsed() / heapLimit(), resident);
}
