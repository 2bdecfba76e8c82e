/** First in, first out in constant time: shifting a long array is not. */
export class Fifo {
  #lines: (Uint8Array | string | undefined)[] = [];
  #sizes: number[] = [];
  #head = 0;
  bytes = 0;

  get length(): number {
    return this.#lines.length - this.#head;
  }

  get headBytes(): number | undefined {
    return this.#sizes[this.#head];
  }

  push(line: Uint8Array | string, bytes: number): void {
    this.#lines.push(line);
    this.#sizes.push(bytes);
    this.bytes += bytes;
  }

  /** Only when not empty. */
  shift(): Uint8Array | string {
    const line = this.#lines[this.#head] ?? '';
    this.bytes -= this.#sizes[this.#head] ?? 0;
    this.#lines[this.#head++] = undefined;
    if (this.#head >= 1024 && this.#head * 2 >= this.#lines.length) {
      this.#lines = this.#lines.slice(this.#head);
      this.#sizes = this.#sizes.slice(this.#head);
      this.#head = 0;
    }
    return line;
  }

  clear(): void {
    this.#lines = [];
    this.#sizes = [];
    this.#head = 0;
    this.bytes = 0;
  }
}
