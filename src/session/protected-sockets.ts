import { type Server, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Prefix } from '../wire/prefix.ts';
import type { Native, SocketOption } from './native.ts';
import {
  aoOption,
  aoRemoval,
  bindAddress,
  interfaceOption,
  listenerOptions,
  md5Option,
  minimumTtlOption,
  type Protection,
  ttlOption,
} from './socket-options.ts';

/** Whose connections are protected how: one neighbor, or a range of them. */
export interface ProtectedPeer {
  readonly peer: Prefix;
  readonly protection: Protection;
}

/** The peer of a connection as a prefix of full length. */
function hostPrefix(address: Uint8Array): Prefix {
  return { address, length: address.length * 8 };
}

/**
 * Starts a TCP connection with these options set before its first segment. What goes wrong comes as the
 * socket's `error` and `close`, as with Node's own.
 */
export function connectProtected(
  native: Native,
  to: {
    readonly peer: Uint8Array;
    readonly host: string;
    readonly port: number;
    readonly localAddress: string | undefined;
    readonly protection: Protection;
  },
): Socket {
  const family = to.peer.length === 4 ? 4 : 6;
  let descriptor: number | undefined;
  try {
    descriptor = native.socket(family);
    const options = outgoingOptions(family, hostPrefix(to.peer), to.protection);
    for (const option of options) native.setOption(descriptor, option);
  } catch (err) {
    if (descriptor !== undefined) native.close(descriptor);
    return new Socket().destroy(err as Error);
  }
  const from = to.localAddress === undefined ? {} : { localAddress: to.localAddress };
  return new Socket({ fd: descriptor }).connect({ host: to.host, port: to.port, ...from });
}

function outgoingOptions(family: 4 | 6, peer: Prefix, p: Protection): SocketOption[] {
  return [
    ...(p.md5 === undefined ? [] : [md5Option(peer, p.md5)]),
    ...(p.tcpAo === undefined ? [] : [aoOption(peer, p.tcpAo, true)]),
    ...(p.sourceInterface === undefined ? [] : [interfaceOption(p.sourceInterface)]),
    ...ttlOptions(family, p),
  ];
}

function ttlOptions(family: 4 | 6, { ttl, minimumTtl }: Protection): SocketOption[] {
  const sent = ttl ?? minimumTtl;
  return [
    ...(sent === undefined ? [] : [ttlOption(family, sent)]),
    ...(minimumTtl === undefined ? [] : [minimumTtlOption(family, minimumTtl)]),
  ];
}

/** The TTLs of a connection that the peer opened: its listener may serve others, with other ones. */
export function confineAccepted(native: Native, socket: Socket, protection: Protection): void {
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined) return;
  const family = socket.remoteFamily === 'IPv6' ? 6 : 4;
  for (const option of ttlOptions(family, protection)) native.setOption(descriptor, option);
}

/** Node tells nobody the descriptor of a socket that it accepted. */
function descriptorOf(socket: Socket | Server): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: number } };
  return handle?.fd;
}

/** What a system sends where nobody says otherwise. */
const USUAL_TTL = 64;

/** The number of an interface; 0, which bind(2) refuses for a link-local address, where there is none of the name. */
function scopeOf(zone: string | undefined): number {
  const addresses = zone === undefined ? [] : (networkInterfaces()[zone] ?? []);
  return Math.max(0, ...addresses.map((each) => ('scopeid' in each ? (each.scopeid ?? 0) : 0)));
}

/** A listening socket of our own, whose options are right before the first connection comes. */
export class ProtectedListener {
  readonly descriptor: number;
  readonly #native: Native;
  readonly #family: 4 | 6;
  #peers: readonly ProtectedPeer[] = [];

  /** @throws SystemCallError */
  constructor(
    native: Native,
    endpoint: { readonly address: string; readonly port: number },
    peers: readonly ProtectedPeer[],
  ) {
    this.#native = native;
    this.#family = endpoint.address.includes(':') ? 6 : 4;
    this.descriptor = native.socket(this.#family);
    try {
      for (const option of listenerOptions(this.#family)) native.setOption(this.descriptor, option);
      this.protect(peers);
      const [address = '', zone] = endpoint.address.split('%');
      native.bind(this.descriptor, bindAddress(address, endpoint.port, scopeOf(zone)));
    } catch (err) {
      native.close(this.descriptor);
      throw err;
    }
  }

  /** Goes from the keys that are set to those of `peers`. @throws SystemCallError */
  protect(peers: readonly ProtectedPeer[]): void {
    const before = keysOf(this.#peers);
    const wanted = keysOf(peers);
    this.#peers = peers;
    for (const [key, { remove }] of before) if (!wanted.has(key)) this.#set(remove);
    for (const [key, { add, same }] of wanted) {
      const old = before.get(key);
      if (old !== undefined && same(old.protection)) continue;
      if (old !== undefined && old.protection.tcpAo !== undefined) this.#set(old.remove);
      this.#set(add);
    }
    for (const option of sharedTtl(this.#family, peers)) this.#set(option);
  }

  #set(option: SocketOption): void {
    this.#native.setOption(this.descriptor, option);
  }
}

interface ListenerKey {
  readonly protection: Protection;
  readonly add: SocketOption;
  readonly remove: SocketOption;
  same(other: Protection): boolean;
}

/** The kernel has one key of each kind for one prefix: the first neighbor's. */
function keysOf(peers: readonly ProtectedPeer[]): Map<string, ListenerKey> {
  const keys = new Map<string, ListenerKey>();
  for (const { peer, protection } of peers) {
    const { md5, tcpAo } = protection;
    const where = `${peer.address.join('.')}/${peer.length}`;
    if (md5 !== undefined && !keys.has(`md5 ${where}`)) {
      keys.set(`md5 ${where}`, {
        protection,
        add: md5Option(peer, md5),
        remove: md5Option(peer, undefined),
        same: (other) => other.md5?.equals(md5) ?? false,
      });
    }
    if (tcpAo !== undefined && !keys.has(`ao ${where}`)) {
      keys.set(`ao ${where}`, {
        protection,
        add: aoOption(peer, tcpAo, false),
        remove: aoRemoval(peer, tcpAo),
        same: ({ tcpAo: other }) =>
          other !== undefined &&
          other.keyId === tcpAo.keyId &&
          other.algorithm === tcpAo.algorithm &&
          other.key.equals(tcpAo.key),
      });
    }
  }
  return keys;
}

/**
 * TTLs of the handshake, which is the listener's: the lowest least TTL that a neighbor has, and the highest
 * that one needs to be sent.
 */
function sharedTtl(family: 4 | 6, peers: readonly ProtectedPeer[]): SocketOption[] {
  const least = Math.min(...peers.map(({ protection }) => protection.minimumTtl ?? 0));
  const sent = Math.max(...peers.map(({ protection: p }) => p.ttl ?? p.minimumTtl ?? USUAL_TTL));
  if (peers.length === 0) return [];
  return [minimumTtlOption(family, least), ttlOption(family, sent)];
}
