import { u16 } from './link.ts';

/** What one IP packet, or the fragments of one, carried to the next protocol. */
export interface Datagram {
  /** Four octets or sixteen. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

interface Piece extends Datagram {
  /** Which packet it is a fragment of; undefined: it is whole. */
  readonly fragment?: { readonly id: string; readonly at: number; readonly more: boolean };
}

interface Waiting {
  readonly pieces: Map<number, Piece>;
  /** Octets of all of them. */
  octets: number;
  /** Octets of the whole, once its last fragment is there. */
  end: number | undefined;
}

/** Packets whose fragments are waited for at once: the oldest is given up first. */
const MOST_WAITING = 64;
/** Extension headers of IPv6 that another header follows: hop by hop, routing, fragment, destination, mobility, HIP, shim6. */
const EXTENSIONS = [0, 43, 44, 60, 135, 139, 140];
const FRAGMENT_HEADER = 44;

/** Puts together what was sent in fragments (RFC 791 section 3.2, RFC 8200 section 4.5). */
export class Datagrams {
  readonly #waiting = new Map<string, Waiting>();

  /** What an IP packet brings; undefined: nothing, or nothing whole yet. */
  of(ip: Uint8Array): Datagram | undefined {
    const piece = pieceOf(ip);
    return piece?.fragment === undefined ? piece : this.#gather(piece, piece.fragment);
  }

  #gather(piece: Piece, { id, at, more }: NonNullable<Piece['fragment']>): Datagram | undefined {
    const waiting = this.#waiting.get(id) ?? { pieces: new Map<number, Piece>(), octets: 0, end: undefined };
    this.#waiting.set(id, waiting);
    waiting.pieces.set(at, piece);
    waiting.octets += piece.payload.length;
    if (!more) waiting.end = at + piece.payload.length;
    const payload = joinedPieces(waiting);
    if (payload !== undefined) {
      this.#waiting.delete(id);
      return { ...piece, payload };
    }
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MOST_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
    return undefined;
  }
}

/** Undefined while something lacks. */
function joinedPieces({ pieces, octets, end }: Waiting): Uint8Array | undefined {
  if (end === undefined || octets < end) return undefined;
  const whole = new Uint8Array(end);
  let have = 0;
  for (const [at, { payload }] of [...pieces].sort(([a], [b]) => a - b)) {
    if (at > have) return undefined;
    whole.set(payload.subarray(0, Math.max(end - at, 0)), Math.min(at, end));
    have = Math.max(have, at + payload.length);
  }
  return have >= end ? whole : undefined;
}

function pieceOf(ip: Uint8Array): Piece | undefined {
  const version = (ip[0] ?? 0) >> 4;
  if (version === 4 && ip.length >= 20) return ipv4Piece(ip);
  return version === 6 && ip.length >= 40 ? ipv6Piece(ip) : undefined;
}

function ipv4Piece(ip: Uint8Array): Piece {
  const header = ((ip[0] as number) & 15) * 4;
  // small frames are filled up behind the packet; offloading leaves the length out
  const total = u16(ip, 2) || ip.length;
  const field = u16(ip, 6);
  const protocol = ip[9] as number;
  const at = (field & 0x1fff) * 8;
  const more = (field & 0x2000) !== 0;
  const piece = {
    source: ip.subarray(12, 16),
    destination: ip.subarray(16, 20),
    protocol,
    payload: ip.subarray(header, Math.min(total, ip.length)),
  };
  if (at === 0 && !more) return piece;
  return {
    ...piece,
    fragment: { id: `${ip.subarray(12, 20).join('.')} ${protocol} ${u16(ip, 4)}`, at, more },
  };
}

function ipv6Piece(ip: Uint8Array): Piece {
  const end = Math.min(40 + (u16(ip, 4) || ip.length - 40), ip.length);
  let protocol = ip[6] as number;
  let at = 40;
  let fragment: Piece['fragment'];
  // what follows the header of a fragment is not looked at: only the first one has more headers
  while (EXTENSIONS.includes(protocol) && at + 8 <= end && fragment === undefined) {
    const isFragment = protocol === FRAGMENT_HEADER;
    if (isFragment) fragment = ipv6Fragment(ip, at);
    const size = isFragment ? 8 : ((ip[at + 1] as number) + 1) * 8;
    protocol = ip[at] as number;
    at += size;
  }
  const addresses = { source: ip.subarray(8, 24), destination: ip.subarray(24, 40) };
  return {
    ...addresses,
    protocol,
    payload: ip.subarray(at, end),
    ...(fragment === undefined ? {} : { fragment }),
  };
}

/** Undefined for a fragment that is the whole packet, RFC 6946. */
function ipv6Fragment(ip: Uint8Array, header: number): Piece['fragment'] {
  const field = u16(ip, header + 2);
  const at = field & 0xfff8;
  const more = (field & 1) !== 0;
  const id = `${ip.subarray(8, 40).join('.')} ${u16(ip, header + 4)} ${u16(ip, header + 6)}`;
  return at > 0 || more ? { id, at, more } : undefined;
}
