/** Whole lines of so many events. */
export interface Record {
  readonly octets: Uint8Array;
  readonly events: number;
}

/** Of the octets that follow, and of the events in them: four octets each. */
export const HEADER_OCTETS = 8;

/** As it is on disk. The octets may change afterwards. */
export function recordOf(octets: Uint8Array, events: number): Buffer {
  const record = Buffer.allocUnsafe(HEADER_OCTETS + octets.length);
  record.writeUInt32BE(octets.length);
  record.writeUInt32BE(events, HEADER_OCTETS / 2);
  record.set(octets, HEADER_OCTETS);
  return record;
}

/** Those that are whole, and how many octets they took. */
export function recordsIn(octets: Buffer): { records: Record[]; used: number } {
  const records: Record[] = [];
  let used = 0;
  while (used + HEADER_OCTETS <= octets.length) {
    const start = used + HEADER_OCTETS;
    const end = start + octets.readUInt32BE(used);
    if (end > octets.length) break;
    records.push({
      octets: octets.subarray(start, end),
      events: octets.readUInt32BE(used + HEADER_OCTETS / 2),
    });
    used = end;
  }
  return { records, used };
}

export function eventsOf(records: readonly Record[]): number {
  return records.reduce((sum, { events }) => sum + events, 0);
}
