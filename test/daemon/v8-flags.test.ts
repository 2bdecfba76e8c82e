import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compileAtOnce, optimizeSparingly } from '../../src/daemon/v8-flags.ts';

// flags are the whole process's, and tests of other files may have set them in it
beforeEach(() => setFlagsFromString('--no-always-sparkplug'));

afterEach(() => {
  setFlagsFromString('--no-always-sparkplug');
  setFlagsFromString('--no-allow-natives-syntax');
  setFlagsFromString('--concurrent-recompilation');
  setFlagsFromString('--interrupt-budget=67584');
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

/** How often a new function runs until it is optimized. @param name one that no function had before */
function runsUntilOptimized(name: string): number {
  setFlagsFromString('--allow-natives-syntax');
  setFlagsFromString('--no-concurrent-recompilation');
  const isOptimized = new Function('fn', 'return %ActiveTierIsTurbofan(fn)');
  const fresh = new Function('a', `let ${name} = 0; for (const each of a) ${name} += each; return ${name}`);
  for (let runs = 1; runs < 1_000_000; runs++) {
    fresh([1, 2, 3]);
    if (isOptimized(fresh)) return runs;
  }
  return Number.POSITIVE_INFINITY;
}

it('has V8 optimize what has run more often than it would', () => {
  const usual = runsUntilOptimized('usual');
  expect(usual).toBeLessThan(1_000_000);
  optimizeSparingly();
  const sparing = runsUntilOptimized('sparing');
  expect(sparing).toBeGreaterThan(usual * 2);
  expect(sparing).toBeLessThan(1_000_000);
});
