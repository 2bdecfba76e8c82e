/** Where answers go. */
export interface Answered {
  reply(lines: Iterable<string>): void;
  /** No more commands, or again. */
  hold(held: boolean): void;
}

interface Slot {
  lines: Iterable<string> | undefined;
}

/** Answers that wait; beyond, no more commands are read until half of them are given. */
const MOST_WAITING = 1000;

/** Keeps answers in the order of the commands, though some are known later than those that follow. */
export class Answers {
  readonly #to: Answered;
  readonly #waiting: Slot[] = [];
  #held = false;
  /** What commands began and is not done. */
  #works = 0;
  #awaited: (() => void)[] = [];

  constructor(to: Answered) {
    this.#to = to;
  }

  /** An answer that is known. */
  give(lines: Iterable<string>): void {
    if (this.#waiting.length === 0) this.#to.reply(lines);
    else this.#wait({ lines });
  }

  /** An answer that is known when `known` resolves. */
  giveAfter(known: Promise<void>, lines: Iterable<string>): void {
    const slot: Slot = { lines: undefined };
    this.#wait(slot);
    void known.then(() => {
      slot.lines = lines;
      this.#flush();
    });
  }

  /** No more commands are read until the work is done that one began. */
  busyWith(work: Promise<void>): void {
    this.#works++;
    this.#hold(true);
    void work.finally(() => {
      this.#works--;
      this.#goOn();
    });
  }

  /** Resolves when no answer is waited for, or who asked is gone. */
  given(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.push(resolve));
  }

  /** Who asked is gone. */
  forget(): void {
    this.#waiting.length = 0;
    this.#goOn();
  }

  #wait(slot: Slot): void {
    this.#waiting.push(slot);
    if (this.#waiting.length >= MOST_WAITING) this.#hold(true);
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next?.lines !== undefined; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#to.reply(next.lines);
    }
    this.#goOn();
  }

  #goOn(): void {
    if (this.#waiting.length === 0) this.#settle();
    if (this.#waiting.length <= MOST_WAITING / 2 && this.#works === 0) this.#hold(false);
  }

  #settle(): void {
    const awaited = this.#awaited;
    this.#awaited = [];
    for (const resolve of awaited) resolve();
  }

  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#to.hold(held);
  }
}
