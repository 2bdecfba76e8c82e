/** A text that is equal for equal configurations, sets and octets in them included. */
export function sameKey(config: object): string {
  return JSON.stringify(config, (_, value) => {
    if (value instanceof Set) return [...value];
    return value instanceof Uint8Array ? value.join() : value;
  });
}
