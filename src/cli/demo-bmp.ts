import type { Attributes } from '../bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { IPV4_UNICAST } from '../bgp/family.ts';
import { encodeOpen } from '../bgp/open.ts';
import { makeOpenFor } from '../bgp/open-layout.ts';
import { encodeUpdates } from '../bgp/update.ts';
import { encodeBmp } from '../bmp/index.ts';
import { SYS_DESCR, SYS_NAME } from '../bmp/initiation.ts';
import type { PerPeerHeader } from '../bmp/messages.ts';
import { ipv4ToNumber, parseAddress } from '../wire/address.ts';
import { parsePrefix } from '../wire/prefix.ts';
import { octetsOfText } from '../wire/text.ts';

interface Step {
  readonly what: string;
  readonly octets: Uint8Array;
  readonly waitMs: number;
}

const PEER = octetsOf('198.51.100.7');
const ROUTER = octetsOf('198.51.100.1');
const PEER_AS = 65010;
const ROUTER_AS = 65020;

function octetsOf(text: string): Uint8Array {
  return parseAddress(text) ?? new Uint8Array(4);
}

/** What a router that monitors one peer tells a station: who it is, the peer, and routes that come and go. */
export function* demoBmpStream(): Generator<Step, void, void> {
  yield { what: 'Initiation of a router called edge1', octets: initiation(), waitMs: 200 };
  yield { what: 'Peer Up: its neighbor 198.51.100.7, AS 65010', octets: peerUp(), waitMs: 200 };
  for (let n = 0; ; n = (n + 1) % 250) {
    const prefix = `203.0.113.${n}/32`;
    yield { what: `Route Monitoring: ${prefix} announced`, octets: route(prefix, true), waitMs: 2500 };
    yield { what: `Route Monitoring: ${prefix} withdrawn`, octets: route(prefix, false), waitMs: 2500 };
  }
}

function header(): PerPeerHeader {
  return {
    type: 0,
    flags: 0,
    distinguisher: new Uint8Array(8),
    address: PEER,
    as: PEER_AS,
    id: ipv4ToNumber(PEER),
    timestamp: Math.floor(Date.now() / 1000),
  };
}

function initiation(): Uint8Array {
  const text = (type: number, word: string, value: string) => ({ type, word, value: octetsOfText(value) });
  return encodeBmp({
    type: 'initiation',
    initiation: {
      tlvs: [
        text(SYS_DESCR, 'sys-descr', 'a router of the Peerline quick start'),
        text(SYS_NAME, 'sys-name', 'edge1'),
      ],
    },
  });
}

function open(as: number, address: Uint8Array) {
  return makeOpenFor({
    as,
    holdTimeSeconds: 90,
    routerId: ipv4ToNumber(address),
    families: [IPV4_UNICAST],
    asn4: true,
    nexthops: undefined,
    addPath: [],
    routeRefresh: true,
    operational: false,
    extendedMessage: false,
    linkLocalNexthop: false,
    multiSession: false,
  });
}

function peerUp(): Uint8Array {
  const sent = open(ROUTER_AS, ROUTER);
  const received = open(PEER_AS, PEER);
  return encodeBmp({
    type: 'peer-up',
    peer: header(),
    up: {
      localAddress: ROUTER,
      localPort: 179,
      remotePort: 40_179,
      sent,
      received,
      sentOctets: encodeOpen(sent),
      receivedOctets: encodeOpen(received),
      tlvs: [],
    },
  });
}

function route(prefix: string, announced: boolean): Uint8Array {
  const nlri = [{ family: IPV4_UNICAST, value: parsePrefix(prefix) }];
  const attributes: Attributes = { origin: 'igp', asPath: [{ type: 'sequence', asns: [PEER_AS, 64_999] }] };
  const update = announced
    ? { attributes, announced: { family: IPV4_UNICAST, nextHop: { address: PEER }, nlri } }
    : { attributes: {}, withdrawn: { family: IPV4_UNICAST, nlri } };
  const [octets = new Uint8Array(0)] = encodeUpdates(update, DEFAULT_CONTEXT);
  return encodeBmp({ type: 'route-monitoring', peer: header(), update: octets, trailing: 0 });
}
