import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 50;

/**
 * Asks `read` again and again until it gives something that is not undefined or false.
 * @param what is waited for; a function is asked when it did not come
 * @throws Error that says what was waited for, and why the last look failed
 */
export async function until<T>(
  what: string | (() => string),
  read: () => T | Promise<T>,
  ms = 15_000,
  stepMs = STEP_MS,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + ms;
  let failure = '';
  for (;;) {
    try {
      const value = await read();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
      failure = '';
    } catch (err) {
      failure = `: ${String(err)}`;
    }
    if (performance.now() > end)
      throw new Error(`not within ${ms} ms: ${typeof what === 'string' ? what : what()}${failure}`);
    await sleep(stepMs);
  }
}
