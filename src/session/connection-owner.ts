import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { SessionEvent } from './session-event.ts';
import type { SessionSettings } from './settings.ts';

/** What a connection asks of its session. */
export interface ConnectionOwner {
  readonly settings: SessionSettings;
  readonly clock: Clock;
  observesSend(octets: Uint8Array, at: number): boolean;
  emit(connection: Connection, event: SessionEvent): void;
  /** Octets of the peer are here, see `TransportHandlers`. */
  arrived(connection: Connection): void;
  /** UPDATEs in a row (see `SessionOptions`); gives where the first message stands that it leaves. */
  updates(connection: Connection, octets: Uint8Array, from: number): number;
  /** The peer's OPEN is here. False: this connection lost a collision, and is closed. */
  mayConfirm(connection: Connection): boolean;
  /** About to be up: whatever else there is of connections goes. */
  won(connection: Connection): void;
  over(connection: Connection): void;
}
