import { mkdirSync, promises, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './fifo.ts';
import { eventsOf, HEADER_OCTETS, type Record, recordOf, recordsIn } from './spill-records.ts';

export interface SpillOptions {
  readonly directory: string;
  /** Of the process: segments are called `NAME.NUMBER.spill`. */
  readonly name: string;
  /** Octets on disk at most. */
  readonly limitBytes: number;
  readonly segmentBytes?: number;
  readonly retryMs?: number;
  /** Lines that could not be written or read back. @param owner whose they were; undefined: not known */
  readonly onLost: (lines: number, owner?: string) => void;
  /** What is wrong with the disk, told once; undefined: it takes lines again. */
  readonly onDisk?: ((trouble: string | undefined) => void) | undefined;
  /** The system was given octets, or took them. */
  readonly onMoved?: (() => void) | undefined;
}

/** What waits to be written. */
interface Waiting extends Record {
  /** Whose events they are. */
  readonly owner: string | undefined;
  /** It could not be written; where this is given nothing is counted. */
  readonly onLost?: (() => void) | undefined;
}

/** What was read back, oldest first. */
export interface Recalled {
  readonly records: readonly Record[];
  /** They are of an earlier run of this program. */
  readonly recovered: boolean;
}

interface Segment {
  readonly path: string;
  /** Octets that the system has taken. */
  size: number;
  lines: number;
  readAt: number;
  readonly recovered: boolean;
}

const SEGMENT_BYTES = 8 * 1024 * 1024;
/** Beyond this the disk is too slow, and lines are refused. */
const UNWRITTEN_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 256 * 1024;
/** Nothing is taken for so long after a failure, and twice as long after each one that follows. */
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
const NOTHING: Recalled = { records: [], recovered: false };

/**
 * Lines on disk, in order, in a row of files that are deleted once read: in records that begin with their length, so
 * that a torn end is seen. Files of an earlier run are read first. Nothing here blocks.
 */
export class Spill {
  readonly #options: SpillOptions;
  readonly #segments: Segment[] = [];
  #unwritten: Waiting[] = [];
  #unwrittenBytes = 0;
  #number = 0;
  #bytes = 0;
  #lines = 0;
  #writing: Promise<void> | undefined;
  /** Those that wait for the next write to be done. */
  #awaiting: (() => void)[] = [];
  /** The last write failed: the next one is tried at this time. */
  #retryAtMs: number | undefined;
  #retryMs: number;
  #closed = false;

  /** @throws the system's error when the directory cannot be made or read */
  constructor(options: SpillOptions) {
    this.#options = options;
    this.#retryMs = options.retryMs ?? RETRY_MS;
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const mine = (file: string) => numberOf(file, options.name);
    const found = readdirSync(options.directory).filter((file) => mine(file) !== undefined);
    for (const file of found.sort()) {
      const path = join(options.directory, file);
      const { size } = statSync(path);
      this.#segments.push({ path, size, lines: 0, readAt: 0, recovered: true });
      this.#bytes += size;
      this.#number = Math.max(this.#number, (mine(file) ?? 0) + 1);
    }
  }

  get empty(): boolean {
    return this.#bytes === 0;
  }

  /** On disk, or on the way there, and not read back. */
  get bytes(): number {
    return this.#bytes;
  }

  /** As `bytes`; those of an earlier run count when they are read. */
  get lines(): number {
    return this.#lines;
  }

  /** Octets that the system has not taken yet. */
  get unwrittenBytes(): number {
    return this.#unwrittenBytes;
  }

  /** Whether the disk has caught up so far that lines that were refused can be taken again. */
  get roomy(): boolean {
    const { limitBytes } = this.#options;
    return !this.#failing && this.#bytes <= limitBytes / 2 && this.#unwrittenBytes <= UNWRITTEN_BYTES / 2;
  }

  /** False: no room. The octets may change afterwards. @param owner whose events they are */
  append(line: Line, events: number, owner?: string): boolean {
    return this.#append(line, events, owner);
  }

  /** A line that is no event of anybody, and not counted as lost: who wrote it is told so. */
  appendOwn(line: Line, onLost: () => void): boolean {
    return this.#append(line, 1, undefined, onLost);
  }

  #append(line: Line, events: number, owner: string | undefined, onLost?: () => void): boolean {
    const octets = typeof line === 'string' ? Buffer.from(line) : line;
    const size = HEADER_OCTETS + octets.length;
    if (this.#closed || this.#failing || this.#bytes + size > this.#options.limitBytes) return false;
    if (this.#unwrittenBytes + size > UNWRITTEN_BYTES) return false;
    this.#unwritten.push({ octets: recordOf(octets, events), events, owner, onLost });
    this.#unwrittenBytes += size;
    this.#bytes += size;
    this.#lines += events;
    this.#writing ??= this.#write();
    return true;
  }

  get #failing(): boolean {
    return this.#retryAtMs !== undefined && performance.now() < this.#retryAtMs;
  }

  /** The oldest lines, which are then no longer here. One call at a time. */
  async read(): Promise<Recalled> {
    while (!this.#closed) {
      if (this.#segments.every(({ size, readAt }) => readAt >= size)) await this.#written();
      const segment = this.#segments[0];
      if (segment === undefined) return NOTHING;
      const records = await this.#take(segment);
      if (segment.readAt >= segment.size) await this.#finish(segment);
      if (records.length > 0) return { records, recovered: segment.recovered };
      if (this.empty) return NOTHING;
    }
    return NOTHING;
  }

  /** Resolves when all is on disk; what is there stays for the next run. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#unwritten.length > 0) {
      const batch = this.#unwritten;
      const octets = Buffer.concat(batch.map((record) => record.octets));
      const events = eventsOf(batch);
      this.#unwritten = [];
      this.#options.onMoved?.();
      const segment = this.#open();
      try {
        await promises.appendFile(segment.path, octets, { mode: 0o600 });
        segment.size += octets.length;
        segment.lines += events;
        this.#unwrittenBytes -= octets.length;
        this.#wrote();
      } catch (err) {
        // what came after it must not be told before what is missing is
        this.#lost([...batch, ...this.#unwritten.splice(0)], err);
        await promises.truncate(segment.path, segment.size).catch(() => undefined);
      }
      this.#tellWritten();
      this.#options.onMoved?.();
    }
    this.#writing = undefined;
  }

  /** Resolves when the next write is done: there may be another at once, and one after that without end. */
  #written(): Promise<void> {
    if (this.#writing === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#awaiting.push(resolve));
  }

  #tellWritten(): void {
    const waiting = this.#awaiting;
    this.#awaiting = [];
    for (const resolve of waiting) resolve();
  }

  /** The last segment while it has room and was not read to its end, else a new one. */
  #open(): Segment {
    const last = this.#segments.at(-1);
    const { directory, name, segmentBytes = SEGMENT_BYTES } = this.#options;
    if (last !== undefined && !last.recovered && last.size < segmentBytes) return last;
    const path = join(directory, `${name}.${String(this.#number++).padStart(8, '0')}.spill`);
    const segment = { path, size: 0, lines: 0, readAt: 0, recovered: false };
    this.#segments.push(segment);
    return segment;
  }

  /** Whole lines from one segment; what is torn or cannot be read is given up. */
  async #take(segment: Segment): Promise<Record[]> {
    try {
      let octets = await readAt(segment, READ_BYTES);
      const first = octets.length < HEADER_OCTETS ? 0 : octets.readUInt32BE() + HEADER_OCTETS;
      if (first > octets.length) octets = await readAt(segment, first);
      const { records, used } = recordsIn(octets);
      if (records.length === 0) this.#abandon(segment, 'a torn end');
      else this.#taken(segment, used, eventsOf(records));
      return records;
    } catch (err) {
      this.#abandon(segment, (err as NodeJS.ErrnoException).code ?? String(err));
      return [];
    }
  }

  #taken(segment: Segment, bytes: number, lines: number): void {
    segment.readAt += bytes;
    this.#bytes -= bytes;
    if (segment.recovered) return;
    segment.lines -= lines;
    this.#lines -= lines;
  }

  #abandon(segment: Segment, reason: string): void {
    const { lines } = segment;
    if (segment.readAt >= segment.size) return;
    this.#taken(segment, segment.size - segment.readAt, lines);
    this.#options.onDisk?.(`cannot be read: ${reason}`);
    this.#options.onLost(lines);
  }

  async #finish(segment: Segment): Promise<void> {
    while (this.#writing !== undefined && this.#segments.at(-1) === segment && segment.readAt >= segment.size)
      await this.#written();
    if (segment.readAt < segment.size) return;
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    await promises.unlink(segment.path).catch(() => undefined);
  }

  #wrote(): void {
    this.#retryMs = this.#options.retryMs ?? RETRY_MS;
    if (this.#retryAtMs === undefined) return;
    this.#retryAtMs = undefined;
    this.#options.onDisk?.(undefined);
  }

  #lost(lost: readonly Waiting[], err: unknown): void {
    const { onLost, onDisk } = this.#options;
    if (this.#retryAtMs === undefined)
      onDisk?.(`cannot be written: ${(err as NodeJS.ErrnoException).code ?? String(err)}`);
    this.#retryAtMs = performance.now() + this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    for (const { octets, events, owner, onLost: told } of lost) {
      this.#bytes -= octets.length;
      this.#unwrittenBytes -= octets.length;
      this.#lines -= events;
      if (told === undefined) onLost(events, owner);
      else told();
    }
  }
}

function numberOf(file: string, name: string): number | undefined {
  if (!file.startsWith(`${name}.`) || !file.endsWith('.spill')) return undefined;
  const digits = file.slice(name.length + 1, -'.spill'.length);
  return /^\d{8}$/.test(digits) ? Number(digits) : undefined;
}

async function readAt({ path, readAt: from, size }: Segment, bytes: number): Promise<Buffer> {
  const handle = await promises.open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(bytes, size - from));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
