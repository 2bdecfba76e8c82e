import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { encodeOpen, makeOpen, type Open } from '../../src/bgp/open.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import type { BmpMessage, BmpPeerUp, PerPeerHeader } from '../../src/bmp/messages.ts';
import type { AddPathMode } from '../../src/bmp/reading.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import type { Event } from '../../src/events/event.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { octetsOfText } from '../../src/wire/text.ts';

export function address(text: string): Uint8Array {
  const octets = parseAddress(text);
  if (octets === undefined) throw new RangeError(text);
  return octets;
}

export function header(fields: Partial<PerPeerHeader> = {}): PerPeerHeader {
  return {
    type: 0,
    flags: 0,
    distinguisher: new Uint8Array(8),
    address: address('198.51.100.1'),
    as: 65002,
    id: 0xc6336401,
    timestamp: 1700000000.25,
    ...fields,
  };
}

/** An OPEN with IPv4 and IPv6 unicast, four-octet AS and an ADD-PATH mode for IPv4 unicast. */
export function open(as: number, addPath = 0): Open {
  return makeOpen({
    as,
    holdTimeSeconds: 90,
    routerId: 0xc0000201,
    capabilityTlvs: [
      { key: 'multiprotocol', code: 1, value: [IPV4_UNICAST] },
      { key: 'multiprotocol', code: 1, value: [IPV6_UNICAST] },
      { key: 'asn4', code: 65, value: as },
      ...(addPath === 0
        ? []
        : [{ key: 'addPath' as const, code: 69, value: [{ family: IPV4_UNICAST, mode: addPath }] }]),
    ],
  });
}

export function peerUp(
  fields: Partial<BmpPeerUp> = {},
  modes: readonly [number, number] = [0, 0],
): BmpPeerUp {
  const sentOctets = encodeOpen(open(65001, modes[0]));
  const receivedOctets = encodeOpen(open(65002, modes[1]));
  return {
    localAddress: address('192.0.2.1'),
    localPort: 179,
    remotePort: 40000,
    sent: undefined,
    received: undefined,
    sentOctets,
    receivedOctets,
    tlvs: [],
    ...fields,
  };
}

/** An UPDATE that announces prefixes; with `ids` each has a path identifier. */
export function update(
  prefixes: readonly string[],
  options: { ids?: boolean; asn4?: boolean; asns?: readonly number[] } = {},
): Uint8Array {
  const context: CodecContext = {
    ...DEFAULT_CONTEXT,
    asn4: options.asn4 ?? true,
    addPath: new Set(options.ids === true ? [IPV4_UNICAST] : []),
  };
  const nlri = prefixes.map((text, i) => ({
    family: IPV4_UNICAST,
    value: parsePrefix(text),
    ...(options.ids === true ? { pathId: i + 1 } : {}),
  }));
  const asPath = [{ type: 'sequence' as const, asns: options.asns ?? [65002, 65003] }];
  const nextHop = { address: address('198.51.100.1') };
  const [octets] = encodeUpdates(
    { attributes: { origin: 'igp', asPath }, announced: { family: IPV4_UNICAST, nextHop, nlri } },
    context,
  );
  if (octets === undefined) throw new RangeError('no UPDATE');
  return octets;
}

export function monitoring(octets: Uint8Array, fields: Partial<PerPeerHeader> = {}): BmpMessage {
  return { type: 'route-monitoring', peer: header(fields), update: octets, trailing: 0 };
}

export function initiation(name: string): BmpMessage {
  const tlv = (type: number, word: string, text: string) => ({ type, word, value: octetsOfText(text), text });
  return {
    type: 'initiation',
    initiation: { tlvs: [tlv(2, 'sys-name', name), tlv(1, 'sys-descr', 'a router')] },
  };
}

/** A router and the events that it gave. */
export function router(maximumPeers?: number, addPath?: AddPathMode): { router: BmpRouter; events: Event[] } {
  const events: Event[] = [];
  const made = new BmpRouter({
    router: '203.0.113.9:40001',
    now: () => 1000,
    emit: (event) => events.push(event),
    maximumPeers,
    addPath,
  });
  return { router: made, events };
}

/** `update receive 10.0.0.0/8`: an event in short. */
export function short(event: Event): string {
  if (event.type === 'bmp') return `bmp ${event.message}`;
  if (event.type === 'state')
    return `state ${event.state}${event.state === 'down' ? `: ${event.reason}` : ''}`;
  if (event.type !== 'update') return 'direction' in event ? `${event.type} ${event.direction}` : event.type;
  const routes = event.update.announced.flatMap(({ nlri }) =>
    nlri.map(({ pathId, value }) => {
      const prefix = value as { address: Uint8Array; length: number };
      return `${prefix.address.join('.')}/${prefix.length}${pathId === undefined ? '' : ` id ${pathId}`}`;
    }),
  );
  return ['update', event.direction, ...routes].join(' ');
}
