import { type Attributes, decodeAttributes } from './attributes/index.ts';
import { DEFAULT_CONTEXT } from './context.ts';
import type { NextHop } from './nlri/codec.ts';
import type { Route } from './route.ts';

/** What a route says beside its NLRI. */
export type Said = Omit<Route, 'nlri'>;

/**
 * Attributes as the octets of a path attributes field: four-octet AS numbers, ascending by code, without NEXT_HOP, what
 * is in them in the order in which it was said. A tenth of what the objects take, of which a table has one in seven
 * routes; those are made when somebody asks.
 */
export class PackedSaid implements Said {
  readonly nextHop: NextHop | 'self' | undefined;
  /** An octet to a character. */
  readonly octets: string;

  constructor(nextHop: NextHop | 'self' | undefined, octets: string) {
    this.nextHop = nextHop;
    this.octets = octets;
  }

  /** The same object for one that is asked again and again: routes are grouped by it. */
  get attributes(): Attributes {
    if (last.said !== this) {
      last.attributes = decodeAttributes(
        new Uint8Array(Buffer.from(this.octets, 'latin1')),
        DEFAULT_CONTEXT,
      ).attributes;
      last.said = this;
    }
    return last.attributes;
  }
}

const last: { said: PackedSaid | undefined; attributes: Attributes } = { said: undefined, attributes: {} };
