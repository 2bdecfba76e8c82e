/** Lines around a change that are shown. */
const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The difference of two texts as `diff -u` writes it; empty when there is none. */
export function unifiedDiff(before: string, after: string, name: string): string {
  const lines = compare(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return '';
  return [`--- ${name}`, `+++ ${name} (today's form)`, ...hunks, ''].join('\n');
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Patience diff: lines that both sides have exactly once, in an order that both share, hold the rest together.
 * N log N, where the shortest difference would cost the square of the changes.
 */
function compare(a: readonly string[], b: readonly string[]): Line[] {
  const out: Line[] = [];
  const work: { a: readonly string[]; b: readonly string[] }[] = [{ a, b }];
  for (let part = work.pop(); part !== undefined; part = work.pop()) {
    const same = commonStart(part.a, part.b);
    for (const text of part.a.slice(0, same)) out.push({ sign: ' ', text });
    const [restA, restB] = [part.a.slice(same), part.b.slice(same)];
    const anchors = sharedOnce(restA, restB);
    if (anchors.length === 0) replaceAll(restA, restB, out);
    else {
      const parts = split(restA, restB, anchors);
      for (const each of parts.reverse()) work.push(each);
    }
  }
  return out;
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

/** Without a line to hold on to, all is replaced but a common end. */
function replaceAll(a: readonly string[], b: readonly string[], out: Line[]): void {
  const end = commonStart([...a].reverse(), [...b].reverse());
  for (const text of a.slice(0, a.length - end)) out.push({ sign: '-', text });
  for (const text of b.slice(0, b.length - end)) out.push({ sign: '+', text });
  for (const text of a.slice(a.length - end)) out.push({ sign: ' ', text });
}

type Pair = readonly [number, number];

/** Each part starts with a shared line, but the first. */
function split(a: readonly string[], b: readonly string[], anchors: readonly Pair[]) {
  const starts: Pair[] = [[0, 0], ...anchors];
  return starts.map(([atA, atB], i) => {
    const [endA, endB] = starts[i + 1] ?? [a.length, b.length];
    return { a: a.slice(atA, endA), b: b.slice(atB, endB) };
  });
}

/** Places of lines that stand once on each side, as many as keep one order. */
function sharedOnce(a: readonly string[], b: readonly string[]): Pair[] {
  const [inA, inB] = [once(a), once(b)];
  const pairs: Pair[] = [];
  for (const [text, at] of inA) {
    const other = inB.get(text);
    if (at !== undefined && other !== undefined) pairs.push([at, other]);
  }
  return longestIncreasing(pairs);
}

/** Each line with its place; undefined where it stands more than once. */
function once(lines: readonly string[]): Map<string, number | undefined> {
  const places = new Map<string, number | undefined>();
  lines.forEach((line, i) => void places.set(line, places.has(line) ? undefined : i));
  return places;
}

/** The longest part of `pairs`, which are in order of their first number, that is so of the second too. */
function longestIncreasing(pairs: readonly Pair[]): Pair[] {
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  pairs.forEach(([, value], i) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] as number] as Pair)[1] < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low === 0 ? undefined : tails[low - 1];
    tails[low] = i;
  });
  const chain: Pair[] = [];
  for (let i = tails.at(-1); i !== undefined; i = previous[i]) chain.push(pairs[i] as Pair);
  return chain.reverse();
}

function hunksOf(lines: readonly Line[]): string[] {
  const hunks: string[] = [];
  let [lineA, lineB] = [1, 1];
  for (let i = 0; i < lines.length; ) {
    const from = i;
    const [startA, startB] = [lineA, lineB];
    const stop = hunkEnd(lines, from);
    if (stop === from) {
      lineA++;
      lineB++;
      i++;
      continue;
    }
    const part = lines.slice(from, stop);
    const [a, b] = [
      part.filter(({ sign }) => sign !== '+').length,
      part.filter(({ sign }) => sign !== '-').length,
    ];
    hunks.push(
      `@@ -${range(startA, a)} +${range(startB, b)} @@`,
      ...part.map(({ sign, text }) => sign + text),
    );
    lineA += a;
    lineB += b;
    i = stop;
  }
  return hunks;
}

function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

/** Where the hunk ends that starts here, with its context; `from` itself when none starts here. */
function hunkEnd(lines: readonly Line[], from: number): number {
  let next = nextChange(lines, from, from + CONTEXT);
  if (next === undefined) return from;
  let last = next;
  while (next !== undefined) {
    last = next;
    next = nextChange(lines, last + 1, last + 1 + 2 * CONTEXT);
  }
  return Math.min(lines.length, last + 1 + CONTEXT);
}

function nextChange(lines: readonly Line[], from: number, to: number): number | undefined {
  for (let i = from; i <= to && i < lines.length; i++) if (lines[i]?.sign !== ' ') return i;
  return undefined;
}
