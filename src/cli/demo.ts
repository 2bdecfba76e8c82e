import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { demoBmpStream } from './demo-bmp.ts';
import { CliError, EXIT } from './exit.ts';
import type { Arguments } from './verbs.ts';

const LEGEND = `Peerline quick start (Ctrl-C ends it)

  router   a second Peerline, AS 65002 on 127.0.0.2:11790, that plays your router   etc/quickstart/router.conf
  speaker  Peerline, AS 65001 on 127.0.0.1: one BGP session, a BMP station on 11019  etc/quickstart/speaker.conf
  bmp      a stream of BMP messages, as a monitored router sends them, into the station
  handler  a script that reads one JSON event per line and writes commands           etc/quickstart/handler.py

Lines marked "handler" are what the script made of the events; when the session comes up it writes
"announce route 192.0.2.128/25 next-hop self …", and "router" shows that route arrive.
`;

const NEXT = `
Everything above is live: BGP and BMP over TCP on loopback. Now make it yours:
  1. copy etc/quickstart/speaker.conf, and put your router's address and AS into it
  2. on the router, configure your local-address and local-as as a neighbor
  3. peerline check my.conf && peerline run my.conf
For BMP, point your router's station at this host, port 11019 (docs/bmp.md has the lines for each vendor).
`;

export async function demo({ options: { seconds } }: Arguments<'demo'>): Promise<void> {
  const value = seconds === undefined ? undefined : Number(seconds);
  if (value !== undefined && !(value > 0))
    throw new CliError(`--seconds: expected a number, found '${seconds}'`, EXIT.usage);
  await new Demo().run(value);
}

/** Files of the package, from src/cli as well as from dist/cli. */
function quickstart(name: string): string {
  return fileURLToPath(new URL(`../../etc/quickstart/${name}`, import.meta.url));
}

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Starts the programs, shows their lines, and ends them together. */
class Demo {
  readonly #children: ChildProcess[] = [];
  #bmp: Socket | undefined;
  #ending = false;
  #toldNext = false;

  async run(seconds: number | undefined): Promise<void> {
    process.stdout.write(`${LEGEND}\n`);
    const ended = new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
      if (seconds !== undefined) setTimeout(resolve, seconds * 1000);
    });
    const failed = new Promise<void>((resolve) => {
      this.#start('router', quickstart('router.conf'), resolve);
      this.#start('speaker', quickstart('speaker.conf'), resolve);
    });
    this.#feedBmp();
    const next = setTimeout(() => this.#tellNext(), 4000);
    const outcome = await Promise.race([ended.then(() => 'ended'), failed.then(() => 'failed')]);
    clearTimeout(next);
    await this.#end();
    if (outcome === 'ended') this.#tellNext();
  }

  #start(name: string, conf: string, died: () => void): void {
    // the machine's settings are for the machine's daemon: the demonstration is the same everywhere
    const args = [PROGRAM, 'run', conf, '--log-format', 'json', '--env-file', '/dev/null'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#children.push(child);
    process.once('exit', () => child.kill('SIGTERM'));
    createInterface({ input: child.stderr }).on('line', (line) => show(name, line));
    child.once('exit', (code) => {
      if (this.#ending) return;
      process.stdout.write(`${name.padEnd(8)} ended with exit code ${code}: is one of the ports taken?\n`);
      process.exitCode = EXIT.failure;
      died();
    });
  }

  /** Until the station listens, and again when it went away. */
  #feedBmp(): void {
    if (this.#ending) return;
    const socket = connect(11019, '127.0.0.1');
    this.#bmp = socket;
    let timer: NodeJS.Timeout | undefined;
    socket.once('connect', () => {
      const stream = demoBmpStream();
      const send = () => {
        const { value } = stream.next();
        if (value === undefined) return;
        socket.write(value.octets);
        process.stdout.write(`bmp      ${value.what}\n`);
        timer = setTimeout(send, value.waitMs);
      };
      send();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      setTimeout(() => this.#feedBmp(), 300).unref();
    });
  }

  #tellNext(): void {
    if (!this.#toldNext) process.stdout.write(`${NEXT}\n`);
    this.#toldNext = true;
  }

  async #end(): Promise<void> {
    this.#ending = true;
    this.#bmp?.destroy();
    await Promise.all(
      this.#children.map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGTERM');
          }),
      ),
    );
  }
}

/** Log lines that say something to a newcomer; the others stay in the log. */
const TOLD = new Set(['connected', 'up', 'down', 'command refused', 'process started']);

function show(name: string, line: string): void {
  const entry: unknown = parse(line);
  if (typeof entry !== 'object' || entry === null) {
    process.stdout.write(`${name.padEnd(8)} ${line}\n`);
    return;
  }
  const { level, msg, peer, process: from, reason, stderr } = entry as Record<string, unknown>;
  if (typeof stderr === 'string') {
    process.stdout.write(`${(name === 'router' ? 'router' : 'handler').padEnd(8)} ${stderr}\n`);
  } else if (TOLD.has(String(msg)) || (typeof level === 'number' && level >= 40)) {
    const about = [peer ?? from, msg, reason].filter((part) => part !== undefined).join(' ');
    process.stdout.write(`${name.padEnd(8)} ${about}\n`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (err) {
    if (err instanceof SyntaxError) return undefined;
    throw err;
  }
}
