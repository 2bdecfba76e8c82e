/** So many of what takes a microsecond or less. */
const AT_ONCE = 1024;

/** Does something with each, giving back control now and then. */
export function* gradually<T>(items: Iterable<T>, act: (item: T) => void): Generator<void, void, void> {
  let count = 0;
  for (const item of items) {
    act(item);
    if (++count % AT_ONCE === 0) yield;
  }
}
