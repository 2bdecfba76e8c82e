import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { AFI, familyId, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import type { ApiVersion } from '../../src/bgp/json.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import type { Negotiated } from '../../src/bgp/negotiated.ts';
import type { Update } from '../../src/bgp/update.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { BmpOrigin, Direction, Event, Neighbor } from '../../src/events/event.ts';
import type { RenderOptions } from '../../src/events/options.ts';
import { fromHex } from '../../src/wire/hex.ts';

export const IDENTITY = { host: 'vm', pid: 27341, ppid: 27285 };
export const TIME_MS = 1795382032062.069;
export const PLAIN = { form: 'parsed', negotiated: false } as const;

export function neighbor(): Neighbor {
  return {
    localAddress: '127.0.0.1',
    peerAddress: '127.0.0.1',
    localAs: 65000,
    peerAs: 65001,
    routerId: '10.0.0.1',
    counter: { value: 0 },
  };
}

export const MARKER = 'FF'.repeat(16);

/** A whole message in hexadecimal; blanks in its body do not count. */
export function framed(type: number, body: string): string {
  const bare = body.replace(/\s/g, '');
  const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0').toUpperCase();
  return `${MARKER}${hex(19 + bare.length / 2, 4)}${hex(type, 2)}${bare}`;
}

// biome-ignore lint/suspicious/noExplicitAny: what JSON.parse returns
export type Parsed = any;

/** The line of JSON of an event, parsed. */
export function told(event: Event, version: ApiVersion, options: RenderOptions = PLAIN): Parsed {
  return JSON.parse(encoderFor('json', version, IDENTITY).encode(event, options) ?? '');
}

export function octets(hex: string): Uint8Array {
  const found = fromHex(hex.replace(/\s/g, ''));
  if (found === undefined) throw new Error(`no octets: ${hex}`);
  return found;
}

export const NEGOTIATED: Negotiated = {
  localAs: 65000,
  peerAs: 65001,
  localId: 0x0a000001,
  peerId: 0x0a000002,
  holdTimeSeconds: 90,
  asn4: true,
  families: [IPV4_UNICAST, IPV6_UNICAST],
  refresh: 'normal',
  maxMessageLength: 4096,
  addPath: { send: [], receive: [IPV4_UNICAST] },
  pathsLimits: new Map(),
  extendedNextHop: [{ family: familyId(AFI.ipv4, SAFI.unicast), nextHopAfi: AFI.ipv6 }],
  gracefulRestart: undefined,
  longLived: [],
  peerRole: undefined,
  linkLocalNexthop: false,
  multisession: false,
  operational: true,
  receive: DEFAULT_CONTEXT,
  send: DEFAULT_CONTEXT,
};

export const NEGOTIATED_JSON = {
  message_size: 4096,
  hold_time: 90,
  asn4: true,
  multisession: false,
  operational: true,
  refresh: 'normal',
  families: ['ipv4 unicast', 'ipv6 unicast'],
  nexthop: ['ipv4 unicast ipv6'],
  add_path: { send: [], receive: ['ipv4 unicast'] },
};

export interface MessageOptions {
  readonly direction?: Direction;
  readonly negotiated?: Negotiated;
  readonly context?: CodecContext;
  readonly bmp?: BmpOrigin;
}

/** The event of a BGP message: `body` are the digits of what follows marker and length. */
export function messageEvent(hex: string, options: MessageOptions = {}): Event {
  const { direction = 'receive', negotiated, context = DEFAULT_CONTEXT, bmp } = options;
  const bytes = octets(hex);
  const common = {
    neighbor: neighbor(),
    timeMs: TIME_MS,
    direction,
    octets: bytes,
    negotiated,
    ...(bmp === undefined ? {} : { bmp }),
  };
  const message = decodeMessage(bytes, context);
  switch (message.type) {
    case 'route-refresh':
      return { ...common, type: 'refresh', refresh: message.refresh };
    default:
      return { ...common, ...message };
  }
}

/** An update event made of values. */
export function updateEvent(update: Partial<Update>): Event {
  return {
    type: 'update',
    neighbor: neighbor(),
    timeMs: TIME_MS,
    direction: 'receive',
    octets: octets(`${MARKER}001702 00000000`),
    negotiated: undefined,
    update: {
      attributes: {},
      announced: [],
      withdrawn: [],
      endOfRib: undefined,
      malformed: [],
      action: undefined,
      ...update,
    },
  };
}

export const BMP_ORIGIN: BmpOrigin = {
  router: '192.0.2.1:50001',
  routerName: 'r1',
  peerType: 'rd',
  distinguisher: '65000:1',
  peerId: '10.0.0.9',
  view: 'adj-rib-in-pre-policy',
  timestamp: 1795382000.5,
};
