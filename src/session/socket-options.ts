import { parseAddress } from '../wire/address.ts';
import type { Prefix } from '../wire/prefix.ts';
import type { Secret } from '../wire/secret.ts';
import { ADDRESS_FAMILY, type SocketOption } from './native.ts';

/** Algorithms of TCP-AO, RFC 5926 and its successors: our words, and the kernel's names. */
export const AO_ALGORITHMS = {
  'hmac-sha-1-96': 'hmac(sha1)',
  'aes-128-cmac-96': 'cmac(aes128)',
  'hmac-sha-256': 'hmac(sha256)',
} as const;
export type AoAlgorithm = keyof typeof AO_ALGORITHMS;

export interface AoKey {
  /** Both the send id and the receive id. */
  readonly keyId: number;
  readonly algorithm: AoAlgorithm;
  readonly key: Secret;
}

/** What protects the TCP connections with one neighbor, beyond what Node can set. All optional. */
export interface Protection {
  /** RFC 2385; at most 80 octets. */
  readonly md5?: Secret | undefined;
  /** RFC 5925; at most 80 octets. */
  readonly tcpAo?: AoKey | undefined;
  /** TTL or hop limit of what we send. */
  readonly ttl?: number | undefined;
  /** Segments with a lower one are dropped, RFC 5082. */
  readonly minimumTtl?: number | undefined;
  /** Outgoing connections leave by this interface. */
  readonly sourceInterface?: string | undefined;
}

/** The keywords that make it necessary, for messages; empty: Node's own sockets do. */
export function protectionWords(p: Protection): readonly string[] {
  const words = {
    'md5-password': p.md5,
    'tcp-ao': p.tcpAo,
    'outgoing-ttl': p.ttl,
    'incoming-ttl': p.minimumTtl,
    'source-interface': p.sourceInterface,
  };
  return Object.entries(words).flatMap(([word, value]) => (value === undefined ? [] : [word]));
}

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_BINDTODEVICE = 25;
const IPPROTO_TCP = 6;
const TCP_MD5SIG = 14;
const TCP_MD5SIG_EXT = 32;
const TCP_AO_ADD_KEY = 38;
const TCP_AO_DEL_KEY = 39;
const IPV6_V6ONLY = 26;
/** Level and option numbers of IPv4 and IPv6. */
const IP = { 4: { level: 0, ttl: 2, minimum: 21 }, 6: { level: 41, ttl: 16, minimum: 73 } } as const;

/** The longest key of TCP MD5 and TCP-AO that the system takes. */
export const LONGEST_KEY = 80;

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function familyOf(address: Uint8Array): 4 | 6 {
  return address.length === 4 ? 4 : 6;
}

/** A sockaddr_in or sockaddr_in6, at the beginning of `length` octets. */
function sockaddr(address: Uint8Array, port: number, length: number, scope = 0): Uint8Array {
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  view.setUint16(0, ADDRESS_FAMILY[familyOf(address)], LITTLE_ENDIAN);
  view.setUint16(2, port);
  octets.set(address, address.length === 4 ? 4 : 8);
  if (scope !== 0) view.setUint32(24, scope, LITTLE_ENDIAN);
  return octets;
}

/** For bind(2). A link-local address needs the number of its interface. @throws RangeError when it is no address */
export function bindAddress(address: string, port: number, scope = 0): Uint8Array {
  const octets = parseAddress(address);
  if (octets === undefined) throw new RangeError(`${address} is no address`);
  return sockaddr(octets, port, octets.length === 4 ? 16 : 28, scope);
}

const STORAGE = 128;

/** struct tcp_md5sig. Without key: the key of this peer is taken away. */
export function md5Option(peer: Prefix, key: Secret | undefined): SocketOption {
  const value = new Uint8Array(STORAGE + 8 + LONGEST_KEY);
  value.set(sockaddr(peer.address, 0, STORAGE));
  const view = new DataView(value.buffer);
  const whole = peer.length === peer.address.length * 8;
  if (!whole) value.set([1, peer.length], STORAGE); // TCP_MD5SIG_FLAG_PREFIX
  const octets = key?.reveal() ?? new Uint8Array(0);
  view.setUint16(STORAGE + 2, octets.length, LITTLE_ENDIAN);
  value.set(octets, STORAGE + 8);
  return {
    level: IPPROTO_TCP,
    name: whole ? TCP_MD5SIG : TCP_MD5SIG_EXT,
    value,
    what: 'TCP MD5 key',
  };
}

/** The code's length of every algorithm here, in octets: RFC 5926's 96 bits. */
const MAC_LENGTH = 12;
const ALGORITHM_AT = STORAGE;
const FLAGS_AT = STORAGE + 64 + 4;
const FIELDS_AT = FLAGS_AT + 4 + 2;

/** struct tcp_ao_add; `current`: used at once, which only a socket that does not listen can. */
export function aoOption(peer: Prefix, ao: AoKey, current: boolean): SocketOption {
  const value = new Uint8Array(FIELDS_AT + 6 + LONGEST_KEY);
  const key = ao.key.reveal();
  value.set(sockaddr(peer.address, 0, STORAGE));
  value.set(new TextEncoder().encode(AO_ALGORITHMS[ao.algorithm]), ALGORITHM_AT);
  new DataView(value.buffer).setUint32(FLAGS_AT, current ? 3 : 0, LITTLE_ENDIAN);
  value.set([peer.length, ao.keyId, ao.keyId, MAC_LENGTH, 0, key.length], FIELDS_AT);
  value.set(key, FIELDS_AT + 6);
  return { level: IPPROTO_TCP, name: TCP_AO_ADD_KEY, value, what: 'TCP-AO key' };
}

/** struct tcp_ao_del. */
export function aoRemoval(peer: Prefix, ao: AoKey): SocketOption {
  const value = new Uint8Array(STORAGE + 16);
  value.set(sockaddr(peer.address, 0, STORAGE));
  // ifindex, flags, reserved; then prefix, ids, current and next key, key flags
  value.set([peer.length, ao.keyId, ao.keyId], STORAGE + 10);
  return { level: IPPROTO_TCP, name: TCP_AO_DEL_KEY, value, what: 'TCP-AO key' };
}

function number(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

export function ttlOption(family: 4 | 6, ttl: number): SocketOption {
  return { level: IP[family].level, name: IP[family].ttl, value: number(ttl), what: `TTL ${ttl}` };
}

/** 0 takes it back. */
export function minimumTtlOption(family: 4 | 6, ttl: number): SocketOption {
  const { level, minimum } = IP[family];
  return { level, name: minimum, value: number(ttl), what: `least TTL of ${ttl}` };
}

export function interfaceOption(name: string): SocketOption {
  const value = new TextEncoder().encode(`${name}\0`);
  return { level: SOL_SOCKET, name: SO_BINDTODEVICE, value, what: `interface ${name}` };
}

/** What Node sets on the listeners that it opens. */
export function listenerOptions(family: 4 | 6): readonly SocketOption[] {
  const reuse = { level: SOL_SOCKET, name: SO_REUSEADDR, value: number(1), what: 'SO_REUSEADDR' };
  const only = { level: IP[6].level, name: IPV6_V6ONLY, value: number(1), what: 'IPV6_V6ONLY' };
  return family === 4 ? [reuse] : [reuse, only];
}
