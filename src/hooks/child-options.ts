import type { Logger } from 'pino';
import type { Line } from './fifo.ts';
import type { Gap } from './gap.ts';
import type { ChildLine } from './lines.ts';
import type { Overflow } from './overflow.ts';
import type { QueueLimits } from './queue-limits.ts';
import type { RestartRules } from './restart.ts';

/** Time from outside; what session/clock.ts gives fits. */
export interface ChildClock {
  /** Milliseconds, for whatever lasts. */
  now(): number;
  /** Milliseconds since 1970, for whatever is told. */
  wall(): number;
  /** The function returned cancels. */
  after(ms: number, action: () => void): () => void;
}

/** `waiting` to be restarted; `ended` and not restarted; `abandoned` after too many deaths. */
export type ChildState = 'idle' | 'starting' | 'running' | 'waiting' | 'ended' | 'abandoned' | 'stopped';

export interface ChildOptions {
  readonly name: string;
  /** Program and arguments; no shell. */
  readonly run: readonly string[];
  /** What the log shows of it; `run` when not given. */
  readonly shownRun?: readonly string[];
  /** `/` when not given, as ExaBGP does. */
  readonly cwd?: string;
  /** This program's own when not given; TERM and PEERLINE_* are added. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly apiVersion: string;
  readonly respawn: boolean;
  readonly restarts?: RestartRules | undefined;
  readonly log: Logger;
  readonly clock: ChildClock;
  readonly gap: (gap: Gap) => Line;
  readonly onLine: (line: ChildLine) => void;
  /** As of `LineReaderOptions`. */
  readonly onChunk?: ((chunk: Buffer, from: number) => number) | undefined;
  readonly onState?: (state: ChildState) => void;
  readonly limits?: Partial<QueueLimits> | undefined;
  readonly overflow?: Overflow | undefined;
  /** The state of the world as lines. */
  readonly snapshot?: (() => Iterator<Line> | undefined) | undefined;
  /** Whether it is told the state when it starts. */
  readonly startsWithSnapshot?: (() => boolean) | undefined;
  readonly onBlock?: ((blocked: boolean) => void) | undefined;
}
