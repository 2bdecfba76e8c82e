import { FieldOverflowError, ShortInputError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { BmpError } from './errors.ts';
import { BMP_HEADER_LENGTH, BMP_MAXIMUM_LENGTH, BMP_TYPE, bmpFraming } from './header.ts';
import { readInitiation, writeInitiation } from './initiation.ts';
import type { BmpMessage } from './messages.ts';
import { readPeerDown, writePeerDown } from './peer-down.ts';
import { readPeerUp, writePeerUp } from './peer-up.ts';
import { readPerPeer, writePerPeer } from './per-peer.ts';
import { readRouteMirroring, writeRouteMirroring } from './route-mirroring.ts';
import { readIndexedRouteMonitoring, readRouteMonitoring, writeRouteMonitoring } from './route-monitoring.ts';
import { readStatistics, writeStatistics } from './statistics.ts';
import { readTermination, writeTermination } from './termination.ts';

/**
 * One BMP message, version 3 or 4, common header included. Octets inside the value are views of `frame`.
 * @throws BmpError: fatal when the common header is broken, else for the body alone
 */
export function decodeBmp(frame: Uint8Array): BmpMessage {
  const r = new Reader(frame);
  try {
    return decode(frame, r);
  } catch (err) {
    if (!(err instanceof ShortInputError)) throw err;
    throw new BmpError({ offset: r.offset, reason: `message ends early: ${err.message}` }, { cause: err });
  }
}

function decode(frame: Uint8Array, r: Reader): BmpMessage {
  // whoever cut the stream into messages had its own limit
  const framing = bmpFraming(Math.max(frame.length, BMP_MAXIMUM_LENGTH));
  if (frame.length < BMP_HEADER_LENGTH || framing.lengthOf(frame, 0) !== frame.length) {
    throw new BmpError({
      offset: 1,
      reason: 'the length field is not the length of the message',
      fatal: true,
    });
  }
  const version = r.u8();
  r.octets(BMP_HEADER_LENGTH - 2);
  const message = decodeBody(r, version);
  return version === 4 ? { ...message, version } : message;
}

function decodeBody(r: Reader, version: number): BmpMessage {
  const code = r.u8();
  switch (code) {
    case BMP_TYPE['route-monitoring']: {
      const peer = readPerPeer(r);
      const routes = version === 4 ? readIndexedRouteMonitoring(r) : readRouteMonitoring(r);
      return { type: 'route-monitoring', peer, ...routes };
    }
    case BMP_TYPE.statistics:
      return { type: 'statistics', peer: readPerPeer(r), statistics: readStatistics(r) };
    case BMP_TYPE['peer-down']:
      return { type: 'peer-down', peer: readPerPeer(r), reason: readPeerDown(r) };
    case BMP_TYPE['peer-up']: {
      const peer = readPerPeer(r);
      return { type: 'peer-up', peer, up: readPeerUp(r, peer) };
    }
    case BMP_TYPE.initiation:
      return { type: 'initiation', initiation: readInitiation(r) };
    case BMP_TYPE.termination:
      return { type: 'termination', termination: readTermination(r) };
    case BMP_TYPE['route-mirroring']:
      return { type: 'route-mirroring', peer: readPerPeer(r), ...readRouteMirroring(r) };
    default:
      return { type: 'unknown', code, octets: r.rest() };
  }
}

/** The octets of a message, common header included. @throws FieldOverflowError */
export function encodeBmp(message: BmpMessage): Uint8Array {
  const w = new Writer();
  w.u8(message.version ?? 3).u32(0);
  w.u8(message.type === 'unknown' ? message.code : BMP_TYPE[message.type], 'message type');
  if ('peer' in message) writePerPeer(w, message.peer);
  writeBody(w, message);
  if (w.length > BMP_MAXIMUM_LENGTH)
    throw new FieldOverflowError('BMP message', w.length, BMP_MAXIMUM_LENGTH);
  return w.patchU32(1, w.length, 'BMP message length').finish();
}

function writeBody(w: Writer, message: BmpMessage): void {
  switch (message.type) {
    case 'route-monitoring':
      writeRouteMonitoring(w, message);
      break;
    case 'statistics':
      writeStatistics(w, message.statistics);
      break;
    case 'peer-down':
      writePeerDown(w, message.reason);
      break;
    case 'peer-up':
      writePeerUp(w, message.up);
      break;
    case 'initiation':
      writeInitiation(w, message.initiation);
      break;
    case 'termination':
      writeTermination(w, message.termination);
      break;
    case 'route-mirroring':
      writeRouteMirroring(w, message);
      break;
    case 'unknown':
      w.octets(message.octets);
  }
}
