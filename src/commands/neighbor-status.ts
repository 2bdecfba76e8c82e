import type { FamilyId } from '../bgp/family.ts';

/** UPDATEs and other messages of one direction of a session. */
export interface MessageCounts {
  readonly open: number;
  readonly notification: number;
  readonly keepalive: number;
  readonly update: number;
  readonly refresh: number;
}

/** Something that both OPENs may announce; `peer` is undefined while there is no OPEN of the peer's. */
export interface Agreed {
  readonly local: boolean;
  readonly peer: boolean | undefined;
}

export interface FamilyStatus extends Agreed {
  readonly family: FamilyId;
  /** Path identifiers as negotiated: RFC 7911. */
  readonly addPath: { readonly send: boolean; readonly receive: boolean };
  /** Where the peer announced how many paths to one destination it takes: that, and how many paths are held back for it. */
  readonly pathsLimit?: { readonly limit: number; readonly heldBack: number };
}

/** All that `show neighbor` knows of one neighbor. Text of the peer's is printable already. */
export interface NeighborStatus {
  /** `neighbor IP local-ip …`: what selectors are compared with. */
  readonly name: string;
  readonly peerAddress: string;
  readonly localAddress: string | undefined;
  readonly localAs: number | undefined;
  readonly peerAs: number | undefined;
  /** Identifiers as dotted quads; the peer's once it sent an OPEN. */
  readonly localId: string;
  readonly peerId: string | undefined;
  readonly state: 'idle' | 'connect' | 'active' | 'opensent' | 'openconfirm' | 'established';
  /** How long the session is established, or is not. */
  readonly seconds: number;
  readonly localHoldTimeSeconds: number;
  readonly peerHoldTimeSeconds: number | undefined;
  /** As `check --print` has it, without its routes: lines that can be read back. */
  readonly configuration: () => readonly string[];
  /** By the words of configuration, in the order shown: asn4, route-refresh, … */
  readonly capabilities: readonly (Agreed & { readonly name: string })[];
  readonly families: readonly FamilyStatus[];
  readonly sent: MessageCounts;
  readonly received: MessageCounts;
  /** Routes held from the peer, where an Adj-RIB-In is kept. */
  readonly prefixesReceived?: number;
}

export const MESSAGE_WORDS = ['open', 'notification', 'keepalive', 'update', 'refresh'] as const;

export function totalOf(counts: MessageCounts): number {
  return MESSAGE_WORDS.reduce((sum, word) => sum + counts[word], 0);
}

export function isEstablished(status: NeighborStatus): boolean {
  return status.state === 'established';
}

/** `0:00:15`, `1 day, 2:03:04` */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${Math.floor((whole % 86_400) / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
}

/** `disabled`, or the directions in which path identifiers go. */
export function addPathText({ send, receive }: FamilyStatus['addPath']): string {
  if (send && receive) return 'send/receive';
  if (send) return 'send';
  return receive ? 'receive' : 'disabled';
}
