import type { Socket } from 'node:net';
import type { FamilyId } from '../bgp/family.ts';
import type { Open } from '../bgp/open.ts';
import type { RoleSettings } from '../bgp/roles.ts';

/** What a session needs of its neighbor's configuration; daemon/ makes it of a NeighborConfig. */
export interface SessionSettings {
  readonly peerAddress: string;
  /** Undefined: chosen by the system. */
  readonly localAddress: string | undefined;
  /** Undefined: taken from the peer's OPEN (`auto`). */
  readonly localAs: number | undefined;
  readonly peerAs: number | undefined;
  readonly routerId: number;
  readonly holdTimeSeconds: number;
  readonly passive: boolean;
  /** Port that we connect to. */
  readonly port: number;
  /** Starts a connection where Node's own sockets will not do (TCP MD5, TTLs). Failures are the socket's. */
  readonly openSocket?: () => Socket;
  readonly families: readonly FamilyId[];
  /** Seconds to wait for the peer's OPEN. */
  readonly openWaitSeconds: number;
  /** Seconds without the system taking any octet of ours, RFC 9687; undefined: 8 minutes or twice the hold time. */
  readonly sendHoldSeconds?: number | undefined;
  /** Ours, RFC 9234. */
  readonly role?: RoleSettings | undefined;
  /** Our OPEN, once the local AS is known. */
  open(localAs: number, peerAs: number | undefined): Open;
}
