import { isIPv4, isIPv6 } from 'node:net';

/** An address or network as it is announced: `text` is `ADDRESS/BITS`. */
export interface Network {
  readonly text: string;
  readonly version: 4 | 6;
  readonly prefixBits: number;
  /** The interface of `--ip-ifname`; the loopback when absent. */
  readonly interface?: string;
}

/** More than this is a mistake, not a list of service addresses. */
const MAX_HOSTS = 65_536;

const WIDTH = { 4: 32, 6: 128 } as const;

/** `ADDRESS` or `ADDRESS/BITS`, without host bits. @throws RangeError that says what is wrong */
export function parseNetwork(text: string): Network {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : undefined;
  if (version === undefined || rest.length > 0) throw new RangeError('not an IP address or network');
  const prefixBits = bits === undefined ? WIDTH[version] : Number(bits);
  if ((bits !== undefined && !/^\d{1,3}$/.test(bits)) || prefixBits > WIDTH[version])
    throw new RangeError(`a prefix length is 0-${WIDTH[version]}`);
  const hostBits = BigInt(WIDTH[version] - prefixBits);
  if (toNumber(address, version) & ((1n << hostBits) - 1n)) throw new RangeError('it has host bits set');
  return { text: `${address.toLowerCase()}/${prefixBits}`, version, prefixBits };
}

export function isHost({ version, prefixBits }: Network): boolean {
  return prefixBits === WIDTH[version];
}

/** One network per address, first to last. @throws RangeError when there are too many */
export function hostsOf(network: Network): Network[] {
  if (isHost(network)) return [network];
  const { version, prefixBits, text, ...rest } = network;
  const hostBits = WIDTH[version] - prefixBits;
  const count = hostBits > 16 ? Number.POSITIVE_INFINITY : 2 ** hostBits;
  if (count > MAX_HOSTS) throw new RangeError(`${text} has more than ${MAX_HOSTS} addresses`);
  const first = toNumber(text.slice(0, text.indexOf('/')), version);
  return Array.from({ length: count }, (_, i) => ({
    ...rest,
    text: `${fromNumber(first + BigInt(i), version)}/${WIDTH[version]}`,
    version,
    prefixBits: WIDTH[version],
  }));
}

/** Whether two spellings mean the same. */
export function sameNetwork(a: Network, b: Network): boolean {
  if (a.version !== b.version || a.prefixBits !== b.prefixBits) return false;
  return numberOf(a) === numberOf(b);
}

function numberOf({ text, version }: Network): bigint {
  return toNumber(text.slice(0, text.indexOf('/')), version);
}

function toNumber(address: string, version: 4 | 6): bigint {
  if (version === 4) return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [head = '', tail] = withoutDots(address).split('::');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array<bigint>(zeros).fill(0n), ...after];
  return all.reduce((sum, group) => (sum << 16n) | group, 0n);
}

function groups(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withoutDots(address: string): string {
  if (!address.includes('.')) return address;
  const start = address.lastIndexOf(':') + 1;
  const low = toNumber(address.slice(start), 4);
  return `${address.slice(0, start)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
}

function fromNumber(value: bigint, version: 4 | 6): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const all = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return shortest(all);
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`. */
function shortest(all: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < all.length; start++) {
    let length = 0;
    while (all[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return all.join(':');
  return `${all.slice(0, best.start).join(':')}::${all.slice(best.start + best.length).join(':')}`;
}
