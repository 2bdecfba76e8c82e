import { u16At, u32At } from '../bgp/attributes/render.ts';
import { Text } from '../wire/ascii.ts';
import { bgpdumpAddress } from './address.ts';
import { LastRoute } from './last-route.ts';
import type { MrtPeer } from './record.ts';

/** Where the ends of a message stand in its record. */
export interface Ends {
  readonly ends: number;
  readonly addresses: number;
  readonly message: number;
  readonly asn4: boolean;
}

const PEERS = 256;

/** `|address|AS|` of the peers of messages: there are few of them, many times. */
export class PeerTexts {
  readonly #ends: (Uint8Array | undefined)[] = new Array(PEERS);
  readonly #texts: (Text | undefined)[] = new Array(PEERS);

  of(octets: Uint8Array, at: Ends): Text {
    const length = at.message - at.ends;
    let slot = 0;
    for (let i = 0; i < length; i++) slot = (slot * 31 + (octets[at.ends + i] as number)) & (PEERS - 1);
    const ends = this.#ends[slot];
    const text = this.#texts[slot];
    let same = ends?.length === length;
    for (let i = 0; same && i < length; i++) same = ends?.[i] === octets[at.ends + i];
    return same && text !== undefined ? text : this.#made(slot, octets, at);
  }

  #made(slot: number, octets: Uint8Array, { ends, addresses, message, asn4 }: Ends): Text {
    const address = octets.subarray(addresses, addresses + (message - addresses) / 2);
    const text = peerText({ address, as: asn4 ? u32At(octets, ends) : u16At(octets, ends) });
    this.#ends[slot] = octets.slice(ends, message);
    this.#texts[slot] = text;
    return text;
  }
}

/** A peer of a table. */
export class TablePeer {
  /** `|address|AS|` */
  readonly text: Text;
  /** Of its routes of IPv4, and of IPv6. */
  readonly ipv4 = new LastRoute();
  readonly ipv6 = new LastRoute();

  constructor(peer: MrtPeer) {
    this.text = peerText(peer);
  }
}

function peerText({ address, as }: Pick<MrtPeer, 'address' | 'as'>): Text {
  return new Text(`${bgpdumpAddress(address)}|${as}|`);
}
