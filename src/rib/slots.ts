/** A slot of an open-addressed table that holds nothing, as all do at first. Entries stand there plus one. */
export const EMPTY = 0;

/** What the slots of a table need to know of it. */
export interface Slotted {
  /** The hash of the key of what stands in a slot: the search begins at that one, modulo their number, a power of two. */
  home(found: number): number;
}

/** The first slot from the hash on that holds `wanted`, which is there, or `EMPTY`. */
export function slotOf(slots: Int32Array, hash: number, wanted: number): number {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== wanted) slot = (slot + 1) & mask;
  return slot;
}

/** Empties a slot; what stands behind it and would no longer be found moves up. */
export function emptySlot(slots: Int32Array, slot: number, table: Slotted): void {
  const mask = slots.length - 1;
  let hole = slot;
  for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
    const found = slots[next] as number;
    if (found === EMPTY) break;
    const home = table.home(found) & mask;
    if (((next - home) & mask) < ((next - hole) & mask)) continue;
    slots[hole] = found;
    hole = next;
  }
  slots[hole] = EMPTY;
}
