import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compileAtOnce, optimizeSparingly, SPARING } from '../../src/daemon/v8-flags.ts';

// flags are the whole process's, and tests of other files may have set them in it
beforeEach(() => setFlagsFromString('--no-always-sparkplug'));

afterEach(() => {
  setFlagsFromString('--no-always-sparkplug');
  setFlagsFromString('--no-allow-natives-syntax');
  if (SPARING !== undefined) setFlagsFromString('--interrupt-budget=67584');
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

/** How often a function of a program with these flags runs until it is optimized: flags of ours are also those of other tests. */
function runsUntilOptimized(...flags: readonly string[]): number {
  const program = `
    const sumOf = (a) => { let sum = 0; for (const each of a) sum += each; return sum; };
    let runs = 0;
    while (runs < 1e6 && !%ActiveTierIsTurbofan(sumOf)) { sumOf([1, 2, 3]); runs++; }
    console.log(runs);`;
  const natives = ['--allow-natives-syntax', '--no-concurrent-recompilation'];
  const { stdout } = spawnSync(process.execPath, [...natives, ...flags, '-e', program], { encoding: 'utf8' });
  return Number(stdout);
}

it.runIf(SPARING)('has V8 optimize what has run more often than it would', () => {
  const usual = runsUntilOptimized();
  const sparing = runsUntilOptimized(SPARING ?? '');
  expect(usual).toBeGreaterThan(0);
  expect(sparing).toBeGreaterThan(usual * 2);
  expect(sparing).toBeLessThan(1_000_000);
  // no flag that this V8 does not know
  optimizeSparingly();
});
