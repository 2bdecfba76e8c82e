/** Where somebody is in a table who looks at all that is in it: at what comes next. */
export interface Walk {
  at: number;
}

/** Where those are who walk through a table whose entries may get other numbers meanwhile. */
export class Walks {
  #walks: readonly WeakRef<Walk>[] = [];

  /** Stands at the same entry whatever number that has, until it ends or nobody has it any more. */
  begin(at = 0): Walk {
    const walk = { at };
    this.#walks = [...this.#walks, new WeakRef(walk)];
    return walk;
  }

  end(walk: Walk): void {
    this.#walks = this.#walks.filter((ref) => ref.deref() !== walk);
  }

  /** Who was at one entry is at another. */
  moved(from: number, to: number): void {
    if (this.#walks.length === 0) return;
    this.#each((walk) => {
      if (walk.at === from) walk.at = to;
    });
  }

  /** There are only so many entries left. */
  cut(length: number): void {
    this.#each((walk) => {
      walk.at = Math.min(walk.at, length);
    });
  }

  #each(act: (walk: Walk) => void): void {
    for (const ref of this.#walks) {
      const walk = ref.deref();
      if (walk === undefined) this.#walks = this.#walks.filter((each) => each !== ref);
      else act(walk);
    }
  }
}
