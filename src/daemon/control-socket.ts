import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { atMost } from '../loop/at-most.ts';
import { ControlClient, type ControlContext } from './control-client.ts';

export interface ControlSocketOptions extends ControlContext {
  readonly path: string;
  /** Bits that the socket's file shall not have, as of umask. Others never get any. */
  readonly umask: number;
}

/** Clients at a time: each may hold some megabytes. */
const MAXIMUM_CLIENTS = 64;
/** Read and write for owner and group; to connect takes the right to write. */
const MODE = 0o660;
/** How long whoever holds the file may take to answer. */
const ANSWER_MS = 1000;

/** The socket cannot be had; the message says why. */
export class ControlSocketError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ControlSocketError';
  }
}

/** A Unix domain socket whose clients command as processes do, each for itself. */
export class ControlSocket {
  readonly #options: ControlSocketOptions;
  readonly #server: Server;
  readonly #clients = new Map<Socket, ControlClient>();
  #count = 0;
  #inode: number | undefined;

  constructor(options: ControlSocketOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  get clients(): readonly ControlClient[] {
    return [...this.#clients.values()];
  }

  /** Takes the place of a file whose daemon is gone, of no other. @throws ControlSocketError */
  async start(): Promise<void> {
    const { path, umask } = this.#options;
    // under another name first: nobody may connect before the mode is right
    const young = `${path}.${process.pid}`;
    try {
      await refuseTaken(path);
      rmSync(young, { force: true });
      await listen(this.#server, young);
      chmodSync(young, MODE & ~umask);
      this.#inode = lstatSync(young).ino;
      renameSync(young, path);
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === undefined) throw err;
      this.#server.close();
      throw new ControlSocketError(`${path}: ${(err as Error).message}`, { cause: err });
    }
    this.#server.on('error', (err) => this.#options.log.error({ err }, 'control socket failed'));
  }

  /** Says good-bye to every client; the file goes unless somebody else's took its place. */
  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    const all = [...this.#clients.keys()];
    await Promise.all(all.map((socket) => this.#dismiss(socket)));
    await closed;
    this.#remove();
  }

  /** Having given up root we may not be able to: what is left there is replaced at the next start. */
  #remove(): void {
    const { path, log } = this.#options;
    try {
      if (inodeOf(path) === this.#inode) rmSync(path, { force: true });
    } catch (err) {
      log.info({ path, reason: (err as Error).message }, 'the control socket is left behind');
    }
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#clients.size >= MAXIMUM_CLIENTS) {
      this.#options.log.warn({ clients: MAXIMUM_CLIENTS }, 'too many control clients: one is refused');
      socket.end('error: too many clients\nerror\n', () => socket.destroy());
      return;
    }
    const name = `cli-${++this.#count}`;
    const client = new ControlClient(name, socket.pipe(new PassThrough()), {
      context: this.#options,
      sink: { write: (chunk, done) => void socket.write(chunk, done) },
      onEnd: () => void this.#ended(socket),
    });
    this.#clients.set(socket, client);
    this.#options.log.debug({ client: name }, 'control client connected');
    socket.on('close', () => this.#gone(socket));
  }

  /** Who says no more may still be waiting for replies, or watch. */
  async #ended(socket: Socket): Promise<void> {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    client.finish();
    await client.answers.given();
    if (!client.watching) await this.#dismiss(socket);
  }

  async #dismiss(socket: Socket): Promise<void> {
    const client = this.#clients.get(socket);
    // one that does not read must not keep us
    if (client !== undefined) await atMost(ANSWER_MS, client.drained(), this.#options.clock);
    // what the system has taken still reaches the client
    socket.destroy();
  }

  #gone(socket: Socket): void {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    this.#clients.delete(socket);
    client.close();
    this.#options.log.debug({ client: client.config.name, ...client.stats }, 'control client gone');
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
  });
}

/** @throws ControlSocketError when a daemon answers at the path, or there is a file that is no socket */
async function refuseTaken(path: string): Promise<void> {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) return;
  if (!file.isSocket()) throw new ControlSocketError(`${path}: there is a file that is no socket`);
  if (await answers(path)) throw new ControlSocketError(`${path}: another daemon answers there`);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', (err: NodeJS.ErrnoException) =>
      end(err.code !== 'ECONNREFUSED' && err.code !== 'ENOENT'),
    );
  });
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}
