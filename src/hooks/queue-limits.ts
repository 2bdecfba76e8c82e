import type { LaneLimits, LaneStats } from './overflow.ts';

/**
 * `reply`: answers to the process's own commands. `state`: what it must not miss (state, negotiated, shutdown).
 * `event`: all else, updates before all.
 */
export type Lane = 'reply' | 'state' | 'event';

export interface QueueLimits extends LaneLimits {
  readonly replyBytes: number;
}

/*
 * How lines wait, all of it:
 * - nothing waits for a process: what cannot be written is queued, here and nowhere else;
 * - events wait in the order in which they happened, up to 16 MiB (about 55,000 decoded updates: some seconds of a
 *   full table, while ten stuck handlers still cost no more than 160 MiB) or 100,000 lines. Beyond, the policy
 *   (overflow.ts) says what goes; whatever goes is counted, and told by one `gap` line;
 * - state events have 1 MiB more, and do not go to make room: a flood of updates never hides a `down`;
 * - a snapshot is made line by line as it is read, and live events wait behind it;
 * - replies pass the waiting events and are never dropped for them. They have 4 MiB of their own: beyond, a process
 *   that sends commands and reads no answers loses answers, counted;
 * - one chunk of at most 64 KiB is handed to the pipe at a time (a longer line is a chunk of its own), one per turn
 *   of the event loop, so that a fast reader starves nobody either.
 */
export const QUEUE_LIMITS: QueueLimits = {
  eventBytes: 16 * 1024 * 1024,
  eventLines: 100_000,
  stateBytes: 1024 * 1024,
  replyBytes: 4 * 1024 * 1024,
};

/** `offeredEvents` is written, dropped and queued events together; gaps and lines of snapshots are counted as such. */
export interface QueueStats extends LaneStats {
  readonly queuedBytes: number;
  readonly queuedLines: number;
  readonly queuedEvents: number;
  readonly writtenEvents: number;
  readonly droppedReplies: number;
  readonly writtenLines: number;
  readonly writtenBytes: number;
}
