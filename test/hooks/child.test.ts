import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChildOptions } from '../../src/hooks/child-options.ts';
import { KILL_AFTER_MS } from '../../src/hooks/groups.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { sleep, until, watch, worstLateness } from './support.ts';

const sh = (script: string, options: Partial<ChildOptions> = {}) => watch(['/bin/sh', '-c', script], options);
const node = (script: string, options: Partial<ChildOptions> = {}) =>
  watch([process.execPath, '-e', script], options);

/** Delays of a restart are not waited for. */
const HASTY = {
  ...SYSTEM_CLOCK,
  after: (ms: number, action: () => void) => SYSTEM_CLOCK.after(Math.min(ms, 20), action),
};

/** A zombie that nobody has reaped yet is dead. */
function alive(pid: number): boolean {
  return !['', 'Z'].includes(
    execFileSync('/bin/sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' })
      .trim()
      .slice(0, 1),
  );
}

describe('a process that reads', () => {
  it('nothing delays nobody, loses counted events and is told of the gap once it reads', async () => {
    const { child, lines } = sh('read -r go < /dev/null; sleep 1; exec cat', {
      limits: { eventBytes: 256 * 1024 },
    });
    child.start();
    const line = `${'x'.repeat(99)}\n`;
    const lateness = await worstLateness(async () => {
      for (let i = 0; i < 50; i++) {
        for (let k = 0; k < 200; k++) child.offer('event', line);
        await sleep(2);
      }
    });
    expect(lateness).toBeLessThan(200);
    const dropped = child.stats().droppedEvents;
    expect(dropped).toBeGreaterThan(5_000);
    expect(child.offer('reply', 'done\n')).toBe(true);
    expect(child.offer('state', 'down\n')).toBe(true);
    await until(() => lines.some((one) => one.includes('gap')));
    expect(lines.filter((one) => one.includes('gap'))).toEqual([`{"type":"gap","dropped":${dropped}}`]);
    expect(lines.filter((one) => one === line.trim()).length).toBe(10_000 - dropped);
    expect(lines.indexOf('done')).toBeLessThan(lines.indexOf('down'));
    await child.stop();
  });

  it('fast starves nobody', async () => {
    const { child, lines } = sh('wc -l');
    child.start();
    const lateness = await worstLateness(async () => {
      for (let i = 0; i < 100; i++) {
        for (let k = 0; k < 1_000; k++) child.offer('event', `${'x'.repeat(299)}\n`);
        await sleep(1);
      }
    });
    expect(lateness).toBeLessThan(200);
    await child.stop();
    const { droppedEvents, gaps } = child.stats();
    expect(Number(lines[0]) + droppedEvents - gaps).toBe(100_000);
  });

  it('what spills loses nothing that comes while a process dies', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'peerline-child-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const { child, lines, logs } = sh(
      'read -r one; [ "$one" = one ] || exec cat; exec 0<&-; echo closed; sleep 0.3',
      {
        respawn: true,
        overflow: { policy: 'spill', directory, limitBytes: 1 << 20, name: 'p' },
      },
    );
    child.start();
    child.offer('event', 'one\n');
    await until(() => lines.includes('closed'));
    child.offer('event', 'lost\n');
    await until(() => logs.some((log) => log.msg === 'process closed its stdin'));
    expect(child.offer('event', 'kept\n')).toBe(true);
    await until(() => lines.includes('kept'));
    await child.stop();
    expect(child.stats()).toMatchObject({ droppedEvents: 1, gaps: 1 });
  });

  it('no more closes its stdin: events are dropped and counted, and it goes on', async () => {
    const { child, lines, logs } = sh('exec 0<&-; echo closed; sleep 1; echo still here');
    child.start();
    await until(() => lines.includes('closed'));
    child.offer('event', 'one\n');
    await until(() => logs.some((log) => log.msg === 'process closed its stdin'));
    expect(child.offer('event', 'two\n')).toBe(false);
    expect(child.stats()).toMatchObject({ droppedEvents: 2, queuedLines: 0, state: 'running' });
    await until(() => lines.includes('still here'));
    await child.stop();
  });
});

describe('a process that writes', () => {
  it('without end delays nobody, and can be held', async () => {
    let count = 0;
    const { child } = watch(['/usr/bin/yes', 'announce route 10.0.0.0/8 next-hop self'], {
      onLine: () => count++,
    });
    child.start();
    expect(await worstLateness(() => until(() => count > 10_000))).toBeLessThan(150);
    child.hold();
    const held = count;
    await sleep(50);
    expect(count).toBe(held);
    child.release();
    await until(() => count > held);
    await child.stop();
  });

  it('3 MB without a newline gives one error, and the next line is read', async () => {
    const { child, lines } = node('process.stdout.write("x".repeat(3e6) + "\\nversion\\n")');
    child.start();
    await until(() => child.state === 'ended');
    expect(lines).toEqual([`line too long: ${'x'.repeat(80)}`, 'version']);
  });

  it('binary gives errors, and is not killed', async () => {
    const { child, lines } = sh('printf "\\377\\376\\001\\nok\\r\\n\\303\\251\\n"; exec cat');
    child.start();
    await until(() => lines.length === 3);
    expect(lines).toEqual(['invalid UTF-8: ÿþ\\x01', 'ok', 'é']);
    expect(child.state).toBe('running');
    await child.stop();
  });

  it('half a line and is killed has not commanded anything', async () => {
    const { child, lines } = sh('printf "withdraw route 10.0.0.0/2"; kill -9 $$');
    child.start();
    await until(() => child.state === 'ended');
    expect(lines).toEqual(['no newline at the end: withdraw route 10.0.0.0/2']);
    expect(child.stats().lastExit).toEqual({ code: undefined, signal: 'SIGKILL' });
  });

  it('to stderr is in the log: printable, repeats and floods counted', async () => {
    const { child, logs } = sh(
      'for i in 1 2 3; do echo same >&2; done; printf "\\033[31mred\\n" >&2; i=0; while [ $i -lt 500 ]; do echo $i >&2; i=$((i+1)); done',
    );
    child.start();
    await until(() => child.state === 'ended');
    const said = logs.filter((log) => 'stderr' in log);
    expect(said[0]).toMatchObject({ stderr: 'same', process: 'watch' });
    expect(said[1]).toMatchObject({ stderr: 'same', repeated: 2 });
    expect(said[2]).toMatchObject({ stderr: '\\x1b[31mred' });
    expect(said.length).toBeLessThan(80);
    const left = logs.filter((log) => log.msg === 'process says too much: lines left out');
    expect(left.reduce((sum, log) => sum + Number(log.lines), 0)).toBeGreaterThan(440);
  });
});

describe('a process that dies', () => {
  it('again and again is abandoned, and started anew by the next start', async () => {
    const { child, lines, logs } = sh('echo started; sleep 0.01; exit 3', { respawn: true, clock: HASTY });
    child.start();
    await until(() => child.state === 'abandoned');
    expect(lines.length).toBe(6);
    expect(child.stats()).toMatchObject({ restarts: 5, pid: undefined, lastExit: { code: 3 } });
    expect(logs.filter((log) => log.level === 50).length).toBe(1);
    expect(child.offer('event', 'lost\n')).toBe(false);
    child.start();
    await until(() => lines.length > 6);
    await child.stop();
  });

  it('before it lives (no such program) is treated alike', async () => {
    const { child, logs } = watch(['/nonexistent/handler'], { respawn: true, clock: HASTY });
    child.start();
    await until(() => child.state === 'abandoned');
    expect(child.stats().lastExit?.failure).toMatch(/ENOENT/);
    expect(logs.length).toBe(6);
    await child.stop();
  });

  it('is restarted with an empty queue, and is told what comes then', async () => {
    const { child, lines, states } = sh('read -r one; echo "got $one"; exit 0', { respawn: true });
    child.start();
    child.offer('event', 'first\n');
    await until(() => lines.length === 1);
    await until(() => states.filter((state) => state === 'running').length === 2);
    child.offer('event', 'second\n');
    await until(() => lines.length === 2);
    expect(lines).toEqual(['got first', 'got second']);
    await child.stop();
    expect(states.at(-1)).toBe('stopped');
  });

  it('having closed its stdout still hears', async () => {
    const { child } = sh('exec 1>&-; read -r line; [ "$line" = hello ] && exit 7');
    child.start();
    await until(() => child.state === 'running');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(child.state).toBe('running');
    child.offer('event', 'hello\n');
    await until(() => child.state === 'ended', 2_000);
    expect(child.stats().lastExit).toMatchObject({ code: 7 });
  });

  it('having closed its stdout behind half a line has not commanded that, and need not end to be told', async () => {
    const { child, lines } = sh('printf "announce route 10.0.0.0/2"; exec 1>&-; exec sleep 30');
    child.start();
    await until(() => lines.length > 0);
    expect(lines).toEqual(['no newline at the end: announce route 10.0.0.0/2']);
    expect(child.state).toBe('running');
    await child.stop();
    expect(lines).toHaveLength(1);
  });

  it('having closed stdout and stdin is ended', async () => {
    const { child, states } = sh('exec 1>&- 0<&-; sleep 30');
    child.start();
    await until(() => child.state === 'running');
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.offer('event', 'x\n');
    await until(() => child.state === 'ended', 2_000);
    expect(child.stats().lastExit).toMatchObject({ signal: 'SIGTERM' });
    expect(states).toEqual(['starting', 'running', 'ended']);
  });

  it('leaving a grandchild that keeps its pipes delays nobody, and the grandchild ends', async () => {
    const { child, lines } = sh('sleep 30 & echo $!; exit 0');
    child.start();
    await until(() => child.state === 'ended', 1_000);
    await until(() => !alive(Number(lines[0])));
  });
});

describe('stop', () => {
  it('writes what is queued, and lets the process end by itself', async () => {
    const { child, lines } = sh('wc -l');
    child.start();
    await until(() => child.state === 'running');
    for (let i = 0; i < 10_000; i++) child.offer('event', 'x\n');
    await child.stop();
    expect(lines.map((line) => line.trim())).toEqual(['10000']);
    expect(child.stats()).toMatchObject({
      lastExit: { code: 0 },
      writtenLines: 10_000,
      writtenBytes: 20_000,
    });
  });

  it('kills a process and its grandchild that ignore SIGTERM', async () => {
    const { child, lines } = sh(
      'trap "" TERM; sh -c "while :; do sleep 1; done" & echo $!; while :; do sleep 1; done',
    );
    child.start();
    await until(() => lines.length === 1);
    const began = performance.now();
    await child.stop();
    expect(performance.now() - began).toBeLessThan(3_500);
    expect(child.stats().lastExit).toMatchObject({ signal: 'SIGKILL' });
    await until(() => !alive(Number(lines[0])));
  });

  it('is not delayed by a grandchild in a group of its own', async () => {
    const { child, lines } = sh('setsid sleep 4 & echo up; cat');
    child.start();
    await until(() => lines.length === 1);
    const began = performance.now();
    await child.stop();
    expect(performance.now() - began).toBeLessThan(KILL_AFTER_MS);
  });

  it.each([0, 2, 10])('%i ms after the start, while it is being started, leaves nothing', async (ms) => {
    const { child } = sh('sleep 30', { respawn: true });
    child.start();
    await sleep(ms);
    await child.stop();
    expect(child.stats()).toMatchObject({ state: 'stopped', pid: undefined });
  });

  it('ends the wait for a restart', async () => {
    const { child, states } = sh('exit 1', { respawn: true });
    child.start();
    await until(() => states.filter((state) => state === 'waiting').length >= 3);
    await child.stop();
    expect(child.state).toBe('stopped');
  });
});
