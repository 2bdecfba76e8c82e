import { type Attributes, encodeAttributes } from '../bgp/attributes/index.ts';
import type { CodecContext } from '../bgp/context.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Route } from '../bgp/route.ts';
import { PackedSaid, type Said } from '../bgp/said.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { written } from '../wire/writer.ts';
import type { Entries } from './entries.ts';
import { Fields } from './fields.ts';
import { outgoingAttributes } from './outgoing.ts';
import { FIELD, OutgoingAttributes, withNextHop } from './outgoing-octets.ts';
import { LONGEST_NLRI, PrefixOrders } from './prefix-orders.ts';
import type { RibSession } from './session.ts';

const UPDATE = 2;
/** All ones, in front of each message. */
const MARKER_LENGTH = 16;
/** Of withdrawn routes and of path attributes, each before its field. */
const LENGTH = 2;
/** More than the longest message has. */
const CHUNK_LENGTH = 65_536;
const NO_RUN = -1;

/** Path attributes of what is being packed, one session's after another's: none when the messages of one are made. */
const FIELDS = new Fields();
/** The prefixes of the message that is being made. */
const ORDERS = new PrefixOrders();

/**
 * UPDATE messages of IPv4 unicast routes as numbers, for a session without anything special: the octets that
 * `encodeUpdates` gives for the routes as objects, at a tenth of its cost.
 */
export class PlainUpdates {
  readonly #session: RibSession;
  readonly #context: CodecContext;
  readonly #entries: Entries<Said | Route>;
  readonly #max: number;
  readonly #outgoing: OutgoingAttributes;
  readonly #self: NextHop | undefined;
  /** Where messages are written one behind the other; those that are given away are not written over. */
  #chunk = Buffer.alloc(0);
  /** The same octets. */
  #view = new DataView(this.#chunk.buffer, 0, 0);
  #at = 0;
  /** Whether messages that stand one behind the other are given away together, and where those begin that are not yet. */
  readonly #joins: boolean;
  #runFrom = NO_RUN;
  /** What the last route that left alone said, and where all of its message but the route stands in the chunk. */
  #aloneSaid: PackedSaid | undefined;
  #aloneFrom = 0;
  #aloneTo = 0;

  constructor(
    session: RibSession,
    context: CodecContext,
    { entries, joins }: { readonly entries: Entries<Said | Route>; readonly joins: boolean },
  ) {
    this.#session = session;
    this.#joins = joins;
    this.#context = context;
    this.#entries = entries;
    this.#max = context.maxMessageLength;
    this.#outgoing = new OutgoingAttributes(
      context.peering === 'external' ? session.negotiated.localAs : undefined,
    );
    const { localAddress } = session;
    this.#self = localAddress.length === 4 ? { address: localAddress } : undefined;
  }

  /** The number of the path attributes of routes that say this; -1: it takes more than octets. */
  field(said: Said): number {
    const nextHop = this.#nextHop(said);
    if (nextHop === undefined) return -1;
    if (said instanceof PackedSaid)
      return FIELDS.numberOf(FIELD, this.#outgoing.write(said.octets, nextHop.address));
    const { raw, nextHop: own, mpReach, mpUnreach } = said.attributes;
    if (raw !== undefined || own !== undefined || mpReach !== undefined || mpUnreach !== undefined) return -1;
    try {
      return this.fieldOf(outgoingAttributes(said.attributes, this.#session), nextHop);
    } catch (err) {
      if (!(err instanceof FieldOverflowError)) throw err;
      return -1;
    }
  }

  /** The number of path attributes as they are sent. @throws FieldOverflowError */
  fieldOf(attributes: Attributes, nextHop: NextHop): number {
    const field = written((w) => encodeAttributes(w, attributes, this.#context));
    const whole = withNextHop(field, nextHop.address);
    return FIELDS.numberOf(whole, whole.length);
  }

  #nextHop(said: Said): NextHop | undefined {
    const nextHop = said.nextHop === 'self' ? this.#self : said.nextHop;
    return nextHop?.address.length === 4 ? nextHop : undefined;
  }

  /**
   * The UPDATE of a route that no others join. Commands that come one by one say the same again and again: what was
   * written for the one before is copied. Undefined: it takes more than octets, or has no room.
   */
  alone(entry: number, said: PackedSaid): Uint8Array | undefined {
    if (said !== this.#aloneSaid || !this.#holds(this.#aloneTo - this.#aloneFrom + LONGEST_NLRI)) {
      const nextHop = this.#nextHop(said);
      const attributes = nextHop === undefined ? -1 : this.#outgoing.write(said.octets, nextHop.address);
      if (attributes < 0 || !this.#hasRoomFor(attributes)) return undefined;
      this.#aloneFrom = this.#begin(this.#most(attributes, 1));
      this.#u16(0);
      this.#u16(attributes);
      this.#chunk.set(FIELD.subarray(0, attributes), this.#at);
      this.#at += attributes;
      this.#aloneTo = this.#at;
      this.#aloneSaid = said;
      return this.#endAlone(entry, this.#aloneFrom);
    }
    const start = this.#at;
    this.#chunk.copyWithin(start, this.#aloneFrom, this.#aloneTo);
    this.#at = start + this.#aloneTo - this.#aloneFrom;
    return this.#endAlone(entry, start);
  }

  #endAlone(entry: number, start: number): Uint8Array {
    ORDERS.takeOne(entry, this.#entries);
    this.#nlri(0, start + this.#max);
    this.#putLength(start);
    return this.#chunk.subarray(start, this.#at);
  }

  #hasRoomFor(attributes: number): boolean {
    return HEADER_LENGTH + 2 * LENGTH + attributes + LONGEST_NLRI <= this.#max;
  }

  /** All messages are made: what fields there were is forgotten. */
  end(messages: Uint8Array[]): void {
    this.settle(messages);
    FIELDS.clear();
  }

  /** False: an UPDATE has no room for the attributes. */
  announce(field: number, routes: number[], messages: Uint8Array[]): boolean {
    const attributes = FIELDS.to(field) - FIELDS.from(field);
    if (!this.#hasRoomFor(attributes)) return false;
    const { count } = ORDERS.take(routes, this.#entries);
    for (let from = 0; from < count; ) {
      const start = this.#next(this.#most(attributes, count - from), messages);
      this.#u16(0);
      this.#u16(attributes);
      this.#attributes(field);
      from = this.#nlri(from, start + this.#max);
      this.#end(start, messages);
    }
    return true;
  }

  withdraw(routes: number[], messages: Uint8Array[]): true {
    const { count } = ORDERS.take(routes, this.#entries);
    for (let from = 0; from < count; ) {
      const start = this.#next(this.#most(0, count - from), messages);
      this.#u16(0);
      from = this.#nlri(from, start + this.#max - LENGTH);
      const length = this.#at - start - HEADER_LENGTH - LENGTH;
      this.#chunk.writeUInt16BE(length, start + HEADER_LENGTH);
      this.#u16(0);
      this.#end(start, messages);
    }
    return true;
  }

  /** Octets of an UPDATE at most, that has so many octets of attributes and as many of the routes as it takes. */
  #most(attributes: number, routes: number): number {
    return Math.min(this.#max, HEADER_LENGTH + 2 * LENGTH + attributes + routes * LONGEST_NLRI);
  }

  /** Whether the chunk has room for so many octets more; else the next message begins another one. */
  #holds(octets: number): boolean {
    return this.#at + octets <= this.#chunk.length;
  }

  /** @param most octets that it may have */
  #begin(most: number): number {
    if (!this.#holds(most)) {
      this.#aloneSaid = undefined;
      this.#chunk = Buffer.allocUnsafeSlow(CHUNK_LENGTH);
      this.#view = new DataView(this.#chunk.buffer, this.#chunk.byteOffset, CHUNK_LENGTH);
      this.#at = 0;
    }
    const start = this.#at;
    for (let at = start; at < start + MARKER_LENGTH; at += 4) this.#view.setInt32(at, -1);
    this.#chunk[start + HEADER_LENGTH - 1] = UPDATE;
    this.#at = start + HEADER_LENGTH;
    return start;
  }

  /** As `#begin`, of one behind others. */
  #next(most: number, messages: Uint8Array[]): number {
    if (!this.#holds(most)) this.settle(messages);
    return this.#begin(most);
  }

  #end(start: number, messages: Uint8Array[]): void {
    this.#putLength(start);
    if (this.#runFrom === NO_RUN) this.#runFrom = start;
    if (!this.#joins) this.settle(messages);
  }

  /** Gives away what is written: what comes next stands behind it. */
  settle(messages: Uint8Array[]): void {
    const from = this.#runFrom;
    if (from === NO_RUN) return;
    this.#runFrom = NO_RUN;
    messages.push(new Uint8Array(this.#chunk.buffer, this.#chunk.byteOffset + from, this.#at - from));
  }

  #putLength(start: number): void {
    const length = this.#at - start;
    this.#chunk[start + HEADER_LENGTH - 3] = length >>> 8;
    this.#chunk[start + HEADER_LENGTH - 2] = length;
  }

  #u16(value: number): void {
    this.#chunk[this.#at++] = value >>> 8;
    this.#chunk[this.#at++] = value;
  }

  #attributes(field: number): void {
    const chunk = this.#chunk;
    const { octets } = FIELDS;
    const end = FIELDS.to(field);
    let at = this.#at;
    for (let from = FIELDS.from(field); from < end; from++) chunk[at++] = octets[from] as number;
    this.#at = at;
  }

  /** Of the prefixes of the message as many as fit before `end`; gives the first that does not. */
  #nlri(from: number, end: number): number {
    const next = ORDERS.fitting(from, end - this.#at);
    this.#at = ORDERS.write(this.#chunk, this.#at, from, next);
    return next;
  }
}
