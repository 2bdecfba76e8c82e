/** The same numbers, with room for `length`. */
export function longer<A extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  numbers: A,
  length: number,
): A {
  const Kind = numbers.constructor as new (length: number) => A;
  const grown = new Kind(length);
  grown.set(numbers);
  return grown;
}
