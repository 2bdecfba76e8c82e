/** What all slices of one turn of the loop may take together. */
const TURN_MS = 10;

const waiting: (() => void)[] = [];
let scheduled = false;

/**
 * Runs `slice` soon, after what others have asked for. However many work at a time, one turn of the loop takes no
 * longer than one of them would: what does not fit comes next. The function returned cancels.
 */
export function soon(slice: () => void): () => void {
  let cancelled = false;
  waiting.push(() => {
    if (!cancelled) slice();
  });
  schedule();
  return () => {
    cancelled = true;
  };
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    turn();
  });
}

/** Who asks again in its slice waits for the next turn. */
function turn(): void {
  const until = performance.now() + TURN_MS;
  for (let left = waiting.length; left > 0 && performance.now() < until; left--) waiting.shift()?.();
  if (waiting.length > 0) schedule();
}
