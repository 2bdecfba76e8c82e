import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compileAtOnce } from '../../src/daemon/v8-flags.ts';

// flags are the whole process's, and tests of other files may have set them in it
beforeEach(() => setFlagsFromString('--no-always-sparkplug'));

afterEach(() => {
  setFlagsFromString('--no-always-sparkplug');
  setFlagsFromString('--no-allow-natives-syntax');
});

/** Whether a function that ran once is compiled. */
function compiledAfterOneRun(): boolean {
  setFlagsFromString('--allow-natives-syntax');
  const isCompiled = new Function('fn', 'return %ActiveTierIsSparkplug(fn)');
  const fresh = new Function('a', 'let sum = 0; for (const each of a) sum += each; return sum');
  fresh([1, 2, 3]);
  return isCompiled(fresh);
}

it('has V8 compile what runs for the first time from then on', () => {
  expect(compiledAfterOneRun()).toBe(false);
  compileAtOnce();
  expect(compiledAfterOneRun()).toBe(true);
});
