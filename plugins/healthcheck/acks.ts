import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type Reply = 'done' | 'error' | 'none';

const REPLY = /^(done|error)$|^\{\s*"answer":\s*"(done|error)"/;

/** Replies that nobody has waited for yet are kept up to this. */
const MAX_EARLY = 4096;

/** Reads standard input to its end: events are left out, so that only replies count as replies. */
export class Acks {
  readonly #waiting: ((reply: Reply) => void)[] = [];
  readonly #early: Reply[] = [];
  #ended = false;

  /** `ended` is called once, when nobody writes any more; nobody is waited for after `signal`. */
  constructor(input: Readable, { signal, ended }: { signal: AbortSignal; ended: () => void }) {
    const finish = () => {
      if (this.#ended) return;
      this.#end();
      ended();
    };
    createInterface({ input })
      .on('line', (line) => this.#take(line.trim()))
      .on('close', finish);
    input.on('error', finish);
    signal.addEventListener('abort', () => this.#end());
  }

  /** The next reply; `none` when there is none in time. */
  next(timeoutMs: number): Promise<Reply> {
    const early = this.#early.shift();
    if (early !== undefined) return Promise.resolve(early);
    if (this.#ended) return Promise.resolve('none');
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer('none'), timeoutMs);
      const answer = (reply: Reply) => {
        clearTimeout(timer);
        const index = this.#waiting.indexOf(answer);
        if (index >= 0) this.#waiting.splice(index, 1);
        resolve(reply);
      };
      this.#waiting.push(answer);
    });
  }

  #end(): void {
    this.#ended = true;
    for (const resolve of this.#waiting.splice(0)) resolve('none');
  }

  #take(line: string): void {
    const match = REPLY.exec(line);
    const word = match?.[1] ?? match?.[2];
    if (word === undefined) return;
    const reply = word === 'done' ? 'done' : 'error';
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(reply);
    else if (this.#early.length < MAX_EARLY) this.#early.push(reply);
  }
}
