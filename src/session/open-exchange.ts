import { type BgpLimits, EXTENDED_LENGTH, STANDARD_LENGTH } from '../bgp/header.ts';
import { type Negotiated, negotiate } from '../bgp/negotiated.ts';
import { encodeOpen, type Open, sharedOpen } from '../bgp/open.ts';
import { checkOpen, effectivePeerAs } from '../bgp/open-check.ts';
import type { Speaker } from './collision.ts';
import type { SessionSettings } from './settings.ts';

/** The OPENs of one connection, RFC 4271 section 6.2: ours, the peer's, and what both agree on. */
export class OpenExchange implements BgpLimits {
  readonly #settings: SessionSettings;
  #local: Open | undefined;
  #remote: Open | undefined;
  #negotiated: Negotiated | undefined;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  /** What was agreed on, once `agree` was called. */
  get negotiated(): Negotiated | undefined {
    return this.#negotiated;
  }

  /** Of a message that the peer may send, in octets (RFC 8654). */
  get maxLength(): number {
    return this.#local?.capabilities.extendedMessage ? EXTENDED_LENGTH : STANDARD_LENGTH;
  }

  /** Whether the peer may send OPERATIONAL messages. */
  get operational(): boolean {
    return this.#negotiated?.operational ?? false;
  }

  /** What both OPENs say of who is who, once the peer's came. */
  get speakers(): { local: Speaker; remote: Speaker } | undefined {
    const n = this.#negotiated ?? this.#both();
    if (n === undefined) return undefined;
    return { local: { id: n.localId, as: n.localAs }, remote: { id: n.peerId, as: n.peerAs } };
  }

  /**
   * Octets of our OPEN, to be sent now; undefined: it was sent, or with `local-as auto` waits for the peer's.
   * @param peerAs what the peer's OPEN says
   */
  ours(peerAs: number | undefined): Uint8Array | undefined {
    const localAs = this.#settings.localAs ?? peerAs;
    if (localAs === undefined || this.#local !== undefined) return undefined;
    const open = this.#settings.open(localAs, this.#settings.peerAs ?? peerAs);
    const octets = encodeOpen(open);
    this.#local = sharedOpen(open, octets);
    return octets;
  }

  /**
   * Takes the peer's OPEN, and gives the AS number it says.
   * @throws NotificationError when it is not acceptable
   */
  theirs(open: Open): number {
    const { peerAs, localAs, routerId, role } = this.#settings;
    // with `local-as auto` nothing is known of our capability 65 yet: it is ours to announce
    const asn4 = this.#local === undefined || this.#local.capabilities.asn4 !== undefined;
    checkOpen(open, { peerAs, localAs, routerId, asn4, role });
    this.#remote = open;
    return effectivePeerAs(asn4, open);
  }

  /** Undefined: one of the OPENs is missing. */
  agree(): Negotiated | undefined {
    this.#negotiated = this.#both();
    return this.#negotiated;
  }

  #both(): Negotiated | undefined {
    if (this.#local === undefined || this.#remote === undefined) return undefined;
    return negotiate(this.#local, this.#remote, this.#settings.localAs);
  }
}
