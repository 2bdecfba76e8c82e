import { IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { type Nlri, nlriKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { Said } from '../bgp/said.ts';
import { numberToIpv4 } from '../wire/address.ts';
import type { Prefix } from '../wire/prefix.ts';
import { PrefixList } from '../wire/prefix-list.ts';
import { Entries, KIND } from './entries.ts';
import { WAITS } from './waiting.ts';

/** The prefix that is looked for, one at a time. */
const ONE = new PrefixList();

/**
 * Routes in the order in which they came, those of IPv4 and IPv6 unicast as numbers: the route is made when somebody
 * asks. Routes that say the same share one object for that. An entry without a route is of one that was withdrawn, until
 * the neighbor knows.
 */
export class RouteTable {
  readonly entries: Entries<Said | Route>;

  /** @param moved as of `Entries` */
  constructor(moved: (from: number, to: number) => void) {
    this.entries = new Entries(moved);
  }

  /** -1: there is none. */
  find(nlri: Nlri): number {
    return listed(nlri) ? this.entries.find(ONE, 0) : this.entries.findKey(nlriKey(nlri));
  }

  findOrAdd(nlri: Nlri): number {
    const { entries } = this;
    if (!listed(nlri)) {
      const key = nlriKey(nlri);
      const found = entries.findKey(key);
      return found < 0 ? entries.addKey(key) : found;
    }
    return entries.findOrAdd(ONE, 0);
  }

  /** As it was put there; undefined: it is withdrawn. */
  route(entry: number): Route | undefined {
    const said = this.entries.value(entry);
    if (said === undefined || 'nlri' in said) return said;
    return routeOf(this.nlri(entry), said);
  }

  /** The route that the neighbor shall have; undefined: the entry is of one that was withdrawn. */
  held(entry: number): Route | undefined {
    return this.isHeld(entry) ? this.route(entry) : undefined;
  }

  isHeld(entry: number): boolean {
    const { entries } = this;
    return entries.mark(entry) < WAITS.withdraw && entries.value(entry) !== undefined;
  }

  family(entry: number): number {
    const kind = this.entries.kind(entry);
    if (kind === KIND.ipv4) return IPV4_UNICAST;
    if (kind === KIND.ipv6) return IPV6_UNICAST;
    return this.nlri(entry).family;
  }

  /** The destination of an entry that has a route, or is a prefix. */
  nlri(entry: number): Nlri {
    const { entries } = this;
    const length = entries.bits(entry);
    switch (entries.kind(entry)) {
      case KIND.ipv4:
        return { family: IPV4_UNICAST, value: { address: numberToIpv4(entries.word(entry)), length } };
      case KIND.ipv6: {
        const address = Buffer.alloc(16);
        for (let i = 0; i < 4; i++) address.writeUInt32BE(entries.word(entry, i), i * 4);
        return { family: IPV6_UNICAST, value: { address: new Uint8Array(address), length } };
      }
      default:
        return (entries.value(entry) as Route).nlri;
    }
  }
}

/** Whether the destination is one for a list: it is in `ONE` then. */
function listed({ family, pathId, value }: Nlri): boolean {
  if (pathId !== undefined || (family !== IPV4_UNICAST && family !== IPV6_UNICAST)) return false;
  const { address, length } = value as Prefix;
  for (let i = 0; i < address.length; i += 4) {
    const low = ((address[i + 2] as number) << 8) | (address[i + 3] as number);
    ONE.words[i >> 2] = (((address[i] as number) << 24) | ((address[i + 1] as number) << 16) | low) >>> 0;
  }
  ONE.put(0, family === IPV4_UNICAST ? 4 : 6, length);
  return true;
}

function routeOf(nlri: Nlri, said: Said): Route {
  const { nextHop, attributes, watchdog, startsWithdrawn, name } = said;
  return {
    nlri,
    nextHop,
    attributes,
    ...(watchdog === undefined ? {} : { watchdog }),
    ...(startsWithdrawn === undefined ? {} : { startsWithdrawn }),
    ...(name === undefined ? {} : { name }),
  };
}
