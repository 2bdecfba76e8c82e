import type { Reader } from '../../wire/reader.ts';

/**
 * All of `r` as items of `size` octets each.
 * @throws RangeError when it is empty or no whole number of items
 */
export function items<T>(r: Reader, size: number, one: (item: Reader) => T): T[] {
  if (r.done || r.remaining % size !== 0) {
    throw new RangeError(`${r.remaining} octets are no positive multiple of ${size}`);
  }
  const out: T[] = [];
  while (!r.done) out.push(one(r.slice(size)));
  return out;
}

/** `word X` for one item, `word [ X Y ]` for more. */
export function listText(word: string, texts: readonly string[]): string {
  return texts.length === 1 ? `${word} ${texts[0]}` : `${word} [ ${texts.join(' ')} ]`;
}
