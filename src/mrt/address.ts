/**
 * An address as bgpdump prints it: IPv6 in the form of the C library of old, which shortens a single zero group,
 * too, and shows an IPv4 address after six zero groups, or after five and ffff.
 */
export function bgpdumpAddress(octets: Uint8Array): string {
  if (octets.length === 4) return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0));
  const run = longestZeroRun(groups);
  const mapped = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const last = mapped ? [bgpdumpAddress(octets.subarray(12))] : [];
  const text = [...groups.slice(0, mapped ? 6 : 8).map((group) => group.toString(16)), ...last];
  if (run.length === 0) return text.join(':');
  return `${text.slice(0, run.start).join(':')}::${text.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
    start += length;
  }
  return best;
}
