import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseArguments } from '../../../plugins/healthcheck/arguments.ts';
import { Healthcheck } from '../../../plugins/healthcheck/healthcheck.ts';
import { shell } from '../../../plugins/healthcheck/shell.ts';
import { until } from '../../support/wait.ts';

const FAST = ['--interval', '0.02', '--fast-interval', '0.01', '--rise', '1', '--fall', '1'];

/** Runs until `stop`; a core that answers every line unless told otherwise. */
function start(argv: readonly string[], { answers = true, acks = true } = {}) {
  const options = parseArguments(['--ip', '192.0.2.1', ...FAST, ...argv], () => '');
  const [input, output, stop] = [new PassThrough(), new PassThrough(), new AbortController()];
  const [lines, calls, logged]: [string[], string[], string[]] = [[], [], []];
  output.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.trimEnd().split('\n'));
    if (answers) input.write('{ "exabgp": "5.0.0", "type": "update" }\ndone\n');
  });
  const done = new Healthcheck({
    options,
    networks: options.ip,
    addresses: {
      add: () => calls.push('add'),
      remove: () => calls.push('remove'),
      restore: () => calls.push('restore'),
    },
    input,
    output,
    acks,
    apiVersion: '5',
    stop,
    log: (text) => logged.push(text),
    debug: () => undefined,
  }).run();
  onTestFinished(() => stop.abort());
  return { input, lines, calls, logged, stop, done };
}

function workspace(): string {
  const dir = mkdtempSync(join(tmpdir(), 'peerline-healthcheck-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const UP = 'announce route 192.0.2.1/32 next-hop self med 100';
const DOWN = 'announce route 192.0.2.1/32 next-hop self med 1000';
const DISABLED = 'announce route 192.0.2.1/32 next-hop self med 500';
const GONE = 'withdraw route 192.0.2.1/32 next-hop self';

/** Without repetitions. */
function turns(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== lines[index - 1]);
}

describe('the loop', () => {
  it('goes through the states, with hooks and addresses', async () => {
    const dir = workspace();
    const [ok, off, log] = [join(dir, 'ok'), join(dir, 'off'), join(dir, 'log')];
    const argv = ['--cmd', `test -e ${ok}`, '--disable', off, '--dynamic-ip-setup'];
    const hooks = ['--execute', `echo any $STATE >> ${log}`, '--up-execute', `echo own $STATE >> ${log}`];
    const run = start([...argv, ...hooks]);
    await until('down', () => run.lines.includes(DOWN));
    writeFileSync(ok, '');
    await until('up', () => run.lines.at(-1) === UP);
    writeFileSync(off, '');
    await until('disabled', () => run.lines.at(-1) === DISABLED);
    rmSync(off);
    await until('up again', () => run.lines.at(-1) === UP);
    run.stop.abort();
    await run.done;
    expect(turns(run.lines)).toEqual([DOWN, UP, DISABLED, UP, GONE]);
    expect(run.calls).toEqual(['remove', 'add', 'remove', 'add', 'restore']);
    const told = 'any DOWN|own UP|any UP|any DISABLED|any INIT|own UP|any UP|';
    expect(readFileSync(log, 'utf8').replaceAll('\n', '|')).toBe(told);
  });

  it('repeats what it announces, unless told not to', async () => {
    const loud = start([]);
    await until('repeats', () => loud.lines.length > 3);
    const quiet = start(['--debounce']);
    await until('time passes', () => loud.lines.length > 8);
    expect(quiet.lines).toEqual([UP]);
  });

  it('ends after one announcement with interval 0', async () => {
    const run = start(['-i', '0', '--rise', '2']);
    await run.done;
    expect(run.lines).toEqual([UP]);
    expect(run.calls).toEqual([]);
  });

  it('waits for an answer to each line', async () => {
    const run = start([], { answers: false });
    await until('one line', () => run.lines.length > 0);
    run.input.write('{ "type": "state" }\nneighbor 192.0.2.3 up\n');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(run.lines).toEqual([UP]);
    run.input.write('error\n');
    await until('a second line', () => run.lines.length > 1);
    expect(run.logged).toContain(`refused: ${UP}`);
    run.stop.abort();
    await run.done;
    expect(run.lines.at(-1)).toBe(GONE);
  });

  it('does not wait where nobody answers', async () => {
    const run = start([], { answers: false, acks: false });
    run.input.end();
    await until('lines', () => run.lines.length > 3);
  });

  it('ends when nobody is left to answer', async () => {
    const run = start(['--cmd', 'sleep 60']);
    run.input.end();
    await run.done;
    expect(run.lines).toEqual([GONE]);
  });
});

describe('shell', () => {
  const never = new AbortController().signal;

  it.each([
    { command: 'true', outcome: 0 },
    { command: 'exit 3', outcome: 3 },
    { command: 'kill -TERM $$', outcome: 'SIGTERM' },
    { command: '[ "$STATE" = UP ]', outcome: 0 },
    { command: 'no-such-program-at-all', outcome: 127 },
  ])('$command: $outcome', async ({ command, outcome }) => {
    const options = { timeoutSeconds: 5, signal: never, verbose: false, env: { STATE: 'UP' } };
    expect(await shell(command, options)).toBe(outcome);
  });

  it('that the system cannot start is a failure as any other', async () => {
    // more than an execve takes: Node throws it, as it throws that there is no memory
    const env = { TOO_LONG: 'x'.repeat(256 * 1024) };
    expect(await shell('true', { timeoutSeconds: 5, signal: never, verbose: false, env })).toBe(127);
  });

  it('kills the whole process group after the timeout', async () => {
    const dir = workspace();
    const file = join(dir, 'late');
    const command = `(sleep 0.4; touch ${file}) & sleep 60`;
    expect(await shell(command, { timeoutSeconds: 0.1, signal: never, verbose: false })).toBe('timeout');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(existsSync(file)).toBe(false);
  });
});
