import { encodeAttributes } from '../bgp/attributes/index.ts';
import type { CodecContext } from '../bgp/context.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Route } from '../bgp/route.ts';
import { PackedSaid, type Said } from '../bgp/said.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { written } from '../wire/writer.ts';
import type { Entries } from './entries.ts';
import { outgoingAttributes } from './outgoing.ts';
import { behind, OutgoingAttributes } from './outgoing-octets.ts';
import type { RibSession } from './session.ts';

const UPDATE = 2;
/** Of withdrawn routes and of path attributes, each before its field. */
const LENGTH = 2;
const NEXT_HOP = 3;
const NEXT_HOP_LENGTH = 7;
const LONGEST_NLRI = 5;
const CHUNK_LENGTH = 65_536;

/** What the routes of a group say, as octets. */
export interface OutgoingOctets {
  /** The path attributes field without NEXT_HOP, an octet to a character. */
  readonly octets: string;
  readonly nextHop: NextHop;
}

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
  #at = 0;

  constructor(session: RibSession, context: CodecContext, entries: Entries<Said | Route>) {
    this.#session = session;
    this.#context = context;
    this.#entries = entries;
    this.#max = context.maxMessageLength;
    this.#outgoing = new OutgoingAttributes(
      context.peering === 'external' ? session.negotiated.localAs : undefined,
    );
    const { localAddress } = session;
    this.#self = localAddress.length === 4 ? { address: localAddress } : undefined;
  }

  /** Undefined: it takes more than octets. */
  outgoing(said: Said): OutgoingOctets | undefined {
    const nextHop = said.nextHop === 'self' ? this.#self : said.nextHop;
    if (nextHop === undefined || nextHop.address.length !== 4) return undefined;
    if (said instanceof PackedSaid) return { octets: this.#outgoing.octets(said.octets), nextHop };
    const { raw, nextHop: own, mpReach, mpUnreach } = said.attributes;
    if (raw !== undefined || own !== undefined || mpReach !== undefined || mpUnreach !== undefined)
      return undefined;
    return this.#outgoingOf(said, nextHop);
  }

  #outgoingOf(said: Said, nextHop: NextHop): OutgoingOctets | undefined {
    const attributes = outgoingAttributes(said.attributes, this.#session);
    try {
      const field = written((w) => encodeAttributes(w, attributes, this.#context));
      return {
        octets: Buffer.from(field.buffer, field.byteOffset, field.length).toString('latin1'),
        nextHop,
      };
    } catch (err) {
      if (!(err instanceof FieldOverflowError)) throw err;
      return undefined;
    }
  }

  /** False: an UPDATE has no room for the attributes. */
  announce(
    { octets, nextHop, routes }: OutgoingOctets & { readonly routes: number[] },
    messages: Uint8Array[],
  ): boolean {
    const attributes = octets.length + NEXT_HOP_LENGTH;
    if (HEADER_LENGTH + 2 * LENGTH + attributes + LONGEST_NLRI > this.#max) return false;
    sort(routes, this.#entries);
    for (let from = 0; from < routes.length; ) {
      const start = this.#begin();
      this.#u16(0);
      this.#u16(attributes);
      this.#attributes(octets, nextHop.address);
      from = this.#nlri(routes, from, start + this.#max);
      messages.push(this.#end(start));
    }
    return true;
  }

  withdraw(routes: number[], messages: Uint8Array[]): true {
    sort(routes, this.#entries);
    for (let from = 0; from < routes.length; ) {
      const start = this.#begin();
      this.#u16(0);
      from = this.#nlri(routes, from, start + this.#max - LENGTH);
      const length = this.#at - start - HEADER_LENGTH - LENGTH;
      this.#chunk.writeUInt16BE(length, start + HEADER_LENGTH);
      this.#u16(0);
      messages.push(this.#end(start));
    }
    return true;
  }

  #begin(): number {
    if (this.#at + this.#max > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_LENGTH, this.#max));
      this.#at = 0;
    }
    const start = this.#at;
    this.#chunk.fill(0xff, start, start + HEADER_LENGTH - 3);
    this.#chunk[start + HEADER_LENGTH - 1] = UPDATE;
    this.#at = start + HEADER_LENGTH;
    return start;
  }

  #end(start: number): Uint8Array {
    const length = this.#at - start;
    this.#chunk[start + HEADER_LENGTH - 3] = length >>> 8;
    this.#chunk[start + HEADER_LENGTH - 2] = length;
    return new Uint8Array(this.#chunk.buffer, this.#chunk.byteOffset + start, length);
  }

  #u16(value: number): void {
    this.#chunk[this.#at++] = value >>> 8;
    this.#chunk[this.#at++] = value;
  }

  /** NEXT_HOP stands by its code. */
  #attributes(octets: string, nextHop: Uint8Array): void {
    const chunk = this.#chunk;
    const split = behind(octets, NEXT_HOP);
    let at = this.#at;
    for (let i = 0; i < split; i++) chunk[at++] = octets.charCodeAt(i);
    chunk[at++] = 0x40;
    chunk[at++] = NEXT_HOP;
    chunk[at++] = 4;
    for (let i = 0; i < 4; i++) chunk[at++] = nextHop[i] as number;
    for (let i = split; i < octets.length; i++) chunk[at++] = octets.charCodeAt(i);
    this.#at = at;
  }

  /** As many as fit before `end`; gives the first that does not. */
  #nlri(routes: readonly number[], from: number, end: number): number {
    const chunk = this.#chunk;
    const entries = this.#entries;
    let at = this.#at;
    let next = from;
    for (; next < routes.length; next++) {
      const entry = routes[next] as number;
      const bits = entries.bits(entry);
      const count = (bits + 7) >> 3;
      if (at + 1 + count > end) break;
      const word = entries.word(entry);
      chunk[at++] = bits;
      for (let i = 0; i < count; i++) chunk[at++] = word >>> (24 - i * 8);
    }
    this.#at = at;
    return next;
  }
}

/** More than these are sorted with room beside them. */
const FEW = 24;

/** Ascending by address, then by length. */
function sort(routes: number[], entries: Entries<unknown>): void {
  for (let i = 1; i < routes.length; i++) {
    const entry = routes[i] as number;
    if (orderOf(entry, entries) >= orderOf(routes[i - 1] as number, entries)) continue;
    if (i >= FEW) {
      routes.sort((a, b) => orderOf(a, entries) - orderOf(b, entries));
      return;
    }
    insert(routes, i, entries);
  }
}

/** Puts the route at `from` among those before it. */
function insert(routes: number[], from: number, entries: Entries<unknown>): void {
  const entry = routes[from] as number;
  const order = orderOf(entry, entries);
  let to = from;
  for (; to > 0; to--) {
    const before = routes[to - 1] as number;
    if (orderOf(before, entries) <= order) break;
    routes[to] = before;
  }
  routes[to] = entry;
}

function orderOf(entry: number, entries: Entries<unknown>): number {
  return entries.word(entry) * 64 + entries.bits(entry);
}
