import type { Attributes } from '../../src/bgp/attributes/index.ts';
import type { CodecContext } from '../../src/bgp/context.ts';
import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import type { Negotiated } from '../../src/bgp/negotiated.ts';
import { decodeNlriField, nlriKey } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { decodeUpdate } from '../../src/bgp/update.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import type { RibOutOptions, RibSession } from '../../src/rib/session.ts';
import { ipv4ToNumber, parseAddress } from '../../src/wire/address.ts';
import { toHex } from '../../src/wire/hex.ts';
import { parsePrefix, writePrefix } from '../../src/wire/prefix.ts';
import { written } from '../../src/wire/writer.ts';

const HEADER_LENGTH = 19;

export function address(text: string): Uint8Array {
  return parseAddress(text) ?? new Uint8Array(4);
}

export function route(
  prefix: string,
  nextHop: string | undefined,
  attributes: Attributes = {},
  more: Partial<Route> & { pathId?: number } = {},
): Route {
  const parsed = parsePrefix(prefix);
  const family = parsed.address.length === 4 ? IPV4_UNICAST : IPV6_UNICAST;
  const { pathId, ...rest } = more;
  const [nlri] = decodeNlriField(
    written((w) => writePrefix(w, parsed)),
    family,
    { ...SEND },
    false,
  );
  if (nlri === undefined) throw new Error(prefix);
  return {
    nlri: pathId === undefined ? nlri : { ...nlri, pathId },
    nextHop: nextHop === undefined || nextHop === 'self' ? nextHop : { address: address(nextHop) },
    attributes,
    ...rest,
  };
}

const SEND: CodecContext = {
  asn4: true,
  addPath: new Set(),
  maxMessageLength: 4096,
  peering: 'internal',
  families: undefined,
};

export interface SessionChoices {
  readonly localAs?: number;
  readonly peerAs?: number;
  readonly families?: readonly FamilyId[];
  readonly refresh?: Negotiated['refresh'];
  readonly localAddress?: string;
  readonly send?: Partial<CodecContext>;
  readonly peerRole?: Negotiated['peerRole'];
  readonly linkLocalNexthop?: boolean;
  readonly pathsLimits?: Negotiated['pathsLimits'];
  readonly localLinkLocal?: string;
}

export function session(choices: SessionChoices = {}): RibSession {
  const { localAs = 65000, peerAs = 65000, families = [IPV4_UNICAST, IPV6_UNICAST] } = choices;
  const peering = localAs === peerAs ? 'internal' : 'external';
  const send: CodecContext = { ...SEND, peering, families: new Set(families), ...choices.send };
  return {
    localAddress: address(choices.localAddress ?? '192.0.2.9'),
    ...(choices.localLinkLocal === undefined ? {} : { localLinkLocal: address(choices.localLinkLocal) }),
    negotiated: {
      localAs,
      peerAs,
      localId: ipv4ToNumber(address('10.0.0.1')),
      peerId: 2,
      holdTimeSeconds: 90,
      asn4: send.asn4,
      families,
      refresh: choices.refresh ?? 'normal',
      maxMessageLength: send.maxMessageLength,
      addPath: { send: [...send.addPath], receive: [] },
      pathsLimits: choices.pathsLimits ?? new Map(),
      extendedNextHop: [],
      gracefulRestart: undefined,
      longLived: [],
      peerRole: choices.peerRole,
      linkLocalNexthop: choices.linkLocalNexthop ?? false,
      multisession: false,
      operational: false,
      receive: send,
      send,
    },
  };
}

export const OPTIONS: RibOutOptions = { groupUpdates: true, adjRibOut: true, manualEor: false, aigp: false };

/** The bodies of messages as hexadecimal text, with their types before where they are no UPDATEs. */
export function bodies(messages: readonly Uint8Array[]): string[] {
  return messages.map((message) => {
    const type = message[HEADER_LENGTH - 1];
    return `${type === 2 ? '' : `${type}: `}${toHex(message.subarray(HEADER_LENGTH))}`;
  });
}

/** What a peer holds after these messages, RFC 7313 included: NLRI key to next hop and MED. */
export class PeerTable {
  readonly routes = new Map<string, string>();
  readonly #context: CodecContext;

  constructor(context: CodecContext) {
    this.#context = { ...context, peering: undefined };
  }

  readonly #stale = new Map<string, Set<string>>();

  receive(messages: readonly Uint8Array[]): void {
    for (const message of messages) {
      if (message[HEADER_LENGTH - 1] === 5) this.#refresh(toHex(message.subarray(HEADER_LENGTH)));
      if (message[HEADER_LENGTH - 1] !== 2) continue;
      const update = decodeUpdate(message.subarray(HEADER_LENGTH), this.#context);
      for (const { nlri } of update.withdrawn) for (const each of nlri) this.routes.delete(nlriKey(each));
      for (const { nlri, nextHop } of update.announced) {
        const value = `${toHex(nextHop?.address ?? new Uint8Array())} ${update.attributes.med}`;
        for (const each of nlri) {
          this.routes.set(nlriKey(each), value);
          for (const stale of this.#stale.values()) stale.delete(nlriKey(each));
        }
      }
    }
  }

  #refresh(body: string): void {
    const family = `${Number.parseInt(body.slice(0, 4), 16) * 256 + Number.parseInt(body.slice(6), 16)} `;
    if (body.slice(4, 6) === '01') {
      this.#stale.set(family, new Set([...this.routes.keys()].filter((key) => key.startsWith(family))));
      return;
    }
    for (const key of this.#stale.get(family) ?? []) this.routes.delete(key);
    this.#stale.delete(family);
  }
}

/** The same of routes that a peer should hold. */
export function desired(routes: Iterable<Route>): Map<string, string> {
  const out = new Map<string, string>();
  for (const { nlri, nextHop, attributes } of routes) {
    const hop = nextHop === undefined || nextHop === 'self' ? new Uint8Array() : nextHop.address;
    out.set(nlriKey(nlri), `${toHex(hop)} ${attributes.med}`);
  }
  return out;
}

/** What may happen to a neighbor's routes, beside that they are announced and withdrawn. */
export const TURNS = ['up', 'down', 'take', 'resend', 'clear'] as const;

/** Routes that go out, and the peer that takes them while there is a session. */
export class Neighborhood {
  readonly rib: AdjRibOut;
  readonly #session = session({ refresh: 'enhanced' });
  #peer: PeerTable | undefined;

  constructor(options: RibOutOptions) {
    this.rib = new AdjRibOut(options);
  }

  up(): void {
    if (this.#peer !== undefined) return;
    this.#peer = new PeerTable(this.#session.negotiated.send);
    this.rib.sessionUp(this.#session);
  }

  take(most?: number): void {
    this.#peer?.receive(this.rib.take(most));
  }

  turn(what: (typeof TURNS)[number], most: number, family: FamilyId | undefined): void {
    switch (what) {
      case 'up':
        this.up();
        return;
      case 'down':
        this.rib.sessionDown();
        this.#peer = undefined;
        return;
      case 'take':
        this.take(most);
        return;
      case 'resend':
        this.rib.resend(family);
        return;
      case 'clear':
        this.rib.clear();
        return;
    }
  }

  /** What the peer has once nothing waits for it any more. */
  settled(): Map<string, string> {
    this.up();
    while (this.rib.pending > 0) this.take();
    return this.#peer?.routes ?? new Map();
  }
}
