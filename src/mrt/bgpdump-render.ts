import { type Span, u16At, u32At } from '../bgp/attributes/render.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import { type Regular, RegularUpdate } from '../bgp/regular-update.ts';
import { Text } from '../wire/ascii.ts';
import type { LineWriter } from '../wire/line-writer.ts';
import { bgpdumpLines } from './bgpdump.ts';
import { writeAggregator, writeCommunities, writeIpv6, writePath, writePrefix } from './bgpdump-fields.ts';
import { MRT_HEADER_LENGTH, MRT_TYPE } from './header.ts';
import type { LastRoute } from './last-route.ts';
import { PeerTexts, TablePeer } from './peer-texts.ts';
import type { MrtPeer, MrtRecord } from './record.ts';
import { type Entry, makeUpdate, type Range } from './rib-message.ts';

const AS4: CodecContext = { ...DEFAULT_CONTEXT, asn4: true };
const AS2: CodecContext = { ...DEFAULT_CONTEXT, asn4: false };

const UPDATE = 2;
const [ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, ATOMIC, AGGREGATOR, COMMUNITY] = [
  1, 2, 3, 4, 5, 6, 7, 8,
] as const;

const BAR = 0x7c;
const DOT = 0x2e;
const ZERO = 0x30;
const NEWLINE = 0x0a;

const TABLE_DUMP2 = new Text('TABLE_DUMP2|');
const BGP4MP = new Text('BGP4MP|');
const BGP4MP_ET = new Text('BGP4MP_ET|');
const ROUTE = new Text('|B|');
const ANNOUNCED = new Text('|A|');
const WITHDRAWN = new Text('|W|');
const ORIGINS = ['IGP', 'EGP', 'INCOMPLETE'].map((word) => new Text(word));
const AGGREGATED = new Text('|AG|');
const NOT_AGGREGATED = new Text('|NAG|');
const END = new Text('|\n');

/** EXTENDED COMMUNITIES and ONLY_TO_CUSTOMER are on every other route, and have no place in a line. */
const UNSHOWN: ReadonlyMap<number, Regular> = new Map([
  [16, ({ from, to }: Span) => to > from && (to - from) % 8 === 0],
  [35, ({ from, to }: Span) => to - from === 4],
]);

/** Subtypes that are rendered; the others go the plain way. */
const MESSAGE = 1;
const MESSAGE_AS4 = 4;
const RIB_IPV4 = 2;
const RIB_IPV6 = 4;

/** Peer, time and length of the attributes. */
const ENTRY_LENGTH = 8;
/** Octets of text that an octet of an attribute may take, and those of all that has a fixed size. */
const TEXT_OF_OCTET = 8;
const FIXED = 512;

interface Message {
  /** BGP4MP_ET: microseconds after the header. */
  readonly extended: boolean;
  readonly asn4: boolean;
}

/**
 * The hot path of `bgpdump -m`: octets of a record to octets of its lines, no value between. `bgpdumpLines` defines
 * what they are; a test holds both together.
 */
export class BgpdumpRender {
  readonly #update = new RegularUpdate(UNSHOWN);
  /** The UPDATE of a route of a table: one at a time. */
  readonly #message = new Uint8Array(HEADER_LENGTH + 4 + 2 * 0xffff);
  readonly #peers = new PeerTexts();
  readonly #plain: (octets: Uint8Array) => MrtRecord | undefined;
  #table: readonly MrtPeer[] = [];
  /** Those of the table that have had a route. */
  #tablePeers: (TablePeer | undefined)[] = [];

  /** @param plain reads a record the plain way, for a route that only this way can show */
  constructor(plain: (octets: Uint8Array) => MrtRecord | undefined) {
    this.#plain = plain;
  }

  /** The peers that the next tables' records are of. */
  peers(table: readonly MrtPeer[]): void {
    this.#table = table;
    this.#tablePeers = [];
  }

  /** Writes the lines of a whole record. False, and nothing is written: only the plain way reads it. */
  render(octets: Uint8Array, out: LineWriter): boolean {
    if (octets.length < MRT_HEADER_LENGTH) return false;
    const type = u16At(octets, 4);
    const subtype = u16At(octets, 6);
    const start = out.length;
    let done = false;
    if (type === MRT_TYPE.tableDumpV2 && (subtype === RIB_IPV4 || subtype === RIB_IPV6)) {
      done = this.#rib(octets, out, subtype === RIB_IPV4);
    } else if (subtype === MESSAGE || subtype === MESSAGE_AS4) {
      const extended = type === MRT_TYPE.bgp4mpEt;
      if (extended || type === MRT_TYPE.bgp4mp) {
        done = this.#routes(octets, out, { extended, asn4: subtype === MESSAGE_AS4 });
      }
    }
    if (!done) out.truncate(start);
    return done;
  }

  /** The routes of an UPDATE in a record. */
  #routes(octets: Uint8Array, out: LineWriter, { extended, asn4 }: Message): boolean {
    const ends = MRT_HEADER_LENGTH + (extended ? 4 : 0);
    const addresses = ends + (asn4 ? 10 : 6) + 2;
    if (addresses > octets.length) return false;
    const afi = u16At(octets, addresses - 2);
    if (afi !== 1 && afi !== 2) return false;
    const message = addresses + (afi === 1 ? 8 : 32);
    if (message + HEADER_LENGTH > octets.length || octets[message + HEADER_LENGTH - 1] !== UPDATE)
      return false;
    const update = this.#update;
    if (!update.read(octets, asn4 ? AS4 : AS2, message)) return false;
    const peer = this.#peers.of(octets, { ends, addresses, message, asn4 });
    const { withdrawn, unreach, announced, reach } = update;
    const of = { octets, extended, peer };
    this.#lines(out, of, { letter: WITHDRAWN, range: withdrawn, ipv4: true });
    this.#lines(out, of, { letter: WITHDRAWN, range: unreach, ipv4: false });
    this.#lines(out, of, { letter: ANNOUNCED, range: announced, ipv4: true });
    this.#lines(out, of, { letter: ANNOUNCED, range: reach, ipv4: false });
    return true;
  }

  /** A line for each prefix: what they have in common is written once, and then copied. */
  #lines(out: LineWriter, { octets, extended, peer }: Source, { letter, range, ipv4 }: Lines): void {
    if (range.from >= range.to) return;
    const update = this.#update;
    out.reserve(peer.length + FIXED + (octets.length + FIXED) * TEXT_OF_OCTET);
    const start = out.length;
    out.text(extended ? BGP4MP_ET : BGP4MP).decimal(u32At(octets, 0));
    if (extended) out.octet(DOT).digits(u32At(octets, MRT_HEADER_LENGTH), 6);
    out.text(letter).text(peer);
    const prefix = out.length;
    let at = writePrefix(out, octets, range.from, ipv4);
    const tail = out.length;
    if (letter === ANNOUNCED) this.#writeTail(out, update, ipv4);
    else out.octet(NEWLINE);
    const end = out.length;
    while (at < range.to) {
      out.reserve(end - start + FIXED).again(start, prefix);
      at = writePrefix(out, octets, at, ipv4);
      out.again(tail, end);
    }
  }

  /** The routes of a table's record. */
  #rib(octets: Uint8Array, out: LineWriter, ipv4: boolean): boolean {
    const prefix = MRT_HEADER_LENGTH + 4;
    if (prefix >= octets.length) return false;
    const entries = prefix + 1 + (((octets[prefix] as number) + 7) >> 3);
    if (entries + 2 > octets.length) return false;
    const count = u16At(octets, entries);
    let record: MrtRecord | undefined;
    let at = entries + 2;
    for (let nth = 0; nth < count; nth++) {
      if (at + ENTRY_LENGTH > octets.length) return false;
      const attributes = at + ENTRY_LENGTH;
      const end = attributes + u16At(octets, attributes - 2);
      if (end > octets.length) return false;
      const peer = u16At(octets, at);
      at = end;
      const last = this.#lastOf(peer, ipv4);
      if (last?.says(octets, attributes, end) === true && this.#begin(octets, out, peer, ipv4)) {
        last.write(out);
        continue;
      }
      const entry = {
        prefix: { from: prefix, to: entries },
        attributes: { from: attributes, to: end },
        ipv4,
        peer,
      };
      if (this.#entry(octets, out, entry)) continue;
      record ??= this.#plain(octets);
      if (record?.type !== 'rib') return false;
      const one = { ...record, entries: record.entries.slice(nth, nth + 1) };
      const lines = new Text(bgpdumpLines(one, { times: 'dump' }));
      out.reserve(lines.length).text(lines);
    }
    return true;
  }

  #entry(octets: Uint8Array, out: LineWriter, entry: Entry): boolean {
    const update = this.#update;
    if (entry.ipv4) {
      if (!update.readRoute(octets, AS4, entry.attributes, entry.prefix) || update.reach.to > 0) return false;
    } else {
      const length = makeUpdate(this.#message, octets, entry);
      if (length === undefined || !update.read(this.#message, AS4, 0, length)) return false;
    }
    if (update.unreach.to > 0 || !this.#begin(octets, out, entry.peer, entry.ipv4)) return false;
    out.reserve(FIXED + (entry.attributes.to - entry.attributes.from) * TEXT_OF_OCTET);
    const start = out.length;
    this.#writeTail(out, update, entry.ipv4);
    this.#lastOf(entry.peer, entry.ipv4)?.keep(octets, entry.attributes, { out, start });
    return true;
  }

  /** Writes what stands before the attributes. False, and nothing is written: only the plain way reads it. */
  #begin(octets: Uint8Array, out: LineWriter, peer: number, ipv4: boolean): boolean {
    const text = this.#peerOfTable(peer)?.text;
    const prefix = MRT_HEADER_LENGTH + 4;
    if (text === undefined || (octets[prefix] as number) > (ipv4 ? 32 : 128)) return false;
    out.reserve(text.length + FIXED);
    out.text(TABLE_DUMP2).decimal(u32At(octets, 0)).text(ROUTE).text(text);
    writePrefix(out, octets, prefix, ipv4);
    return true;
  }

  #lastOf(peer: number, ipv4: boolean): LastRoute | undefined {
    const one = this.#tablePeers[peer];
    return ipv4 ? one?.ipv4 : one?.ipv6;
  }

  #peerOfTable(index: number): TablePeer | undefined {
    const peer = this.#table[index];
    if (peer === undefined) return undefined;
    this.#tablePeers[index] ??= new TablePeer(peer);
    return this.#tablePeers[index];
  }

  /** AS path, origin, next hop, local preference, MED, communities, aggregation. */
  #writeTail(out: LineWriter, update: RegularUpdate, ipv4: boolean): void {
    const { octets } = update;
    writePath(out.octet(BAR), update.select(AS_PATH));
    out.octet(BAR).text(ORIGINS[octets[update.select(ORIGIN).from] as number] as Text);
    out.octet(BAR);
    if (ipv4) out.quad(u32At(octets, update.select(NEXT_HOP).from));
    else writeIpv6(out, octets, { at: update.reachHop, octetCount: 16, bits: 128 });
    writeNumber(out.octet(BAR), update, LOCAL_PREF);
    writeNumber(out.octet(BAR), update, MED);
    out.octet(BAR);
    if (update.has(COMMUNITY)) writeCommunities(out, update.select(COMMUNITY));
    out.text(update.has(ATOMIC) ? AGGREGATED : NOT_AGGREGATED);
    if (update.has(AGGREGATOR)) writeAggregator(out, update.select(AGGREGATOR));
    out.text(END);
  }
}

interface Source {
  /** The record. */
  readonly octets: Uint8Array;
  readonly extended: boolean;
  readonly peer: Text;
}

interface Lines {
  readonly letter: Text;
  readonly range: Range;
  readonly ipv4: boolean;
}

function writeNumber(out: LineWriter, update: RegularUpdate, code: number): void {
  if (update.has(code)) out.decimal(u32At(update.octets, update.select(code).from));
  else out.octet(ZERO);
}
