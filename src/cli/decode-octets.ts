import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { type FamilyId, IPV4_UNICAST } from '../bgp/family.ts';
import { bgpFraming, HEADER_LENGTH, message } from '../bgp/header.ts';
import { decodeMessage, type Message } from '../bgp/message.ts';
import { decodeNlriField } from '../bgp/nlri/index.ts';
import { openAs } from '../bgp/open.ts';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING, isBmpVersion } from '../bmp/header.ts';
import { BmpRouter } from '../bmp/router.ts';
import type { Event, Neighbor } from '../events/event.ts';
import { messageEvent } from '../events/message-event.ts';
import { dottedQuad } from '../wire/address.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Framer } from '../wire/framer.ts';
import { PrefixError } from '../wire/prefix.ts';

/** Octets that are no BGP or BMP; the message says where and why. */
export class InputError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'InputError';
  }
}

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
  if (octets[0] === MARKER_OCTET) return bgpEvents(octets, context, options.neighbor);
  if (isBmpVersion(octets[0])) return bmpEvents(octets);
  throw new InputError('starts neither as BGP (sixteen octets of ff) nor as BMP version 3 or 4');
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
  const framer = new Framer(bgpFraming(() => 65535));
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

function* bmpEvents(octets: Uint8Array): Generator<Event, void> {
  const events: Event[] = [];
  const router = new BmpRouter({
    router: '127.0.0.1:0',
    now: () => Date.now(),
    emit: (event) => events.push(event),
  });
  const framer = new Framer(BMP_FRAMING);
  try {
    for (const frame of framer.push(octets)) {
      router.receive(frame);
      yield* events.splice(0);
    }
  } catch (err) {
    if (!(err instanceof BmpError)) throw err;
    throw new InputError(`octet ${router.counters.octets}: ${err.reason}`, { cause: err });
  }
  if (framer.pending > 0)
    throw new InputError(`octet ${router.counters.octets}: the last message is cut off`);
}
