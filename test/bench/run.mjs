// One program under load: its processes, what they cost, and who else was busy.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TICKS = 100;
/** Who sends routes, and who takes them. */
export const FEEDER = { from: '127.0.0.2', as: 65002 };
export const TAKER = { from: '127.0.0.3', as: 65003 };
/** Programs are left alone for so long before they are measured, and then until they are idle. */
const SETTLE_MS = 1000;
const SETTLED_LOOK_MS = 300;
const SETTLED_MOST_MS = 8_000;
const TOOLS = ['speaker.mjs', 'reader.mjs', 'writer.mjs', 'crowd.mjs', 'routers.mjs', 'latency.py'];

export const tool = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The files of one process under /proc, or undefined when it is gone. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function descendants(pid) {
  const threads = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  const children = threads.flatMap((tid) =>
    (read(`/proc/${pid}/task/${tid}/children`) ?? '').split(' ').filter(Boolean),
  );
  return [pid, ...children.flatMap((child) => descendants(Number(child)))];
}

/** CPU seconds, peak and present memory of processes and their children, without the load tools among them. */
export function usage(pids, { tools = false } = {}) {
  let cpu = 0;
  let peakMb = 0;
  let rssMb = 0;
  for (const each of pids.flatMap(descendants)) {
    const command = read(`/proc/${each}/cmdline`) ?? '';
    if (!tools && TOOLS.some((name) => command.includes(name))) continue;
    const stat = read(`/proc/${each}/stat`);
    const status = read(`/proc/${each}/status`) ?? '';
    if (stat === undefined) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    cpu += (Number(fields[11]) + Number(fields[12])) / TICKS;
    peakMb += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    rssMb += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
  return { cpu, peakMb, rssMb };
}

/** Busy seconds of the whole machine. */
function machineBusy() {
  const fields = (read('/proc/stat') ?? '').split('\n')[0].split(/\s+/).slice(1).map(Number);
  const total = fields.slice(0, 8).reduce((sum, one) => sum + one, 0);
  return (total - fields[3] - fields[4]) / TICKS;
}

/** Everything that one measurement starts; `stop` ends it all, by process id. */
export class Run {
  #children = [];
  #metered;
  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'peerline-bench-'));
  }

  path(name) {
    return join(this.directory, name);
  }

  write(name, text) {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** @param into a file descriptor that takes what it writes, instead of `output` */
  start(argv, { env = {}, into = 'pipe' } = {}) {
    const [program, ...args] = argv;
    const child = spawn(program, args, {
      cwd: this.directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', into, 'pipe'],
      detached: true,
    });
    const started = { pid: child.pid, output: '' };
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      started.output += text;
    });
    child.stderr.resume();
    // a program that is not there brings nothing up, which is told
    child.on('error', () => undefined);
    this.#children.push(started);
    return started;
  }

  /** Starts a speaker; `line(key)` waits for its JSON line that has the member. */
  speaker({ port, from, as, more = [] }) {
    const child = this.start([
      process.execPath,
      tool('speaker.mjs'),
      String(port),
      from,
      String(as),
      ...more,
    ]);
    return { ...child, line: (key) => this.told(child, key) };
  }

  /** The JSON line of a load tool that has the member. */
  told(child, key, seconds = 300) {
    return this.until(`${key} of a load tool`, seconds, () => {
      const lines = child.output.split('\n').slice(0, -1);
      return lines.map((text) => JSON.parse(text)).find((one) => key in one);
    });
  }

  /** What `look` gives, once that is not undefined. */
  async until(what, seconds, look) {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (performance.now() > end) throw new Error(`no ${what} within ${seconds} s`);
      await sleep(20);
    }
  }

  file(name, seconds = 300) {
    return this.until(name, seconds, () => {
      const text = read(this.path(name));
      return text === undefined ? undefined : JSON.parse(text);
    });
  }

  #mine() {
    const pids = this.#children.map(({ pid }) => pid);
    return usage(pids, { tools: true }).cpu;
  }

  /** Until programs do nothing any more: what starting costs is not measured. */
  async settled(pids) {
    await sleep(SETTLE_MS);
    const end = performance.now() + SETTLED_MOST_MS;
    for (let before = 0; performance.now() < end; await sleep(SETTLED_LOOK_MS)) {
      const { cpu } = usage(pids);
      if (cpu - before < 2 / TICKS) return;
      before = cpu;
    }
  }

  /** From here on `metered` counts what the programs `pids` cost. */
  async meter(pids) {
    await this.settled(pids);
    const before = usage(pids);
    this.#metered = { pids, before, busy: machineBusy(), mine: this.#mine(), atMs: performance.now() };
  }

  metered() {
    const { pids, before, busy, mine, atMs } = this.#metered;
    const { cpu, peakMb } = usage(pids);
    const seconds = (performance.now() - atMs) / 1000;
    const others = Math.max(0, (machineBusy() - busy - (this.#mine() - mine)) / seconds);
    return { cpu: cpu - before.cpu, peakMb, others };
  }

  /** Runs a program to its end, its output read by nobody. */
  async timed(argv) {
    const busy = machineBusy();
    const shell = ['bash', '-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1', 'timed', ...argv];
    const { status, stderr } = spawnSync(shell[0], shell.slice(1), {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}`);
    const [seconds, user, system] = stderr.trim().split(' ').map(Number);
    const cpu = user + system;
    return { seconds, cpu, others: Math.max(0, (machineBusy() - busy - cpu) / seconds) };
  }

  async stop() {
    for (const { pid } of this.#children.toReversed()) {
      for (const each of descendants(pid).toReversed()) {
        try {
          process.kill(each, 'SIGKILL');
        } catch {
          // it is gone
        }
      }
    }
    await sleep(300);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What `body` starts is ended with it. */
export async function inRun(body) {
  const run = new Run();
  try {
    return await body(run);
  } finally {
    await run.stop();
  }
}
