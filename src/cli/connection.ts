import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { endOf } from '../commands/reply.ts';
import type { Environment } from '../config/environment.ts';
import {
  type ControlPlaces,
  findPipes,
  type PipePaths,
  runDirectories,
  socketCandidates,
} from '../daemon/control-paths.ts';
import { CliError } from './exit.ts';

/** How a command ended. `timeout`: nothing came for too long; `closed`: the daemon is gone. */
export type Outcome = 'done' | 'error' | 'timeout' | 'closed';

/** A conversation with a daemon: one command at a time, each with its reply. */
export class Connection {
  /** The path of the socket or the pipe. */
  readonly place: string;
  readonly #output: Writable;
  readonly #input: Readable;
  readonly #chunks: AsyncIterator<string>;
  readonly #timeoutMs: number;
  #lines: string[] = [];
  #rest = '';
  #waiting: Promise<IteratorResult<string>> | undefined;

  constructor(
    place: string,
    streams: { readonly input: Readable; readonly output: Writable },
    timeoutMs: number,
  ) {
    this.place = place;
    this.#timeoutMs = timeoutMs;
    this.#input = streams.input;
    this.#output = streams.output;
    this.#output.on('error', () => undefined); // the end of the input tells it
    this.#chunks = streams.input.setEncoding('utf8')[Symbol.asyncIterator]();
  }

  /** Sends a command, and gives the lines of its reply but for the last where that is a word, which is returned. */
  async *ask(command: string): AsyncGenerator<string, Outcome> {
    this.#output.write(`${command}\n`);
    if (/^\s*debug(\s|$)/.test(command)) return 'done'; // the one that is never answered
    for (;;) {
      const line = await this.#next(this.#timeoutMs);
      if (typeof line !== 'string') return line.end;
      const end = endOf(line);
      // with an id, or in JSON, the last line says more than how it ended
      if (line !== end) yield line;
      if (end !== undefined) return end;
    }
  }

  /** What comes without having been asked for, until the daemon ends. */
  async *listen(): AsyncGenerator<string, void> {
    for (;;) {
      const line = await this.#next(undefined);
      if (typeof line !== 'string') return;
      yield line;
    }
  }

  close(): void {
    this.#input.destroy();
    this.#output.destroy();
  }

  async #next(timeoutMs: number | undefined): Promise<string | { readonly end: 'timeout' | 'closed' }> {
    while (this.#lines.length === 0) {
      const chunk = await this.#chunk(timeoutMs);
      if (typeof chunk !== 'string') return chunk;
      const rest = this.#rest + chunk;
      // a line may be a whole table: it is looked through once it is there
      const lines = chunk.includes('\n') ? rest.split('\n') : [rest];
      this.#rest = lines.pop() ?? '';
      this.#lines = lines.reverse();
    }
    return this.#lines.pop() ?? '';
  }

  async #chunk(timeoutMs: number | undefined): Promise<string | { readonly end: 'timeout' | 'closed' }> {
    this.#waiting ??= this.#chunks
      .next()
      .catch((): IteratorResult<string> => ({ done: true, value: undefined }));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'timeout'>((resolve) => {
      if (timeoutMs !== undefined) timer = setTimeout(() => resolve('timeout'), timeoutMs);
    });
    const result = await Promise.race([this.#waiting, late]);
    clearTimeout(timer);
    if (result === 'timeout') return { end: 'timeout' };
    this.#waiting = undefined;
    return result.done === true ? { end: 'closed' } : result.value;
  }
}

export interface ConnectOptions {
  readonly only: 'socket' | 'pipe' | undefined;
  readonly api: Pick<Environment['api'], 'socketname' | 'socketpath' | 'pipename'>;
  readonly root: string | undefined;
  readonly timeoutMs: number;
}

/** The daemon's socket, or else the pipes of ExaBGP. @throws CliError when no daemon is there, naming where it was looked for */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const { only, api, root, timeoutMs } = options;
  const places: ControlPlaces = { env: process.env, uid: process.getuid?.() ?? 0, root };
  const sockets = api.socketpath === '' ? socketCandidates(api.socketname, places) : [api.socketpath];
  const problems: string[] = [];
  for (const path of only === 'pipe' ? [] : sockets.filter((candidate) => existsSync(candidate))) {
    const socket = await connectTo(path).catch(
      (err: NodeJS.ErrnoException) => void problems.push(`${path}: ${reasonOf(err)}`),
    );
    if (socket instanceof Socket) return new Connection(path, { input: socket, output: socket }, timeoutMs);
  }
  const pipes = only === 'socket' ? undefined : findPipes(api.pipename, places);
  if (pipes !== undefined) return openPipes(pipes, timeoutMs);
  throw new CliError(
    problems.length > 0
      ? problems.join('\n')
      : `no daemon is to be found: there is no ${what(options)} in ${runDirectories(places).join(', ')}`,
  );
}

function what({ only, api }: ConnectOptions): string {
  if (api.socketpath !== '' && only !== 'pipe')
    return `socket ${api.socketpath}, nor ${api.pipename}.in and ${api.pipename}.out`;
  if (only === 'pipe') return `${api.pipename}.in and ${api.pipename}.out`;
  return only === 'socket'
    ? `${api.socketname}.sock`
    : `${api.socketname}.sock, nor ${api.pipename}.in and ${api.pipename}.out,`;
}

function connectTo(path: string): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(path);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      done(socket);
    });
  });
}

/** Replies first: the daemon opens its end when it has something to say. */
function openPipes(paths: PipePaths, timeoutMs: number): Connection {
  const replies = open(paths.out, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const commands = open(paths.in, constants.O_WRONLY | constants.O_NONBLOCK);
    return new Connection(
      paths.in,
      {
        input: new Socket({ fd: replies, readable: true, writable: false }),
        output: new Socket({ fd: commands, readable: false, writable: true }),
      },
      timeoutMs,
    );
  } catch (err) {
    closeSync(replies);
    throw err;
  }
}

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (err) {
    throw new CliError(`${path}: ${reasonOf(err as NodeJS.ErrnoException)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no daemon answers',
  ENXIO: 'no daemon reads it',
  EACCES: 'not allowed to open it',
  ENOENT: 'it is gone',
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}
