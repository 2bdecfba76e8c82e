import type { Socket } from 'node:net';
import { isShared, keep, release, shareReading } from './shared-reading.ts';

/** Octets, or why there are none any more. */
type Came = Uint8Array | string;

/**
 * What comes over a connected socket, a chunk at a time: nothing is read until somebody asks for more. Chunks stand in
 * memory that is used again.
 */
export class SocketChunks {
  readonly #socket: Socket;
  readonly #came: Uint8Array[] = [];
  #over: string | undefined;
  #asked: ((came: Came) => void) | undefined;
  #given: Uint8Array | undefined;

  /** @param closed what is said of the end of the stream */
  constructor(socket: Socket, closed: string) {
    this.#socket = socket;
    shareReading(socket);
    socket.pause();
    socket.on('data', (chunk: Uint8Array) => {
      socket.pause();
      this.#came.push(isShared(chunk) ? keep(chunk) : chunk);
      this.#give();
    });
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      this.#end(`connection lost: ${code ?? message}`),
    );
    socket.on('end', () => this.#end(closed));
    socket.on('close', () => this.#end(closed));
  }

  /** The next octets, valid until the next call; a text says why there are none. One call at a time. */
  next(): Promise<Came> {
    if (this.#given !== undefined) release(this.#given);
    this.#given = undefined;
    return new Promise((resolve) => {
      this.#asked = resolve;
      this.#give();
      if (this.#asked !== undefined) this.#socket.resume();
    });
  }

  #end(why: string): void {
    this.#over ??= why;
    this.#give();
  }

  #give(): void {
    const asked = this.#asked;
    const came = asked === undefined ? undefined : (this.#came.shift() ?? this.#over);
    if (asked === undefined || came === undefined) return;
    this.#asked = undefined;
    if (typeof came !== 'string') this.#given = came;
    asked(came);
  }
}
