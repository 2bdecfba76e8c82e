import { FieldOverflowError, ShortInputError } from '../wire/errors.ts';
import { Framer } from '../wire/framer.ts';
import { Reader } from '../wire/reader.ts';
import { readOldBgp } from './bgp-old.ts';
import { readBgp4mp } from './bgp4mp.ts';
import { MrtError } from './errors.ts';
import { MRT_FRAMING, MRT_TYPE, type MrtRecordOctets, readHeader } from './header.ts';
import type { MrtPeer, MrtRecord } from './record.ts';
import { readTableDump } from './table-dump.ts';
import { readTableDumpV2 } from './table-dump-v2.ts';

/** A record that could not be read. */
export interface SkippedRecord {
  /** Octets of the file before the record. */
  readonly offset: number;
  readonly reason: string;
}

/**
 * The records of one MRT file, given in chunks of any size. Keeps what later records need of earlier ones: the
 * peers of a table. Memory is bounded by one record.
 */
export class MrtFile {
  readonly #framer = new Framer(MRT_FRAMING);
  readonly #skipped: (record: SkippedRecord) => void;
  #peers: readonly MrtPeer[] | undefined;
  #offset = 0;

  constructor(options: { readonly skipped: (record: SkippedRecord) => void }) {
    this.#skipped = options.skipped;
  }

  /** Octets of the file before the record at hand. */
  get offset(): number {
    return this.#offset;
  }

  /** Octets of a record whose end has not come yet. */
  get pending(): number {
    return this.#framer.pending;
  }

  /**
   * The records that `chunk` completes. One that cannot be read is skipped by its length, and told.
   * @throws MrtFramingError when the lengths of the records no longer make sense
   */
  *push(chunk: Uint8Array): Generator<MrtRecord, void, void> {
    for (const octets of this.octets(chunk)) {
      const record = this.read(octets);
      if (record !== undefined) yield record;
    }
  }

  /** The octets of the records that `chunk` completes, each to be given to `read`. @throws MrtFramingError */
  *octets(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    for (const octets of this.#framer.push(chunk)) {
      yield octets;
      this.#offset += octets.length;
    }
  }

  /** One whole record; undefined when it is skipped. */
  read(octets: Uint8Array): MrtRecord | undefined {
    try {
      const record = this.#record(readHeader(octets));
      if (record.type === 'peer-index') this.#peers = record.peers;
      return record;
    } catch (err) {
      if (!isUnreadable(err)) throw err;
      this.skip(err.message);
      return undefined;
    }
  }

  /** Tells of the record at hand that something in it cannot be read. */
  skip(reason: string): void {
    this.#skipped({ offset: this.#offset, reason });
  }

  #record(header: MrtRecordOctets): MrtRecord {
    const r = new Reader(header.body);
    switch (header.type) {
      case MRT_TYPE.bgp:
        return readOldBgp(header, r);
      case MRT_TYPE.tableDump:
        return readTableDump(header, r);
      case MRT_TYPE.tableDumpV2:
        return readTableDumpV2(header, r, this.#peers);
      case MRT_TYPE.bgp4mp:
      case MRT_TYPE.bgp4mpEt:
        return readBgp4mp(header, r);
    }
    const { seconds, microseconds, type, subtype } = header;
    return { type: 'other', seconds, microseconds, code: type, subtype };
  }
}

function isUnreadable(err: unknown): err is Error {
  return err instanceof MrtError || err instanceof ShortInputError || err instanceof FieldOverflowError;
}
