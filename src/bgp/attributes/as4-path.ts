import { type AsPath, type AsPathSegment, isConfed, readSegments, writeSegments } from './as-path.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';

/** AS4_PATH, RFC 6793 section 3: the path's four-octet AS numbers through a speaker of two-octet ones. */
export const as4Path = attribute<AsPath, 'as4Path'>({
  code: 17,
  rfc: 'RFC 6793',
  key: 'as4Path',
  word: 'as4-path',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  decode: (r, { peering }) => readSegments(r, { asn4: true, peering }),
  encode: (w, value) => writeSegments(w, value, true),
});

/** RFC 4271 section 9.1.2.2 and RFC 5065 section 5.3: a set counts once, confederation segments not at all. */
function pathLength(path: AsPath): number {
  let length = 0;
  for (const segment of path) {
    if (segment.type === 'sequence') length += segment.asns.length;
    else if (segment.type === 'set') length++;
  }
  return length;
}

/** The first `count` ASes of a path, with the confederation segments that stand before or right after them. */
function leading(path: AsPath, count: number): AsPathSegment[] {
  const out: AsPathSegment[] = [];
  let left = count;
  for (const segment of path) {
    if (isConfed(segment)) {
      out.push(segment);
      continue;
    }
    if (left === 0) break;
    const asns = segment.type === 'set' ? segment.asns : segment.asns.slice(0, left);
    out.push({ type: segment.type, asns });
    left -= segment.type === 'set' ? 1 : asns.length;
  }
  return out;
}

/**
 * The path of AS_PATH and AS4_PATH together, RFC 6793 section 4.2.3. Confederation segments of AS4_PATH are
 * dropped (section 6); an AS4_PATH longer than AS_PATH is ignored.
 */
export function mergeAs4Path(path: AsPath, as4: AsPath): AsPath {
  const known = as4.filter((segment) => !isConfed(segment));
  const surplus = pathLength(path) - pathLength(known);
  if (surplus < 0 || known.length === 0) return path;
  const head = leading(path, surplus);
  const last = head.at(-1);
  const first = known[0];
  if (last?.type !== 'sequence' || first?.type !== 'sequence') return [...head, ...known];
  if (last.asns.length + first.asns.length > 255) return [...head, ...known];
  const joined = { type: 'sequence', asns: [...last.asns, ...first.asns] } as const;
  return [...head.slice(0, -1), joined, ...known.slice(1)];
}
