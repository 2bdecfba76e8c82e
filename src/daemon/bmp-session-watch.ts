import { messageTypeWord } from '../bgp/header.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { PeerDownReason } from '../bmp/messages.ts';
import { peerDownReason } from '../bmp/peer-down.ts';
import { pauses } from '../loop/sliced.ts';
import type { FsmEvent } from '../session/fsm.ts';
import type { SessionEvent } from '../session/session.ts';
import { parseAddress } from '../wire/address.ts';
import type { SessionFacts, Way } from './bmp-exported-session.ts';
import type { Exports } from './bmp-exports.ts';
import type { Peer } from './peer.ts';
import { receivedUpdates } from './snapshot.ts';

/** RFC 4271 section 8.1, for sessions that end without a NOTIFICATION; the others are not ours to end so. */
const FSM_EVENTS: Partial<Record<FsmEvent['type'], number>> = {
  stop: 2,
  'hold-timer-expired': 10,
  'send-hold-timer-expired': 29,
};
const LOCAL_NOTIFICATION = 1;
const LOCAL_SILENCE = 2;
const REMOTE_NOTIFICATION = 3;
const REMOTE_SILENCE = 4;

type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** Sees what a neighbor's session does, and remembers of it what a Peer Up says. */
export class SessionWatch {
  readonly #peer: Peer;
  readonly #exports: Exports;
  #connected: Of<'connected'> | undefined;
  /** The OPENs, see `packed`. */
  #sent: string | undefined;
  #received: string | undefined;
  negotiated: Negotiated | undefined;

  constructor(peer: Peer, exports: Exports) {
    this.#peer = peer;
    this.#exports = exports;
  }

  /** Undefined: there is no session that both OPENs are known of. */
  get facts(): Omit<SessionFacts, 'instance'> | undefined {
    const [connected, negotiated] = [this.#connected, this.negotiated];
    const [sent, received] = [this.#sent, this.#received];
    if (!connected || !negotiated || !sent || !received) return undefined;
    return {
      peerAddress: parseAddress(connected.peerAddress) ?? this.#peer.config.peer.address,
      peerAs: negotiated.peerAs,
      peerId: negotiated.peerId,
      asn4: negotiated.asn4,
      localAddress: parseAddress(connected.localAddress) ?? new Uint8Array(4),
      localPort: connected.ports.local,
      remotePort: connected.ports.peer,
      sentOctets: unpacked(sent),
      receivedOctets: unpacked(received),
      description: this.#peer.config.description,
    };
  }

  get watches(): boolean {
    return this.#exports.targets.length > 0;
  }

  on(event: SessionEvent): void {
    switch (event.type) {
      case 'message':
        this.#message(event);
        return;
      case 'connected':
        this.#connected = event;
        this.#sent = undefined;
        this.#received = undefined;
        return;
      case 'up':
        this.negotiated = event.negotiated;
        this.#exports.up(this);
        return;
      case 'rejected':
        this.#exports.rejected(this, event.octets);
        return;
      case 'down':
        this.negotiated = undefined;
        this.#exports.down(this, reasonOf(event));
        return;
      case 'fsm':
      case 'connect-failed':
      case 'negotiated':
      case 'drain':
        return;
    }
  }

  /**
   * Tells the routes of a session that is up anew, to whoever did not hear of them: those that are kept, or, where the
   * neighbor's are not, it is asked for them. True: all were told.
   */
  async tellAgain(way: Way): Promise<boolean> {
    const { negotiated } = this;
    if (negotiated === undefined) return false;
    const peer = this.#peer;
    if (way === 'receive' && !peer.config.adjRibIn) {
      for (const family of negotiated.families) peer.requestRefresh(family);
      return false;
    }
    const updates =
      way === 'send' ? peer.adjRibOut.updates() : receivedUpdates(peer.adjRibIn.routes(), negotiated.receive);
    const pause = pauses();
    for (const octets of updates) {
      if (this.negotiated !== negotiated) return false;
      this.#exports.update(this, way, octets, () => false);
      const others = pause();
      if (others !== undefined) await others;
    }
    return true;
  }

  #message(event: Of<'message'>): void {
    const { direction, octets } = event;
    const type = messageTypeWord(octets);
    if (type === 'update') {
      const withdrawn = () => direction === 'receive' && isWithdrawn(event.message);
      this.#exports.update(this, direction, octets, withdrawn);
    }
    if (type !== 'open') return;
    if (direction === 'send') this.#sent = packed(octets);
    else this.#received = packed(octets);
  }
}

/** Octets that are kept for long and seldom looked at: as text they take a fifth of what an array of their own takes. */
function packed({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

function unpacked(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** RFC 7606: what it announces is to be taken as withdrawn. @throws NotificationError */
function isWithdrawn(message: Message): boolean {
  if (message.type !== 'update' || message.regular !== undefined) return false;
  return message.update.action === 'treat-as-withdraw';
}

/** RFC 7854 section 4.9. */
function reasonOf({ notification, direction, cause }: Of<'down'>): PeerDownReason {
  if (notification !== undefined)
    return peerDownReason(direction === 'send' ? LOCAL_NOTIFICATION : REMOTE_NOTIFICATION, { notification });
  const fsmEvent = FSM_EVENTS[cause];
  return fsmEvent === undefined
    ? peerDownReason(REMOTE_SILENCE)
    : peerDownReason(LOCAL_SILENCE, { fsmEvent });
}
