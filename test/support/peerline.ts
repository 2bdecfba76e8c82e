import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Background } from './background.ts';
import type { LineEvent } from './line-event.ts';
import { until } from './wait.ts';

/** The built command; a test run may name another build. */
const MAIN = process.env.PEERLINE_MAIN ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const RECORDER = fileURLToPath(new URL('./recorder.mjs', import.meta.url));

/** The name that `api { processes [ recorder ]; }` refers to. */
export const RECORDER_NAME = 'recorder';

/** Peerline as a real process, with a handler whose stdin and stdout are the test's. */
export class Peerline {
  /** Every event so far, oldest first. */
  readonly events: LineEvent[] = [];
  readonly #replies: string[] = [];
  readonly #program: Background;
  readonly #server: Server;
  #handler: Socket | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(program: Background, server: Server) {
    this.#program = program;
    this.#server = server;
    server.on('connection', (socket) => this.#attach(socket));
  }

  /** Runs it with `config`, to which the process section of the recorder is added. */
  static async start(options: { readonly directory: string; readonly config: string }): Promise<Peerline> {
    const { directory, config } = options;
    const path = join(directory, 'recorder.sock');
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    const recorder = `process ${RECORDER_NAME} { run ${process.execPath} ${RECORDER} ${path}; encoder json; }\n`;
    const file = join(directory, 'peerline.conf');
    writeFileSync(file, recorder + config);
    const args = [MAIN, 'run', file, '--log-format', 'json'];
    const program = new Background(process.execPath, args, { cwd: directory });
    const peerline = new Peerline(program, server);
    try {
      await until('the handler of peerline', () => {
        if (!program.alive) throw new Error(program.output);
        return peerline.#handler !== undefined;
      });
    } catch (err) {
      await peerline.stop();
      throw err;
    }
    return peerline;
  }

  get log(): string {
    return this.#program.output;
  }

  #attach(socket: Socket): void {
    this.#handler = socket;
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      if (line.startsWith('{')) this.events.push(JSON.parse(line));
      else this.#replies.push(line);
    });
  }

  /** Writes one command and gives its last reply line, `done` or `error`. */
  command(text: string): Promise<string> {
    const answer = this.#queue.then(async () => {
      const before = this.#replies.length;
      this.#handler?.write(`${text}\n`);
      return until(`the reply to ${text}`, () =>
        this.#replies.slice(before).find((line) => line === 'done' || line === 'error'),
      );
    });
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  /** The first event after the first `after` ones that fits. */
  event(what: string, fits: (event: LineEvent) => boolean, options: { after?: number; ms?: number } = {}) {
    const { after = 0, ms = 20_000 } = options;
    return until(what, () => this.events.slice(after).find(fits), ms);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    this.#handler?.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}
