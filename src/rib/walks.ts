/** Where somebody is: the entry that comes next. */
interface Walk {
  at: number;
}

/** Those who walk through a table whose entries move. One who stopped half-way is forgotten with what walked. */
export class Walks {
  #walks: readonly WeakRef<Walk>[] = [];

  begin(): Walk {
    const walk = { at: 0 };
    this.#walks = [...this.#walks, new WeakRef(walk)];
    return walk;
  }

  end(walk: Walk): void {
    this.#walks = this.#walks.filter((ref) => ref.deref() !== walk);
  }

  /** Who was at one entry is at another. */
  moved(from: number, to: number): void {
    for (const ref of this.#walks) {
      const walk = ref.deref();
      if (walk === undefined) this.#walks = this.#walks.filter((each) => each !== ref);
      else if (walk.at === from) walk.at = to;
    }
  }
}
