import { formatAddress, parseAddress } from './address.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** An address of 4 or 16 octets, host bits zero, and how many leading bits count. */
export interface Prefix {
  readonly address: Uint8Array;
  readonly length: number;
}

/** Prefix octets hold host bits beyond the prefix length, or the length is more than the address has. */
export class PrefixError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'PrefixError';
  }
}

/**
 * One prefix in NLRI form, RFC 4271 section 4.3: a length in bits, then as many octets as those need.
 * Bits beyond the length are ignored, as the RFC has it, and read as zero.
 * @param octets 4 for IPv4, 16 for IPv6
 * @throws PrefixError when the length is more than the address has
 */
export function readPrefix(r: Reader, octets: 4 | 16): Prefix {
  const length = r.u8();
  return { length, address: readPrefixAddress(r, length, octets) };
}

/** The octets of a prefix whose length in bits was read before. */
export function readPrefixAddress(r: Reader, length: number, octets: 4 | 16): Uint8Array {
  if (length > octets * 8) throw new PrefixError(`prefix length ${length} is more than ${octets * 8}`);
  const address = new Uint8Array(octets);
  address.set(r.octets(octetsOf(length)));
  return masked(address, length);
}

export function writePrefix(w: Writer, prefix: Prefix): void {
  w.u8(prefix.length, 'prefix length');
  w.firstOctets(prefix.address, octetsOf(prefix.length));
}

/** How many octets hold `bits` bits. */
export function octetsOf(bits: number): number {
  return (bits + 7) >> 3;
}

/** The first octets of an IPv4 address as a number: as many as `bits` need, zeros for the rest. */
export function leadingOctets(octets: Uint8Array, at: number, bits: number): number {
  if (bits === 0) return 0;
  let value = (octets[at] as number) << 24;
  if (bits > 8) value |= (octets[at + 1] as number) << 16;
  if (bits > 16) value |= (octets[at + 2] as number) << 8;
  if (bits > 24) value |= octets[at + 3] as number;
  return value;
}

/** Clears the bits of `address` after the first `length`, in place, and returns it. */
export function masked(address: Uint8Array, length: number): Uint8Array {
  const last = length >> 3;
  if (last < address.length) {
    address[last] = (address[last] as number) & (0xff00 >> (length & 7)) & 0xff;
    address.fill(0, last + 1);
  }
  return address;
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** An IPv4 prefix as a number: ascending by address, then by length. */
export function prefixNumber({ address, length }: Prefix): number {
  const last = ((address[1] as number) << 16) | ((address[2] as number) << 8) | (address[3] as number);
  return ((address[0] as number) * 0x1000000 + last) * 64 + length;
}

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const SLASH = 0x2f;

/**
 * The IPv4 prefix that is all of `text` from `from` up to `to`, in its usual form and with its length: what most
 * routes have. Undefined for all else, `parsePrefix` says what of that is a prefix too.
 */
export function ipv4PrefixAt(text: string, from: number, to: number): Prefix | undefined {
  const address = new Uint8Array(4);
  let at = from;
  let octet = 0;
  for (;;) {
    let value = 0;
    const start = at;
    let code = text.charCodeAt(at);
    for (; at < to && code >= ZERO && code <= NINE; code = text.charCodeAt(++at))
      value = value * 10 + code - ZERO;
    const digits = at - start;
    if (digits === 0 || digits > 3 || (digits > 1 && text.charCodeAt(start) === ZERO)) return undefined;
    if (octet === 4) return at === to && value <= 32 ? networkOf(address, value) : undefined;
    if (value > 255 || at >= to || code !== (octet === 3 ? SLASH : DOT)) return undefined;
    address[octet++] = value;
    at++;
  }
}

/** Undefined: bits are set behind the length. */
function networkOf(address: Uint8Array, length: number): Prefix | undefined {
  const all =
    ((address[0] as number) << 24) |
    ((address[1] as number) << 16) |
    ((address[2] as number) << 8) |
    (address[3] as number);
  const hostBits = length === 32 ? 0 : all & (length === 0 ? -1 : 0xffffffff >>> length);
  return hostBits === 0 ? { address, length } : undefined;
}

/**
 * A prefix in text; without a length it is a host's.
 * @throws PrefixError naming what is wrong: address, length or host bits
 */
export function parsePrefix(text: string): Prefix {
  const usual = ipv4PrefixAt(text, 0, text.length);
  if (usual !== undefined) return usual;
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) throw new PrefixError(`'${text}' is not an IPv4 or IPv6 prefix`);
  const bits = address.length * 8;
  const digits = slash < 0 ? String(bits) : text.slice(slash + 1);
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(length <= bits)) throw new PrefixError(`'${digits}' is not a prefix length from 0 to ${bits}`);
  const network = masked(address.slice(), length);
  if (network.some((octet, i) => octet !== address[i])) {
    throw new PrefixError(`'${text}' has host bits set (its network is ${formatAddress(network)}/${length})`);
  }
  return { address, length };
}

/** Whether the first `prefix.length` bits of `address` are the prefix's. */
export function prefixContains(prefix: Prefix, address: Uint8Array): boolean {
  if (prefix.address.length !== address.length) return false;
  const network = masked(address.slice(), prefix.length);
  return network.every((octet, i) => octet === prefix.address[i]);
}
