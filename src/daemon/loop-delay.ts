import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the loop looked at its timers since the start, milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Wakes so often a second only: an idle daemon is to cost next to nothing. */
const RESOLUTION_MS = 20;
const NANO = 1e6;

/** Measures the delay of the event loop: what every timer, KEEPALIVEs too, may be late by. */
export class LoopDelayMonitor {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** The histogram has the time between two looks: what is beyond the interval is delay. */
  get delay(): LoopDelay {
    const late = (ns: number) => Math.max(0, Math.round((ns / NANO - RESOLUTION_MS) * 10) / 10);
    const { max } = this.#histogram;
    return {
      p50: late(this.#histogram.percentile(50)),
      p99: late(this.#histogram.percentile(99)),
      p999: late(this.#histogram.percentile(99.9)),
      max: late(max),
    };
  }
}
