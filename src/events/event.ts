import type { CodecContext } from '../bgp/context.ts';
import type { FamilyId } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { NotificationMessage } from '../bgp/notification.ts';
import type { Open } from '../bgp/open.ts';
import type { Operational } from '../bgp/operational.ts';
import type { RouteRefresh } from '../bgp/route-refresh.ts';
import type { Update } from '../bgp/update.ts';
import type {
  BmpInitiation,
  BmpStatistic,
  BmpTermination,
  IndexedTlv,
  PeerDownReason,
} from '../bmp/messages.ts';

/** Whose event it is. One object per neighbor or BMP peer: encoders may keep what they derive from it. */
export interface Neighbor {
  /** Text of the addresses; the local one as bound where it was configured `auto`. */
  readonly localAddress: string;
  readonly peerAddress: string;
  readonly localAs: number;
  readonly peerAs: number;
  /** Our BGP identifier (for BMP: the monitored router's), dotted quad. */
  readonly routerId: string;
  /** Counts the JSON lines made of this neighbor's events, from 1. Owned by the JSON encoder. */
  readonly counter: { value: number };
}

/** Where an event came from when a router reported it over BMP. */
export interface BmpOrigin {
  /** `ADDRESS:PORT` of the router's TCP connection. */
  readonly router: string;
  /** sysName of Initiation, empty before one came. */
  readonly routerName: string;
  readonly peerType: 'global' | 'rd' | 'local' | 'loc-rib' | 'unknown';
  /** Peer distinguisher: `0:0` when zero, else as a Route Distinguisher reads. */
  readonly distinguisher: string;
  readonly peerId: string;
  /** Absent for events that belong to no RIB view (peer up and down, statistics). */
  readonly view?: BmpView;
  /** The router's clock, seconds since 1970 with microseconds; 0 when it sent none. */
  readonly timestamp: number;
  /** No Peer Up was seen for this peer. */
  readonly implied?: boolean;
  /** A table name of Peer Up (RFC 9069). */
  readonly table?: string;
  /** Loc-RIB that was filtered (F flag). */
  readonly filtered?: boolean;
  /** The path identifiers or AS width were not as announced, and were corrected. */
  readonly repaired?: string;
  /** How many octets stood after the UPDATE. */
  readonly trailing?: number;
  /** TLVs of BMP version 4 beside the UPDATE. */
  readonly tlvs?: readonly IndexedTlv[];
  /** `resync`: no message of the router's, but what its new connection did not repeat. */
  readonly reason?: 'resync';
  /** Of a peer that went down: how many routes of all its views were kept, and went with it. */
  readonly routes?: number;
  /** All routes of the update were known, with these attributes: a repetition after a reconnect, as a rule. */
  readonly unchanged?: true;
}

/** Of an update: what its `bmp` shares with those before it, and what it does not. */
export interface Reported {
  /** `bmp` without a time: one object for many updates. Encoders may keep what they derive from it. */
  readonly origin: BmpOrigin;
  readonly timestamp: number;
  readonly unchanged: boolean;
}

export const BMP_VIEWS = [
  'adj-rib-in-pre-policy',
  'adj-rib-in-post-policy',
  'adj-rib-out-pre-policy',
  'adj-rib-out-post-policy',
  'loc-rib',
] as const;
export type BmpView = (typeof BMP_VIEWS)[number];

export const FSM_STATES = ['IDLE', 'CONNECT', 'ACTIVE', 'OPENSENT', 'OPENCONFIRM', 'ESTABLISHED'] as const;
export type FsmState = (typeof FSM_STATES)[number];

export type Direction = 'send' | 'receive';

interface Common {
  readonly neighbor: Neighbor;
  /** Milliseconds since 1970, fractions allowed: when it happened here. */
  readonly timeMs: number;
  readonly bmp?: BmpOrigin | undefined;
}

interface OfMessage extends Common {
  readonly direction: Direction;
  /** The whole message with its 19-octet header. Valid only during the call that delivers the event. */
  readonly octets: Uint8Array;
  /** What the session agreed on; undefined before, and where no OPENs are known. */
  readonly negotiated: Negotiated | undefined;
}

/** Around the state and the routes of one neighbor, told to a process that starts or missed something. */
export interface SnapshotEvent extends Common {
  readonly type: 'snapshot';
  readonly phase: 'begin' | 'end';
  /** Number of the last numbered line before the snapshot: events that happened later have higher ones. */
  readonly sequence: number;
  /** Routes between the two lines, in the one at the end. */
  readonly routes?: number;
}

/** Everything that a process can be told. */
export type Event =
  | (Common & { readonly type: 'state'; readonly state: 'connected' | 'up' })
  | (Common & {
      readonly type: 'state';
      readonly state: 'down';
      readonly reason: string;
      /** What the data of the NOTIFICATION says that ended the session, where it is a text. */
      readonly text?: string | undefined;
      /** BMP peers: why, by RFC 7854 section 4.9. */
      readonly bmpReason?: PeerDownReason;
    })
  | (Common & {
      readonly type: 'fsm';
      readonly state: FsmState;
      /** ExaBGP's versions order steps in their own ways: the ones that are told of this step here. Absent: all. */
      readonly versions?: readonly ApiVersion[];
    })
  | (Common & { readonly type: 'signal'; readonly code: number; readonly name: string })
  | (Common & {
      readonly type: 'graceful-restart';
      readonly phase: 'stale' | 'long-lived' | 'swept';
      readonly family: FamilyId;
      readonly routes: number;
      /** For how long they are kept at most. */
      readonly seconds?: number;
    })
  | (Common & { readonly type: 'negotiated'; readonly negotiated: Negotiated })
  | SnapshotEvent
  | (OfMessage & { readonly type: 'open'; readonly open: Open })
  | (OfMessage & {
      readonly type: 'update';
      readonly update: Update;
      /** The octets are a regular UPDATE (bgp/regular-update.ts) when read so; absent: not known to be one. */
      readonly regular?: CodecContext | undefined;
      /** Where `bmp` can be told from these. */
      readonly reported?: Reported | undefined;
    })
  | (OfMessage & { readonly type: 'notification'; readonly notification: NotificationMessage })
  | (OfMessage & { readonly type: 'keepalive' })
  | (OfMessage & { readonly type: 'refresh'; readonly refresh: RouteRefresh })
  | (OfMessage & { readonly type: 'operational'; readonly operational: Operational })
  | BmpEvent;

interface BmpCommon {
  readonly timeMs: number;
  /** `ADDRESS:PORT` of the router and its sysName. */
  readonly router: string;
  readonly routerName: string;
}

/** What only a BMP router can tell. `type` in JSON is `bmp`, with these members in its `bmp` object. */
export type BmpEvent =
  | (BmpCommon & { readonly type: 'bmp'; readonly message: 'connected' })
  | (BmpCommon & {
      readonly type: 'bmp';
      readonly message: 'disconnected';
      readonly reason: string;
      /** What stays until the router is back or given up; absent: all is gone, each peer was told. */
      readonly stale?: { readonly peers: number; readonly routes: number };
    })
  | (BmpCommon & { readonly type: 'bmp'; readonly message: 'initiation'; readonly initiation: BmpInitiation })
  | (BmpCommon & {
      readonly type: 'bmp';
      readonly message: 'termination';
      readonly termination: BmpTermination;
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      /** Around what is told of one router, as `SnapshotEvent` of one neighbor. */
      readonly message: 'snapshot';
      readonly phase: 'begin' | 'end';
      readonly sequence: number;
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      readonly message: 'statistics';
      readonly neighbor: Neighbor;
      readonly bmp: BmpOrigin;
      readonly statistics: readonly BmpStatistic[];
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      readonly message: 'mirroring';
      readonly neighbor: Neighbor;
      readonly bmp: BmpOrigin;
      /** Why, by name. */
      readonly information: string | undefined;
      /** The mirrored BGP message, when one was there. */
      readonly octets: Uint8Array | undefined;
      /** The same, decoded, or why it cannot be. */
      readonly mirrored?: Message | undefined;
      readonly problem?: string | undefined;
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      /** What a new connection did not repeat of a view was told as withdrawn before this. */
      readonly message: 'resync';
      readonly neighbor: Neighbor;
      readonly bmp: BmpOrigin;
      readonly withdrawn: number;
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      /** The router's own statistics count other routes than were received. */
      readonly message: 'incomplete';
      readonly neighbor: Neighbor;
      readonly bmp: BmpOrigin;
      readonly family: FamilyId | undefined;
      readonly held: number;
      readonly reported: bigint;
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      /** An UPDATE was read otherwise than the router announced: the first of its kind, or a contradiction. */
      readonly message: 'repaired';
      readonly neighbor: Neighbor;
      readonly bmp: BmpOrigin;
      readonly reason: string;
      /** The whole BGP message. */
      readonly octets: Uint8Array;
    })
  | (BmpCommon & {
      readonly type: 'bmp';
      /** A message that could not be read: skipped, counted, told. */
      readonly message: 'error';
      readonly reason: string;
      /** Offset of the message in the router's stream. */
      readonly offset: number;
      readonly octets: Uint8Array;
      readonly fatal: boolean;
    });
