/** After so much of it the loop gets its turn. */
const SLICE_MS = 10;

/** Carries out what takes long a little at a time, so that it delays nobody: `work` gives back control now and then. */
export async function sliced<T>(work: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
