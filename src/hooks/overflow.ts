import type { Line } from './fifo.ts';
import type { Gap } from './gap.ts';

/**
 * What goes when a process does not read fast enough:
 * - `resync`: the waiting events, and all that follow until it reads again; then a gap and a snapshot are told.
 *   Where there is no state to tell, as `drop-newest`;
 * - `block`: nothing for so long: whoever feeds the queue waits. Beyond the time, and at twice the limit, as `resync`;
 * - `drop-newest`: what comes, until half of the queue is free; `drop-oldest`: what waited longest;
 * - `spill`: what comes goes to disk, and is told in order; where the disk is full, as `drop-newest`;
 * - `kill`: everything, and the process.
 */
export type Overflow =
  | { readonly policy: 'resync' | 'drop-newest' | 'drop-oldest' | 'kill' }
  | { readonly policy: 'block'; readonly limitSeconds: number }
  | {
      readonly policy: 'spill';
      readonly directory: string;
      readonly limitBytes: number;
      readonly retryMs?: number;
      /** Of the process; names the files. */
      readonly name: string;
    };

export interface LaneLimits {
  readonly eventBytes: number;
  readonly eventLines: number;
  /** What state events may take beyond. */
  readonly stateBytes: number;
}

export interface LaneOptions {
  readonly limits: LaneLimits;
  readonly overflow: Overflow;
  readonly clock: { wall(): number; after(ms: number, action: () => void): () => void };
  readonly gap: (gap: Gap) => Line;
  /** The state of the world, to be told after a gap under `resync`. */
  readonly snapshot?: (() => Iterator<Line> | undefined) | undefined;
  /** Something can be taken that could not before. */
  readonly onReady: () => void;
  readonly onDrop: () => void;
  readonly onBlock?: ((blocked: boolean) => void) | undefined;
  readonly onKill?: (() => void) | undefined;
  /** Under `spill`: the disk was given something, or took it. */
  readonly onSpill?: (() => void) | undefined;
  /** Under `spill`: what is wrong with the disk; undefined: nothing any more. */
  readonly onDisk?: ((trouble: string | undefined) => void) | undefined;
}

export interface LaneStats {
  readonly offeredEvents: number;
  readonly droppedEvents: number;
  readonly spilledEvents: number;
  readonly spillBytes: number;
  readonly gaps: number;
  readonly snapshotLines: number;
  readonly blocked: boolean;
}
