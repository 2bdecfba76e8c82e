import { MESSAGE_TYPE } from '../bgp/iana.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { bgpType, readBgpMessage } from './bgp-message.ts';
import { BmpError } from './errors.ts';

/** What Route Monitoring carries: one UPDATE, and what some senders put after it. */
export interface RouteMonitoring {
  readonly update: Uint8Array;
  readonly trailing: number;
  readonly rest?: Uint8Array;
}

/** Route Monitoring, RFC 7854 section 4.6. @throws ShortInputError or BmpError */
export function readRouteMonitoring(r: Reader): RouteMonitoring {
  const at = r.offset;
  const update = readBgpMessage(r, 'route monitoring');
  const type = bgpType(update);
  if (type !== MESSAGE_TYPE.update) {
    throw new BmpError({ offset: at, reason: `route monitoring holds BGP message type ${type}` });
  }
  if (r.done) return { update, trailing: 0 };
  const rest = r.rest();
  return { update, trailing: rest.length, rest };
}

export function writeRouteMonitoring(w: Writer, { update, rest }: RouteMonitoring): void {
  w.octets(update);
  if (rest !== undefined) w.octets(rest);
}
