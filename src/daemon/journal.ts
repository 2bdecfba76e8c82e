import { createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, open, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { nlriKey } from '../bgp/nlri/index.ts';
import { LineSplitter } from '../hooks/lines.ts';
import { type Move, movesOf, type RouteCommand } from './batch.ts';
import { JournalIndex } from './journal-index.ts';
import { CHECKSUM_LENGTH, checked, recordOf, writeRecords } from './journal-records.ts';

export interface JournalOptions {
  readonly directory: string;
  /** `NAME.journal` is the file. */
  readonly name: string;
  readonly maxBytes?: number;
  readonly retryMs?: number;
  /** It cannot be written any more: routes are announced, and not kept. Told once until it works again. */
  readonly onFailure: (reason: string) => void;
  /** It is written again, with all routes. */
  readonly onRecovery: () => void;
}

/** More than what counts by this much, and the file is written anew. */
const SLACK_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 1024 ** 3;
const LONGEST_RECORD = 2 * 1024 * 1024;
const SYNC_EVERY_MS = 1000;
/** After a failure, and twice as long after each one that follows. */
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/**
 * The route commands of one process, so that they can be carried out again: a line each, with a checksum before it.
 * Lines are appended; when most of the file counts no longer it is written anew beside, and takes the old one's
 * place. A line that is torn or damaged is left out.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #path: string;
  readonly #index = new JournalIndex();
  #file: FileHandle | undefined;
  #bytes = 0;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #syncedMs = 0;
  #failed = false;
  #retryMs: number;
  #retry: NodeJS.Timeout | undefined;
  #syncing = false;
  #closed = false;
  #unread = true;

  /** @throws the system's error when the directory cannot be made */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#retryMs = options.retryMs ?? RETRY_MS;
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    this.#path = join(options.directory, `${options.name}.journal`);
  }

  /** Routes that would be announced again. */
  get routes(): number {
    return this.#index.size;
  }

  /** The commands that count, in the order in which to carry them out. */
  lines(): IterableIterator<string> {
    return this.#index.lines();
  }

  get unread(): boolean {
    return this.#unread;
  }

  /** The commands of earlier, in order; undefined: a line that is damaged. To be read to its end before `append`. */
  async *read(): AsyncGenerator<string | undefined, void> {
    this.#unread = false;
    const input = createReadStream(this.#path);
    const opened = await new Promise<boolean>((resolve) => {
      input.once('error', () => resolve(false)).once('open', () => resolve(true));
    });
    if (!opened) return;
    const splitter = new LineSplitter(LONGEST_RECORD);
    let [seen, whole] = [0, 0];
    for await (const chunk of input as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf('\n');
      if (end >= 0) whole = seen + end + 1;
      seen += chunk.length;
      splitter.push(chunk);
      for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
        yield 'text' in line ? checked(line.text) : undefined;
      }
    }
    this.#bytes = whole;
    // a torn end must not become the beginning of the next line
    if (whole < seen) await truncate(this.#path, whole);
  }

  /** It is in the file already. */
  replayed(move: Move): void {
    this.#index.note(move);
  }

  append(move: Move): void {
    this.#index.note(move);
    if (this.#closed) return;
    this.#waiting.push(recordOf(move.text));
    this.#write();
  }

  /** Somebody else announced or withdrew routes: those that are kept here are over. */
  takenOver(command: RouteCommand): void {
    if (this.#unread || this.#index.size === 0) return;
    const routes = command.routes.filter(({ nlri }) => this.#index.has(nlriKey(nlri)));
    for (const move of movesOf({ ...command, type: 'withdraw', routes })) this.append(move);
  }

  /** All routes are gone. */
  clear(): void {
    this.#index.clear();
    this.#bytes = Number.POSITIVE_INFINITY;
    this.#write();
  }

  /** Resolves when the system has all that was appended. Undefined: it has. */
  written(): Promise<void> | undefined {
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#failed) this.#write();
    await this.#writing;
    await this.#file?.sync().catch(() => undefined);
    await this.#file?.close();
    this.#file = undefined;
  }

  #write(): void {
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // what one turn of the loop appends is written at once
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#waiting.length > 0 || this.#wasteful()) {
        if (this.#retry !== undefined) break;
        if (this.#index.bytes > (this.#options.maxBytes ?? MOST_BYTES)) throw new Error('too many routes');
        if (this.#wasteful()) await this.#rewrite();
        else await this.#appendWaiting();
        this.#works();
        this.#retryMs = this.#options.retryMs ?? RETRY_MS;
      }
    } catch (err) {
      this.#fail(err as NodeJS.ErrnoException);
      // the end of the file may be torn, and lines are missing: the index has them
      this.#bytes = Number.POSITIVE_INFINITY;
      this.#retryLater();
    }
    if (this.#retry !== undefined) this.#waiting = [];
    // what is appended from here on begins another one
    this.#writing = undefined;
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#write();
    }, this.#retryMs).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  async #appendWaiting(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#file ??= await open(this.#path, 'a', 0o600);
    try {
      await this.#file.appendFile(text);
    } catch (err) {
      if (!isFull(err)) throw err;
      // most of the file may be of no use, and the index has what could not be appended
      this.#bytes = Number.POSITIVE_INFINITY;
      return;
    }
    this.#bytes += Buffer.byteLength(text);
    this.#sync(this.#file);
  }

  /** For the end of the machine, once a second. What the system has survives our own: nobody waits for the disk. */
  #sync(file: FileHandle): void {
    if (this.#syncing || performance.now() - this.#syncedMs < SYNC_EVERY_MS) return;
    this.#syncedMs = performance.now();
    this.#syncing = true;
    void file
      .datasync()
      .catch((err) => this.#fail(err))
      .finally(() => {
        this.#syncing = false;
      });
  }

  #fail({ code, message }: NodeJS.ErrnoException): void {
    if (!this.#failed) this.#options.onFailure(code ?? message);
    this.#failed = true;
  }

  #works(): void {
    if (this.#failed) this.#options.onRecovery();
    this.#failed = false;
  }

  #wasteful(): boolean {
    const live = this.#index.bytes + this.#index.size * CHECKSUM_LENGTH;
    return this.#bytes > live * 2 + SLACK_BYTES;
  }

  /** What is appended meanwhile waits, and is in the index already: it is in the new file too, or in vain. */
  async #rewrite(): Promise<void> {
    const lines = [...this.#index.lines()];
    this.#waiting = [];
    await this.#file?.close();
    this.#file = undefined;
    try {
      this.#bytes = await this.#writeBeside(lines);
    } catch (err) {
      const bytes = isFull(err) ? await this.#writeOver(lines).catch(() => undefined) : undefined;
      if (bytes === undefined) throw err;
      this.#bytes = bytes;
    }
  }

  async #writeBeside(lines: readonly string[]): Promise<number> {
    const beside = `${this.#path}.new`;
    const file = await open(beside, 'w', 0o600);
    let bytes: number;
    try {
      bytes = await writeRecords(file, lines);
      await file.sync();
    } catch (err) {
      await rm(beside, { force: true }).catch(() => undefined);
      throw err;
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
    return bytes;
  }

  /**
   * Takes no room on the disk. Whoever reads it after an end in its midst finds a damaged line between the new ones and
   * the old. Undefined: the old file is too short.
   */
  async #writeOver(lines: readonly string[]): Promise<number | undefined> {
    const file = await open(this.#path, 'r+');
    try {
      const needed = lines.reduce((sum, line) => sum + CHECKSUM_LENGTH + Buffer.byteLength(line) + 1, 0);
      if (needed > (await file.stat()).size) return undefined;
      const bytes = await writeRecords(file, lines);
      await file.truncate(bytes);
      await file.sync();
      return bytes;
    } finally {
      await file.close();
    }
  }
}

/** The disk, or what of it this user may take. */
function isFull(err: unknown): boolean {
  const { code } = err as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
