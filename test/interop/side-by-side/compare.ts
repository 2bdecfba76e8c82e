import { DIFFERENCES, type Place, parsed } from './differences.ts';
import type { Transcript } from './lab.ts';
import type { ProgramName } from './programs.ts';

/** One place where the two programs differ, and nothing explains it. */
export interface Hunk {
  readonly where: string;
  readonly exabgp: readonly string[];
  readonly peerline: readonly string[];
}

/** Members that no two runs have alike. The counter counts the fences too, whose number may differ. */
const VOLATILE = ['time', 'host', 'pid', 'ppid', 'counter'];

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, canonical(member)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A line as it is compared: JSON without what is volatile, members in order; other lines as they are. */
function comparable(line: string): string {
  if (!line.startsWith('{')) {
    return (
      line
        .replace(/^shutdown \d+ \d+$/, 'shutdown PID PPID')
        .replace(/ \d:\d\d:\d\d(?= |$)/, ' H:MM:SS')
        // in its first second ExaBGP calls a session down
        .replace(/^ {3}(?:up|down) for +(?=H)/, '   for ')
        .replace(/^ +connect \d+;$/, '  connect PORT;')
        .replace(/ {8}down (?=established)/, '     H:MM:SS ')
    );
  }
  const event = parsed(line);
  for (const key of VOLATILE) delete event[key];
  return JSON.stringify(canonical(event));
}

/** Applies what is known to differ; notes which of it was met. */
function normalized(lines: readonly string[], place: Place, met: Set<string>): string[] {
  let current = lines;
  for (const { id, changes } of DIFFERENCES) {
    const changed = changes(current, place);
    if (changed.length !== current.length || changed.some((line, i) => line !== current[i])) met.add(id);
    current = changed;
  }
  return current.map(comparable);
}

/**
 * Where the transcripts of a scenario differ beyond what the table of differences explains.
 * @param met gets the ids of the differences that were met
 */
export function compare(
  scenario: string,
  both: Readonly<Record<ProgramName, Transcript>>,
  met: Set<string>,
): Hunk[] {
  const places = new Set(Object.values(both).flatMap((transcript) => Object.keys(transcript)));
  return [...places].flatMap((what) => {
    const of = (program: ProgramName) =>
      normalized(both[program][what] ?? [], { scenario, what, program }, met);
    return hunks(what, of('exabgp'), of('peerline'));
  });
}

/** Lines that only one of both has, in runs: by the longest common subsequence. */
function hunks(where: string, a: readonly string[], b: readonly string[]): Hunk[] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i] ?? [];
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: Hunk[] = [];
  let hunk: { exabgp: string[]; peerline: string[] } | undefined;
  const open = () => {
    if (hunk === undefined) {
      hunk = { exabgp: [], peerline: [] };
      found.push({ where, ...hunk });
    }
    return hunk;
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [theirs, ours] = [a[i], b[j]];
    if (i < a.length && j < b.length && theirs === ours) {
      hunk = undefined;
      i++;
      j++;
    } else if (theirs !== undefined && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      open().exabgp.push(theirs);
      i++;
    } else if (ours !== undefined) {
      open().peerline.push(ours);
      j++;
    }
  }
  return found;
}

export function hunkText({ where, exabgp, peerline }: Hunk): string {
  return [
    `@@ ${where}`,
    ...exabgp.map((line) => `ExaBGP:   ${line}`),
    ...peerline.map((line) => `Peerline: ${line}`),
  ].join('\n');
}
