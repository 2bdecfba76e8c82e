// One program under load: its processes, what they cost, and who else was busy.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TICKS = 100;
const TOOLS = ['speaker.mjs', 'reader.mjs', 'writer.mjs'];

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

/** CPU seconds and peak memory of a process and its children, without the load tools among them. */
export function usage(pid, { tools = false } = {}) {
  let cpu = 0;
  let peakMb = 0;
  for (const each of descendants(pid)) {
    const command = read(`/proc/${each}/cmdline`) ?? '';
    if (!tools && TOOLS.some((name) => command.includes(name))) continue;
    const stat = read(`/proc/${each}/stat`);
    const peak = /VmHWM:\s+(\d+)/.exec(read(`/proc/${each}/status`) ?? '');
    if (stat === undefined) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    cpu += (Number(fields[11]) + Number(fields[12])) / TICKS;
    peakMb += Number(peak?.[1] ?? 0) / 1024;
  }
  return { cpu, peakMb };
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

  start(argv, { env = {} } = {}) {
    const [program, ...args] = argv;
    const child = spawn(program, args, {
      cwd: this.directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const started = { pid: child.pid, output: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
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
    const line = (key, seconds = 300) =>
      this.until(`${key} of the speaker ${from}`, seconds, () => {
        const found = child.output
          .split('\n')
          .slice(0, -1)
          .map((text) => JSON.parse(text));
        return found.find((one) => key in one);
      });
    return { ...child, line };
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
    return this.#children.reduce((sum, { pid }) => sum + usage(pid, { tools: true }).cpu, 0);
  }

  /** From here on `metered` counts what the program `dut` costs. */
  meter(dut) {
    const before = usage(dut.pid);
    this.#metered = { dut, before, busy: machineBusy(), mine: this.#mine(), atMs: performance.now() };
  }

  metered() {
    const { dut, before, busy, mine, atMs } = this.#metered;
    const { cpu, peakMb } = usage(dut.pid);
    const seconds = (performance.now() - atMs) / 1000;
    const others = Math.max(0, (machineBusy() - busy - (this.#mine() - mine)) / seconds);
    return { cpu: cpu - before.cpu, peakMb, others };
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
