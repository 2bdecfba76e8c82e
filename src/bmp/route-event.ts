import type { CodecContext } from '../bgp/context.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { decodeUpdate, type Update } from '../bgp/update.ts';
import type { BmpOrigin, Direction, Neighbor, Reported } from '../events/event.ts';
import { bgpBody } from './bgp-message.ts';

/** What the events of one peer and view have in common. */
export interface RouteSource {
  readonly neighbor: Neighbor;
  readonly direction: Direction;
  readonly negotiated: Negotiated | undefined;
  readonly context: CodecContext;
}

/** The event of a regular UPDATE that a router reported: its value and `bmp` are made when somebody asks for them. */
export class RouteEvent {
  readonly type = 'update';
  readonly neighbor: Neighbor;
  readonly timeMs: number;
  readonly direction: Direction;
  readonly octets: Uint8Array;
  readonly negotiated: Negotiated | undefined;
  readonly regular: CodecContext;
  readonly reported: Reported;
  #update: Update | undefined;

  constructor(source: RouteSource, timeMs: number, octets: Uint8Array, reported: Reported) {
    this.neighbor = source.neighbor;
    this.timeMs = timeMs;
    this.direction = source.direction;
    this.octets = octets;
    this.negotiated = source.negotiated;
    this.regular = source.context;
    this.reported = reported;
  }

  get update(): Update {
    this.#update ??= decodeUpdate(bgpBody(this.octets), this.regular);
    return this.#update;
  }

  get bmp(): BmpOrigin {
    const { origin, timestamp, unchanged } = this.reported;
    return unchanged ? { ...origin, timestamp, unchanged } : { ...origin, timestamp };
  }
}
