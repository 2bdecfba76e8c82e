import { Lane } from './turns.ts';

/** After so much of it others have their turn. */
const SLICE_MS = 2;
const LONG_WORK = new Lane();

/** Carries out what takes long a little at a time, so that it delays nobody: `work` gives back control now and then. */
export async function sliced<T>(work: Generator<unknown, T, void>): Promise<T> {
  const pause = pauses();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const others = pause();
    if (others !== undefined) await others;
  }
}

/** To be asked after each piece of long work. Undefined: go on; else resolves when others have had their turn. */
export function pauses(): () => Promise<void> | undefined {
  let until = performance.now() + SLICE_MS;
  return () => {
    if (performance.now() < until) return undefined;
    return LONG_WORK.turn().then(() => {
      until = performance.now() + SLICE_MS;
    });
  };
}
