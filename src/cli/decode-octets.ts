import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { type FamilyId, IPV4_UNICAST } from '../bgp/family.ts';
import { EXTENDED_LENGTH, message } from '../bgp/header.ts';
import { decodeNlriField } from '../bgp/nlri/index.ts';
import type { Open } from '../bgp/open.ts';
import { MARKER_OCTET, startsBgpMessage } from '../bmp/bgp-message.ts';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING, isBmpVersion } from '../bmp/header.ts';
import { hostOf } from '../bmp/peer.ts';
import { BmpRouter } from '../bmp/router.ts';
import { isCapture } from '../capture/pcap.ts';
import type { TcpChunk } from '../capture/tcp.ts';
import type { Event, Neighbor } from '../events/event.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Framer } from '../wire/framer.ts';
import { PrefixError } from '../wire/prefix.ts';
import { type CapturedStream, capturedStreams } from './captured.ts';
import { type BgpReading, bgpEvents, openOf } from './decode-bgp.ts';
import { InputError } from './input-error.ts';

export interface DecodeOptions {
  readonly families: readonly FamilyId[];
  readonly addPath: ReadonlySet<FamilyId>;
  readonly asn4: boolean;
  /** Whose messages they are; undefined: nobody's, and in a stream the sender's that its OPEN names. */
  readonly neighbor?: Neighbor | undefined;
}

export type InputKind = 'stream' | 'update' | 'open' | 'nlri';

/**
 * The events of a stream of BGP or BMP messages, of one message with or without its header, or of bare NLRI.
 * @throws InputError at the first octets that cannot be read, the events before them having been given
 */
export function decodeOctets(octets: Uint8Array, kind: InputKind, options: DecodeOptions): Iterable<Event> {
  const { asn4, addPath } = options;
  const context: CodecContext = { ...DEFAULT_CONTEXT, asn4, addPath, judgesFlags: true };
  if (kind === 'nlri') return [nlriEvent(octets, options.families[0] ?? IPV4_UNICAST, context)];
  if (kind !== 'stream')
    return oneDirection(withHeader(octets, kind), context, {
      neighbor: options.neighbor ?? nobody(),
      named: true,
    });
  if (isCapture(octets)) return captureEvents(octets, context, options);
  if (octets[0] === MARKER_OCTET) {
    const named = options.neighbor !== undefined;
    return oneDirection(octets, context, { neighbor: options.neighbor ?? nobody(), named });
  }
  if (isBmpVersion(octets[0])) return bmpEvents([{ timeMs: Date.now(), octets }], new ReadRouter(NO_ROUTER));
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
  const streams = capturedStreams(octets, (reason) => void problems.push(reason));
  if (streams.length === 0) problems.unshift('a capture without BGP and BMP');
  const opens = opensOf(streams, context);
  const routers = new Routers();
  for (const stream of streams) {
    if (stream.missing)
      problems.push(`${stream.source} to ${stream.destination}: octets lack in the capture`);
    try {
      if (stream.kind === 'bmp') yield* bmpEvents(stream.chunks, routers.of(stream));
      else yield* bgpEvents(stream.chunks, { context, ...readingOf(stream, opens, options) });
    } catch (err) {
      if (!(err instanceof InputError)) throw err;
      problems.push(`${stream.source} to ${stream.destination}: ${err.message}`);
    }
  }
  if (problems.length > 0) throw new InputError(problems.join('; '));
}

/** Names one direction of one connection. */
function directionOf(from: string, to: string, connection: number): string {
  return `${from} ${to} ${connection}`;
}

/** The OPENs of all BGP sessions, by the direction that they were sent in. */
function opensOf(streams: readonly CapturedStream[], context: CodecContext): ReadonlyMap<string, Open> {
  const opens = new Map<string, Open>();
  for (const { kind, source, destination, connection, chunks } of streams) {
    const open = kind === 'bgp' ? openOf(chunks, context) : undefined;
    if (open !== undefined) opens.set(directionOf(source, destination, connection), open);
  }
  return opens;
}

function readingOf(
  { source, destination, connection }: CapturedStream,
  opens: ReadonlyMap<string, Open>,
  { neighbor }: DecodeOptions,
): Omit<BgpReading, 'context'> {
  return {
    neighbor: neighbor ?? { ...nobody(), localAddress: hostOf(destination), peerAddress: hostOf(source) },
    named: neighbor !== undefined,
    other: opens.get(directionOf(destination, source, connection)),
    own: opens.get(directionOf(source, destination, connection)),
  };
}

function oneDirection(
  octets: Uint8Array,
  context: CodecContext,
  who: Pick<BgpReading, 'neighbor' | 'named'>,
): Iterable<Event> {
  return bgpEvents([{ timeMs: Date.now(), octets }], { context, ...who });
}

function withHeader(octets: Uint8Array, kind: 'update' | 'open'): Uint8Array {
  return startsBgpMessage(octets) ? octets : message(kind, (w) => w.octets(octets), EXTENDED_LENGTH);
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

/** A router whose messages are read, and the events that they made. */
class ReadRouter {
  timeMs = 0;
  readonly events: Event[] = [];
  readonly router: BmpRouter;

  constructor(from: string) {
    this.router = new BmpRouter({
      router: from,
      now: () => this.timeMs,
      emit: (event) => this.events.push(event),
    });
  }
}

/** One router for a connection, however often octets of it lack. */
class Routers {
  readonly #known = new Map<string, ReadRouter>();

  of({ source, destination, connection }: CapturedStream): ReadRouter {
    const key = directionOf(source, destination, connection);
    const router = this.#known.get(key) ?? new ReadRouter(source);
    this.#known.set(key, router);
    return router;
  }
}

function* bmpEvents(chunks: readonly TcpChunk[], read: ReadRouter): Generator<Event, void> {
  const { router, events } = read;
  const framer = new Framer(BMP_FRAMING);
  try {
    for (const chunk of chunks) {
      read.timeMs = chunk.timeMs;
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
