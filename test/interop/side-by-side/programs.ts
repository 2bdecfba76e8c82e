import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Background } from '../../support/background.ts';
import { until } from '../../support/wait.ts';

export const MAIN =
  process.env.PEERLINE_MAIN ?? fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const RECORDER = fileURLToPath(new URL('../../support/recorder.mjs', import.meta.url));

/** Who is compared. Both are asked for what ExaBGP 4.2 says. */
export type ProgramName = 'exabgp' | 'peerline';

export const SETTINGS: Readonly<Record<string, string>> = {
  'exabgp.daemon.user': 'root',
  'exabgp.daemon.drop': 'false',
  'exabgp.api.cli': 'false',
  'exabgp.tcp.bind': '',
  'exabgp.log.level': 'DEBUG',
  'exabgp.api.version': '4',
  EXABGP_ENVFILE: '/dev/null',
};

/** One process of the configuration: what it was told, and the way to make it write. */
export class Handler {
  readonly events: string[] = [];
  readonly replies: string[] = [];
  readonly #server: Server;
  #socket: Socket | undefined;
  #starts = 0;
  /** A text event has several lines, and the last is blank. */
  #event: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#socket = socket;
      this.#starts++;
      socket.on('error', () => socket.destroy());
      createInterface({ input: socket }).on('line', (line) => this.#take(line));
    });
  }

  static async listen(path: string): Promise<Handler> {
    const server = createServer();
    const handler = new Handler(server);
    await new Promise<void>((done) => server.listen(path, done));
    return handler;
  }

  get attached(): boolean {
    return this.#socket !== undefined;
  }

  /** How many times the process was started. */
  get starts(): number {
    return this.#starts;
  }

  /** The process ends by itself. */
  exit(): void {
    this.#socket?.destroy();
  }

  write(line: string): void {
    this.#socket?.write(`${line}\n`);
  }

  /** Writes a command; its lines, the last of which is `done` or `error`. */
  async command(text: string): Promise<readonly string[]> {
    const before = this.replies.length;
    this.write(text);
    const ends = () => this.replies.slice(before).findIndex((line) => line === 'done' || line === 'error');
    await until(`the reply to ${text}`, () => ends() >= 0);
    return this.replies.slice(before);
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #take(line: string): void {
    if (/^\{ ?"exabgp"/.test(line)) this.events.push(line);
    else if (
      this.#event.length > 0 ||
      /^(?:neighbor \S+ (?:send|receive|connected|up|down)|shutdown \d)/.test(line)
    ) {
      this.#takeText(line);
    } else this.replies.push(line);
  }

  #takeText(line: string): void {
    if (line !== '') {
      this.#event.push(line);
      return;
    }
    this.events.push(this.#event.join('\n'));
    this.#event = [];
  }
}

export interface Setup {
  readonly directory: string;
  /** Names of the processes in the configuration. */
  readonly processes: readonly string[];
  /** Of those that a reload brings. */
  readonly later?: readonly string[] | undefined;
  /** Beside SETTINGS. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** @param run the words after `run` of a process */
  readonly configuration: (run: (process: string) => string) => string;
}

/** A program that runs with handlers in our hands. */
export class Running {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly #program: Background;
  readonly #file: string;

  private constructor(program: Background, file: string, handlers: ReadonlyMap<string, Handler>) {
    this.#program = program;
    this.#file = file;
    this.handlers = handlers;
  }

  static async start(name: ProgramName, setup: Setup): Promise<Running> {
    const directory = join(setup.directory, name);
    mkdirSync(directory, { recursive: true });
    const handlers = new Map<string, Handler>();
    for (const each of [...setup.processes, ...(setup.later ?? [])])
      handlers.set(each, await Handler.listen(join(directory, each)));
    const file = join(directory, 'both.conf');
    const args = name === 'exabgp' ? [file] : [MAIN, file];
    writeFileSync(
      file,
      setup.configuration((process_) => runWords(directory, process_)),
    );
    const program = new Background(name === 'exabgp' ? 'exabgp' : process.execPath, args, {
      cwd: directory,
      env: { ...SETTINGS, ...setup.settings },
    });
    const running = new Running(program, file, handlers);
    try {
      await until(`the handlers of ${name}`, () => {
        if (!program.alive) throw new Error(program.output);
        return setup.processes.every((each) => handlers.get(each)?.attached);
      });
    } catch (err) {
      await running.stop();
      throw err;
    }
    return running;
  }

  get output(): string {
    return this.#program.output;
  }

  get alive(): boolean {
    return this.#program.alive;
  }

  handler(name: string): Handler {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new Error(`no process ${name}`);
    return handler;
  }

  /** Changes the configuration file; a reload finds it. */
  rewrite(change: (text: string) => string): void {
    writeFileSync(this.#file, change(readFileSync(this.#file, 'utf8')));
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.signalLeader(signal);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    for (const handler of this.handlers.values()) await handler.stop();
  }
}

function runWords(directory: string, name: string): string {
  return `${process.execPath} ${RECORDER} ${join(directory, name)}`;
}
