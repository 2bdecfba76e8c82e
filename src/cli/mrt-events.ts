import type { CodecContext } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { decodeMessage } from '../bgp/message.ts';
import { type Event, FSM_STATES, type Neighbor } from '../events/event.ts';
import { messageEvent } from '../events/message-event.ts';
import { MrtError } from '../mrt/errors.ts';
import type { MrtPeer, MrtRecord } from '../mrt/record.ts';
import { messageContext, ribContext, ribUpdate } from '../mrt/rib-update.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';

const ESTABLISHED = 6;
const NOBODY: MrtPeer = { address: new Uint8Array(4), as: 0, routerId: 0 };

/** The events of an MRT file: what the sessions that it tells of would have given. */
export class MrtEvents {
  /** One object per pair of speakers, for the counters of their events. */
  readonly #neighbors = new Map<string, Neighbor>();

  /** @throws MrtError when the BGP message in the record cannot be read */
  of(record: MrtRecord): Event[] {
    switch (record.type) {
      case 'peer-index':
      case 'other':
        return [];
      case 'state':
        return this.#state(record);
      case 'message':
        return [this.#message(record)];
      case 'rib':
        return this.#routes(record);
    }
  }

  #state(record: Extract<MrtRecord, { readonly type: 'state' }>): Event[] {
    const common = { neighbor: this.#neighbor(record.peer, record.local), timeMs: timeMs(record) };
    if (record.to === ESTABLISHED) return [{ ...common, type: 'state', state: 'up' }];
    if (record.from === ESTABLISHED)
      return [{ ...common, type: 'state', state: 'down', reason: 'out of Established' }];
    const state = FSM_STATES[record.to - 1];
    return state === undefined ? [] : [{ ...common, type: 'fsm', state }];
  }

  #message(record: Extract<MrtRecord, { readonly type: 'message' }>): Event {
    return this.#event(record.octets, messageContext(record), {
      neighbor: this.#neighbor(record.peer, record.local),
      direction: record.sent ? 'send' : 'receive',
      timeMs: timeMs(record),
    });
  }

  #routes(record: Extract<MrtRecord, { readonly type: 'rib' }>): Event[] {
    return record.entries.map((entry) =>
      this.#event(ribUpdate(record, entry), ribContext(record, entry), {
        neighbor: this.#neighbor(entry.peer, undefined),
        direction: 'receive',
        timeMs: timeMs(record),
      }),
    );
  }

  #event(
    octets: Uint8Array,
    context: CodecContext,
    from: { readonly neighbor: Neighbor; readonly direction: 'send' | 'receive'; readonly timeMs: number },
  ): Event {
    try {
      return messageEvent(decodeMessage(octets, context), { ...from, octets, negotiated: undefined });
    } catch (err) {
      if (!(err instanceof NotificationError)) throw err;
      throw new MrtError(err.message, { cause: err });
    }
  }

  #neighbor(peer: MrtPeer, local: MrtPeer = NOBODY): Neighbor {
    const [peerAddress, localAddress] = [formatAddress(peer.address), formatAddress(local.address)];
    const key = `${peerAddress} ${peer.as} ${localAddress} ${local.as}`;
    const known = this.#neighbors.get(key);
    if (known !== undefined) return known;
    const neighbor = {
      ...{ peerAddress, localAddress, peerAs: peer.as, localAs: local.as },
      routerId: dottedQuad(peer.routerId),
      counter: { value: 0 },
    };
    this.#neighbors.set(key, neighbor);
    return neighbor;
  }
}

function timeMs({ seconds, microseconds = 0 }: MrtRecord): number {
  return seconds * 1000 + microseconds / 1000;
}
