/** A column of a table with room for `length` entries, keeping what is in it. */
export function longer<A extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  column: A,
  length: number,
): A {
  const Kind = column.constructor as new (length: number) => A;
  const grown = new Kind(length);
  grown.set(column);
  return grown;
}
