import { execFileSync } from 'node:child_process';
import { pino } from 'pino';
import { Child } from '../../src/hooks/child.ts';
import type { ChildOptions } from '../../src/hooks/child-options.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { until as waitUntil } from '../support/wait.ts';

/** A child with what it wrote, what was logged and how it changed. */
export interface Watched {
  readonly child: Child;
  readonly lines: string[];
  readonly logs: Record<string, unknown>[];
  readonly states: string[];
}

export function watch(run: readonly string[], options: Partial<ChildOptions> = {}): Watched {
  const lines: string[] = [];
  const logs: Record<string, unknown>[] = [];
  const states: string[] = [];
  const child = new Child({
    name: 'watch',
    run,
    version: '1.2.3',
    apiVersion: '5',
    respawn: false,
    log: pino({ level: 'debug' }, { write: (line: string) => void logs.push(JSON.parse(line)) }),
    clock: SYSTEM_CLOCK,
    gap: ({ dropped }) => `{"type":"gap","dropped":${dropped}}\n`,
    onLine: (line) => void lines.push('text' in line ? line.text : `${line.error}: ${line.excerpt}`),
    onState: (state) => void states.push(state),
    ...options,
  });
  return { child, lines, logs, states };
}

export async function until(condition: () => boolean, ms = 5_000): Promise<void> {
  await waitUntil(String(condition), condition, ms, 5);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The path of an installed program. */
export function which(program: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` and gives the longest time for which the event loop answered nobody, milliseconds: time that this
 * program worked, not time that others took from it.
 */
export async function worstLateness(work: () => Promise<void>): Promise<number> {
  let worst = 0;
  let last = performance.now();
  let lastCpu = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(lastCpu);
    worst = Math.max(worst, Math.min(performance.now() - last - 5, (user + system) / 1000));
    last = performance.now();
    lastCpu = process.cpuUsage();
  }, 5);
  await work();
  clearInterval(timer);
  return worst;
}
