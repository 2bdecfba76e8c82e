import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { type FamilyId, IPV4_UNICAST } from '../bgp/family.ts';
import { bgpFraming, EXTENDED_LENGTH, HEADER_LENGTH, message } from '../bgp/header.ts';
import { decodeMessage, type Message } from '../bgp/message.ts';
import { decodeNlriField } from '../bgp/nlri/index.ts';
import { openAs } from '../bgp/open.ts';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING, isBmpVersion } from '../bmp/header.ts';
import { hostOf } from '../bmp/peer.ts';
import { BmpRouter } from '../bmp/router.ts';
import { isCapture } from '../capture/pcap.ts';
import type { TcpChunk } from '../capture/tcp.ts';
import type { Event, Neighbor } from '../events/event.ts';
import { messageEvent } from '../events/message-event.ts';
import { dottedQuad } from '../wire/address.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Framer } from '../wire/framer.ts';
import { PrefixError } from '../wire/prefix.ts';
import { type CapturedStream, capturedStreams, joined } from './captured.ts';
import { InputError } from './input-error.ts';

export interface DecodeOptions {
  readonly families: readonly FamilyId[];
  readonly addPath: ReadonlySet<FamilyId>;
  readonly asn4: boolean;
  /** Whose messages they are; undefined: nobody's, and in a stream the sender's that its OPEN names. */
  readonly neighbor?: Neighbor | undefined;
}

export type InputKind = 'stream' | 'update' | 'open' | 'nlri';

const MARKER_OCTET = 0xff;

/**
 * The events of a stream of BGP or BMP messages, of one message with or without its header, or of bare NLRI.
 * @throws InputError at the first octets that cannot be read, the events before them having been given
 */
export function decodeOctets(octets: Uint8Array, kind: InputKind, options: DecodeOptions): Iterable<Event> {
  const context: CodecContext = { ...DEFAULT_CONTEXT, asn4: options.asn4, addPath: options.addPath };
  if (kind === 'nlri') return [nlriEvent(octets, options.families[0] ?? IPV4_UNICAST, context)];
  if (kind !== 'stream') return bgpEvents(withHeader(octets, kind), context, options.neighbor ?? nobody());
  if (isCapture(octets)) return captureEvents(octets, context, options);
  if (octets[0] === MARKER_OCTET) return bgpEvents(octets, context, options.neighbor);
  if (isBmpVersion(octets[0])) return bmpEvents([{ timeMs: Date.now(), octets }], NO_ROUTER);
  throw new InputError(
    'starts neither as BGP (sixteen octets of ff), as BMP version 3 or 4, nor as a capture',
  );
}

/**
 * BGP and BMP among the TCP connections of a capture. One that cannot be read does not keep the others from it.
 * @throws InputError at the end, naming those
 */
function* captureEvents(
  octets: Uint8Array,
  context: CodecContext,
  options: DecodeOptions,
): Generator<Event, void> {
  const problems: string[] = [];
  let found = 0;
  for (const stream of capturedStreams(octets)) {
    found++;
    try {
      if (stream.kind === 'bmp') yield* bmpEvents(stream.chunks, stream.source);
      else yield* bgpEvents(joined(stream.chunks), context, options.neighbor ?? neighborOf(stream));
    } catch (err) {
      if (!(err instanceof InputError)) throw err;
      problems.push(`${stream.source} to ${stream.destination}: ${err.message}`);
    }
  }
  if (found === 0) throw new InputError('a capture without BGP and BMP');
  if (problems.length > 0) throw new InputError(problems.join('; '));
}

/** Addresses of a captured BGP session; AS numbers only its OPENs tell. */
function neighborOf({ source, destination }: CapturedStream): Neighbor {
  return { ...nobody(), localAddress: hostOf(destination), peerAddress: hostOf(source) };
}

function withHeader(octets: Uint8Array, kind: 'update' | 'open'): Uint8Array {
  const marked =
    octets.length >= HEADER_LENGTH && octets.subarray(0, 16).every((octet) => octet === MARKER_OCTET);
  return marked ? octets : message(kind, (w) => w.octets(octets), 65535);
}

/** Nobody in particular, in the numbers that ExaBGP has for it: octets without a session have no addresses. */
function nobody(): Neighbor {
  return {
    localAddress: '127.0.0.1',
    peerAddress: '127.0.0.1',
    localAs: 65533,
    peerAs: 65533,
    routerId: '127.0.0.1',
    counter: { value: 0 },
  };
}

function* bgpEvents(
  octets: Uint8Array,
  start: CodecContext,
  known: Neighbor | undefined,
): Generator<Event, void> {
  const framer = new Framer(bgpFraming({ maxLength: EXTENDED_LENGTH }));
  let neighbor = known ?? nobody();
  let count = 0;
  let at = 0;
  try {
    for (const each of framer.push(octets)) {
      const decoded = decodeMessage(each, start);
      if (decoded.type === 'open' && known === undefined) {
        const { routerId } = decoded.open;
        neighbor = { ...neighbor, peerAs: openAs(decoded.open), routerId: dottedQuad(routerId) };
      }
      count++;
      yield eventOf(decoded, each, neighbor);
      at += each.length;
    }
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    throw new InputError(`message ${count + 1} at octet ${at}: ${err.message}`, { cause: err });
  }
  if (framer.pending > 0) throw new InputError(`octet ${at}: the last message is cut off`);
}

function eventOf(decoded: Message, octets: Uint8Array, neighbor: Neighbor): Event {
  return messageEvent(decoded, {
    neighbor,
    timeMs: Date.now(),
    direction: 'receive',
    octets,
    negotiated: undefined,
  });
}

function nlriEvent(octets: Uint8Array, family: FamilyId, context: CodecContext): Event {
  try {
    const nlri = decodeNlriField(octets, family, context, false);
    return {
      type: 'update',
      neighbor: nobody(),
      timeMs: Date.now(),
      direction: 'receive',
      octets,
      negotiated: undefined,
      update: {
        attributes: {},
        announced: [{ family, nextHop: undefined, nlri }],
        withdrawn: [],
        endOfRib: undefined,
        malformed: [],
        action: undefined,
      },
    };
  } catch (err) {
    if (!(err instanceof RangeError || err instanceof PrefixError || err instanceof ShortInputError))
      throw err;
    throw new InputError(err.message, { cause: err });
  }
}

const NO_ROUTER = '127.0.0.1:0';

function* bmpEvents(chunks: readonly TcpChunk[], from: string): Generator<Event, void> {
  const events: Event[] = [];
  let timeMs = 0;
  const router = new BmpRouter({ router: from, now: () => timeMs, emit: (event) => events.push(event) });
  const framer = new Framer(BMP_FRAMING);
  try {
    for (const chunk of chunks) {
      timeMs = chunk.timeMs;
      for (const frame of framer.push(chunk.octets)) {
        router.receive(frame);
        yield* events.splice(0);
      }
    }
  } catch (err) {
    if (!(err instanceof BmpError)) throw err;
    throw new InputError(`octet ${router.counters.octets}: ${err.reason}`, { cause: err });
  }
  if (framer.pending > 0)
    throw new InputError(`octet ${router.counters.octets}: the last message is cut off`);
}
