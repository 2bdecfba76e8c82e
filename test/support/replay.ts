import type { JsonEvent } from './driven.ts';

/** Whether a handler was told all up to `marker`: it comes last, or with a snapshot, which then ends the lines. */
export function hasReached(lines: readonly string[], marker: string): boolean {
  const last = lines.at(-1) ?? '';
  return (
    last.includes(marker) ||
    (last.includes('"snapshot": "end"') && lines.some((line) => line.includes(marker)))
  );
}

/** What a handler knows that follows the lines of one neighbor: what it should. */
export interface Replay {
  readonly routes: ReadonlySet<string>;
  readonly snapshots: number;
  readonly gaps: number;
  /** Live events that came, and numbers that were left out. */
  readonly told: number;
  readonly missing: number;
}

/**
 * Follows IPv4 unicast as a handler would: forgets all at `snapshot begin`, and takes what comes. What a process
 * that was killed did not read is gone with it: a snapshot without a gap before it begins a new life.
 * @throws Error when numbers go back, or what is missing was not told as a gap
 */
export function replay(lines: readonly string[]): Replay {
  const routes = new Set<string>();
  let [snapshots, gaps, told, missing, dropped] = [0, 0, 0, 0, 0];
  let last: number | undefined;
  const follow = (sequence: number) => {
    if (last !== undefined && sequence < last) throw new Error(`${sequence} after ${last}`);
    missing += sequence - (last ?? sequence);
    last = sequence;
    if (missing > dropped) throw new Error(`${missing} lines are missing, ${dropped} were told`);
  };
  for (const line of lines.filter((each) => each.startsWith('{')).map(untorn)) {
    const event = JSON.parse(line) as JsonEvent;
    if (event.type === 'gap') {
      gaps++;
      dropped += event.dropped;
    } else if (event.type === 'snapshot') {
      if (event.neighbor.snapshot !== 'begin') continue;
      snapshots++;
      routes.clear();
      if (missing === dropped) last = event.neighbor.sequence;
      else follow(event.neighbor.sequence);
    } else if (event.sequence !== undefined) {
      told++;
      follow(event.sequence - 1);
      last = event.sequence;
    }
    if (event.type === 'update') apply(event, routes);
  }
  return { routes, snapshots, gaps, told, missing };
}

/** A handler that is killed may have read the beginning of a line only: what the next life is told first follows it. */
function untorn(line: string): string {
  return line.slice(Math.max(0, line.lastIndexOf('{ "exabgp": ')));
}

function apply(event: JsonEvent, routes: Set<string>): void {
  const { announce, withdraw } = event.neighbor.message.update ?? {};
  for (const { nlri } of withdraw?.['ipv4 unicast'] ?? []) routes.delete(nlri);
  const groups: { nlri: string }[][] = Object.values(announce?.['ipv4 unicast'] ?? {});
  for (const { nlri } of groups.flat()) routes.add(nlri);
}
