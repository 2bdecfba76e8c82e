import type { Logger } from 'pino';
import type { Move } from './batch.ts';
import { Journal } from './journal.ts';

/** Where a journal is, and whose it is. */
export interface JournalPlace {
  readonly directory: string;
  /** Of the file, without its ending. */
  readonly name: string;
  readonly log: Logger;
}

/** The journals that are open: a route is in that of who announced it last, and in no other. */
export class Journals {
  readonly #open = new Set<Journal>();

  /** Undefined: it cannot be made, which was told. */
  open({ directory, name, log }: JournalPlace): Journal | undefined {
    const onFailure = (reason: string) =>
      log.error({ directory, reason }, 'journal cannot be written: routes are not kept');
    try {
      const onRecovery = () => log.info({ directory }, 'journal is written again: routes are kept');
      const journal = new Journal({ directory, name, onFailure, onRecovery });
      this.#open.add(journal);
      return journal;
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException;
      if (code === undefined) throw err;
      onFailure(code);
      return undefined;
    }
  }

  /** Whether there is one: commands have to be told. */
  get any(): boolean {
    return this.#open.size > 0;
  }

  /** A command was carried out. @param own of who gave it, if it has one */
  append(own: Journal | undefined, move: Move): void {
    own?.append(move);
    for (const journal of this.#open) {
      if (journal !== own) journal.takenOver(move.command);
    }
  }

  async close(journal: Journal | undefined): Promise<void> {
    if (journal === undefined) return;
    this.#open.delete(journal);
    await journal.close();
  }
}
