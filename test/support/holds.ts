import { vi } from 'vitest';

/** Tries an expectation again and again until it holds, however busy the machine is. @throws its last failure */
export function holds<T>(expectation: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(expectation, { timeout: 15_000, interval: 20 });
}
