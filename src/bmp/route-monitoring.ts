import { MESSAGE_TYPE } from '../bgp/iana.ts';
import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { bgpType, readBgpMessage } from './bgp-message.ts';
import { BmpError } from './errors.ts';
import { readIndexedTlvs, writeIndexedTlvs } from './indexed-tlv.ts';
import type { IndexedTlv } from './messages.ts';

/** What Route Monitoring carries: one UPDATE, and what some senders put after it. */
export interface RouteMonitoring {
  readonly update: Uint8Array;
  readonly trailing: number;
  readonly rest?: Uint8Array;
  readonly tlvs?: readonly IndexedTlv[];
}

/** Route Monitoring, RFC 7854 section 4.6. @throws ShortInputError or BmpError */
export function readRouteMonitoring(r: Reader): RouteMonitoring {
  const update = readUpdate(r);
  if (r.done) return { update, trailing: 0 };
  const rest = r.rest();
  return { update, trailing: rest.length, rest };
}

/** Route Monitoring of version 4: nothing but TLVs, one of which holds the UPDATE. @throws BmpError */
export function readIndexedRouteMonitoring(r: Reader): RouteMonitoring {
  const at = r.offset;
  const tlvs = readIndexedTlvs(r);
  const message = tlvs.find(({ word }) => word === 'bgp-message');
  if (message === undefined) {
    throw new BmpError({ offset: at, reason: 'route monitoring without a BGP message' });
  }
  const inner = new Reader(message.value);
  const update = readUpdate(inner);
  return { update, trailing: inner.remaining, tlvs };
}

function readUpdate(r: Reader): Uint8Array {
  const at = r.offset;
  const update = readBgpMessage(r, 'route monitoring');
  const type = bgpType(update);
  if (type !== MESSAGE_TYPE.update) {
    throw new BmpError({ offset: at, reason: `route monitoring holds BGP message type ${type}` });
  }
  return update;
}

export function writeRouteMonitoring(w: Writer, { update, rest, tlvs }: RouteMonitoring): void {
  if (tlvs !== undefined) {
    writeIndexedTlvs(w, tlvs);
    return;
  }
  w.octets(update);
  if (rest !== undefined) w.octets(rest);
}
