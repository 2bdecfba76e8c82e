import type { CodecContext } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { BgpFraming, EXTENDED_LENGTH } from '../bgp/header.ts';
import { decodeMessage, type Message } from '../bgp/message.ts';
import { negotiate } from '../bgp/negotiated.ts';
import { type Open, openAs } from '../bgp/open.ts';
import type { TcpChunk } from '../capture/tcp.ts';
import type { Event, Neighbor } from '../events/event.ts';
import { messageEvent } from '../events/message-event.ts';
import { dottedQuad } from '../wire/address.ts';
import { Framer } from '../wire/framer.ts';
import { InputError } from './input-error.ts';

/** How one direction of a BGP session is read. */
export interface BgpReading {
  /** What was asked for; the OPENs may add to it. */
  readonly context: CodecContext;
  /** Whose messages they are; `named`: whatever an OPEN says. */
  readonly neighbor: Neighbor;
  readonly named: boolean;
  /** The OPEN of the other direction, where that was captured. */
  readonly other?: Open | undefined;
  /** Its own, where that stood in octets before these. */
  readonly own?: Open | undefined;
}

/** @throws InputError at the first message that cannot be read, the events before it having been given */
export function* bgpEvents(chunks: Iterable<TcpChunk>, reading: BgpReading): Generator<Event, void> {
  const framer = new Framer(new BgpFraming({ maxLength: EXTENDED_LENGTH }));
  const { own } = reading;
  let { context, neighbor } = own === undefined ? reading : opened(reading, own);
  let count = 0;
  let at = 0;
  try {
    for (const { timeMs, octets } of chunks) {
      for (const each of framer.push(octets)) {
        const decoded = decodeMessage(each, context);
        if (decoded.type === 'open') ({ context, neighbor } = opened(reading, decoded.open));
        count++;
        yield eventOf(decoded, each, { neighbor, timeMs });
        at += each.length;
      }
    }
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    throw new InputError(`message ${count + 1} at octet ${at}: ${err.message}`, { cause: err });
  }
  if (framer.pending > 0) throw new InputError(`octet ${at}: the last message is cut off`);
}

/** The OPEN that a stream begins with; undefined: it begins with none that can be read. */
export function openOf(chunks: Iterable<TcpChunk>, context: CodecContext): Open | undefined {
  const framer = new Framer(new BgpFraming({ maxLength: EXTENDED_LENGTH }));
  try {
    for (const { octets } of chunks) {
      for (const first of framer.push(octets)) {
        const decoded = decodeMessage(first, context);
        return decoded.type === 'open' ? decoded.open : undefined;
      }
    }
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
  }
  return undefined;
}

/** Both OPENs tell how the sender writes; its own alone tells only that it cannot write AS numbers of four octets. */
function opened(
  { context, neighbor, named, other }: BgpReading,
  own: Open,
): Pick<BgpReading, 'context' | 'neighbor'> {
  const who = named ? neighbor : introduced(neighbor, own, other);
  if (other === undefined) {
    return {
      context: { ...context, asn4: context.asn4 && own.capabilities.asn4 !== undefined },
      neighbor: who,
    };
  }
  const { asn4, addPath } = negotiate(other, own);
  const ids = new Set([...context.addPath, ...addPath.receive]);
  return { context: { ...context, asn4: context.asn4 && asn4, addPath: ids }, neighbor: who };
}

function introduced(neighbor: Neighbor, own: Open, other: Open | undefined): Neighbor {
  const us = other === undefined ? {} : { localAs: openAs(other) };
  return { ...neighbor, ...us, peerAs: openAs(own), routerId: dottedQuad(own.routerId) };
}

function eventOf(
  decoded: Message,
  octets: Uint8Array,
  from: Pick<Event, 'timeMs'> & { neighbor: Neighbor },
): Event {
  return messageEvent(decoded, { ...from, direction: 'receive', octets, negotiated: undefined });
}
