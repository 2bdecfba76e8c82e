import type { Socket } from 'node:net';

/** More than this is not queued for a socket that takes no more. */
const WRITE_AHEAD_OCTETS = 64 * 1024;

/** Writes to a socket: what one turn of the loop brings leaves in as few pieces and calls of the system as can be. */
export class SocketWriter {
  readonly #socket: Socket;
  readonly #written: (err?: Error | null) => void;
  #gathering = false;
  /** More than one piece leaves together. */
  #corked = false;
  /** Octets that are to be written together, and where they are. */
  #joined: ArrayBufferLike | undefined;
  #joinedAt = 0;
  #joinedLength = 0;
  readonly #leave = (): void => {
    this.#gathering = false;
    this.settle();
    if (!this.#corked) return;
    this.#corked = false;
    this.#socket.uncork();
  };

  /** @param progress the system took octets */
  constructor(socket: Socket, progress: () => void) {
    this.#socket = socket;
    this.#written = (err) => {
      if (!err) progress();
    };
  }

  /** Octets that the system has not taken yet. */
  get length(): number {
    return this.#socket.writableLength + this.#joinedLength;
  }

  /** All octets so far, taken by the system or not. */
  get total(): number {
    return this.#socket.bytesWritten + this.#joinedLength;
  }

  /** They leave as soon as the caller is done. False: enough is queued. The octets must not change before. */
  write(octets: Uint8Array): boolean {
    this.#gather();
    this.#join(octets);
    return this.#flowing;
  }

  /** As `write`, and they leave before this is done, behind what was written before. */
  writeNow(octets: Uint8Array): boolean {
    if (this.#gathering) {
      const flowing = this.write(octets);
      this.#leave();
      return flowing;
    }
    this.#socket.write(octets, this.#written);
    return this.#flowing;
  }

  /** What was written leaves now. */
  flush(): void {
    if (this.#gathering) this.#leave();
  }

  /** All that was written is the socket's: what goes to it next comes behind. */
  settle(): void {
    if (this.#joined === undefined) return;
    const octets = new Uint8Array(this.#joined, this.#joinedAt, this.#joinedLength);
    this.#joined = undefined;
    this.#joinedLength = 0;
    this.#socket.write(octets, this.#written);
  }

  /** The socket promises a drain from a smaller length on. */
  get #flowing(): boolean {
    return this.length < WRITE_AHEAD_OCTETS;
  }

  /** Messages that stand one behind the other in memory are written as one. */
  #join(octets: Uint8Array): void {
    const { buffer, byteOffset, length } = octets;
    if (this.#joined !== buffer || this.#joinedAt + this.#joinedLength !== byteOffset) {
      if (this.#joined !== undefined && !this.#corked) this.#cork();
      this.settle();
      this.#joined = buffer;
      this.#joinedAt = byteOffset;
    }
    this.#joinedLength += length;
  }

  /** What is written in one go leaves in one call of the system, as soon as the caller is done. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    process.nextTick(this.#leave);
  }

  #cork(): void {
    this.#corked = true;
    this.#socket.cork();
  }
}
