import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { ControlClient, type ControlContext } from './control-client.ts';
import type { PipePaths } from './control-paths.ts';

export interface ControlPipesOptions extends ControlContext {
  readonly paths: PipePaths;
}

/** A command line that writes first and opens its end for reading then has this long. */
const READER_MS = 2000;
const RETRY_MS = 20;

/**
 * ExaBGP's named pipes: whoever they are that write commands into one, replies go to whoever reads the other.
 * That is all two pipes can tell apart; the control socket knows its clients.
 */
export class ControlPipes {
  readonly #options: ControlPipesOptions;
  readonly #client: ControlClient;
  readonly #input: Socket;
  #output: Socket | undefined;
  #stopped = false;
  /** Replies lost because nobody opened the pipe to read them. */
  unread = 0;

  /** @throws the system's error when the pipes may not be opened */
  constructor(options: ControlPipesOptions) {
    this.#options = options;
    // open for writing too: else the end of one command line would be the end of file for all that follow
    const fd = openSync(options.paths.in, constants.O_RDWR | constants.O_NONBLOCK);
    this.#input = new Socket({ fd, readable: true, writable: false });
    this.#client = new ControlClient('cli-pipe', this.#input, {
      context: options,
      shared: true,
      sink: { write: (chunk, done) => void this.#write(chunk, done) },
      onEnd: () => options.log.warn({ pipe: options.paths.in }, 'pipe of the command line ended'),
    });
  }

  get client(): ControlClient {
    return this.#client;
  }

  stop(): void {
    this.#stopped = true;
    this.#client.close();
    this.#output?.destroy();
  }

  /** The pipe is closed again when all is written: what a command line leaves unread must not meet the next. */
  async #write(chunk: Uint8Array, done: () => void): Promise<void> {
    const output = this.#output ?? (await this.#open());
    if (output === undefined) {
      this.unread++;
      this.#options.log.warn(
        { pipe: this.#options.paths.out, unread: this.unread },
        'nobody reads the reply',
      );
      this.#client.unwatch();
      done();
      return;
    }
    output.write(chunk, () => {
      done();
      setImmediate(() => this.#closeIdle(output));
    });
  }

  #closeIdle(output: Socket): void {
    if (this.#client.watching || this.#client.stats.queuedLines > 0) return;
    output.destroy();
    if (this.#output === output) this.#output = undefined;
  }

  async #open(): Promise<Socket | undefined> {
    const { clock, paths } = this.#options;
    const until = clock.now() + READER_MS;
    while (!this.#stopped) {
      const fd = openWriter(paths.out);
      if (fd !== undefined) return this.#attach(fd);
      if (clock.now() >= until) return undefined;
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
    }
    return undefined;
  }

  #attach(fd: number): Socket {
    const output = new Socket({ fd, readable: false, writable: true });
    output.on('error', () => output.destroy());
    output.on('close', () => {
      if (this.#output === output) this.#output = undefined;
    });
    this.#output = output;
    return output;
  }
}

/** Undefined: nobody has the pipe open to read. */
function openWriter(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    if (code === undefined) throw err;
    return undefined;
  }
}
