/** Waits for `event`, but no longer than so many milliseconds; for one that fails, too. */
export function atMost(
  ms: number,
  event: Promise<unknown>,
  clock: { after(ms: number, action: () => void): () => void },
): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    const over = () => {
      cancel();
      resolve();
    };
    event.then(over, over);
  });
}
