/** Numbers below `most`, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % most;
  };
}

/** Octets that break lines, JSON and terminals where they are not escaped. */
const NASTY = [0x00, 0x0a, 0x0d, 0x1b, 0x22, 0x5c, 0x7f, 0x85, 0xc2, 0xe2, 0xff];

/** A copy with up to four octets changed, those before `from` never. */
export function mutated(octets: Uint8Array, random: (most: number) => number, from = 0): Uint8Array {
  const copy = octets.slice();
  if (copy.length <= from) return copy;
  for (let left = random(5); left > 0; left--) {
    const at = from + random(copy.length - from);
    copy[at] = random(2) === 0 ? (NASTY[random(NASTY.length)] ?? 0) : random(256);
  }
  return copy;
}

/** Values that lengths and counts are most often wrong about. */
const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** As `mutated`, and also cut, lengthened, with a part twice or of another, and with numbers that are nearly right. */
export function mangled(
  octets: Uint8Array,
  random: (most: number) => number,
  { from, others }: { readonly from: number; readonly others: readonly Uint8Array[] },
): Uint8Array {
  let copy = mutated(octets, random, from);
  const place = () => from + random(Math.max(1, copy.length - from));
  switch (random(7)) {
    case 0:
      copy = copy.slice(0, place());
      break;
    case 1: {
      const at = place();
      const part = copy.slice(at, at + 1 + random(16));
      copy = Uint8Array.of(...copy.slice(0, at), ...part, ...copy.slice(at));
      break;
    }
    case 2: {
      const other = others[random(others.length)] ?? copy;
      const at = place();
      copy = Uint8Array.of(...copy.slice(0, at), ...other.slice(Math.min(at, random(other.length + 1))));
      break;
    }
    case 3: {
      const at = place();
      if (at < copy.length) copy[at] = EDGES[random(EDGES.length)] ?? 0;
      break;
    }
    case 4: {
      const at = place();
      if (at < copy.length) copy[at] = (copy[at] ?? 0) + (random(2) === 0 ? 1 : -1);
      break;
    }
    default:
      break;
  }
  return copy;
}

/** A copy of a line with up to three words put in, taken out or in the place of another: brackets and keywords where none belong. */
export function reworded(
  octets: Uint8Array,
  random: (most: number) => number,
  words: readonly string[],
): Uint8Array {
  const all = Buffer.from(octets).toString('utf8').split(' ');
  for (let left = 1 + random(3); left > 0; left--)
    all.splice(
      random(all.length + 1),
      random(2),
      ...(random(4) === 0 ? [] : [words[random(words.length)] ?? '']),
    );
  return Uint8Array.from(Buffer.from(all.join(' ')));
}
