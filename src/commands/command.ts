import type { FamilyId } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { Operational } from '../bgp/operational.ts';
import type { Route } from '../bgp/route.ts';
import type { Prefix } from '../wire/prefix.ts';

/** Terms of a neighbor selector: each term's keys must all match; any term may. Undefined value: any neighbor. */
export interface SelectorTerm {
  readonly peer: string | '*';
  readonly localIp?: string;
  readonly localAs?: string;
  readonly peerAs?: string;
  readonly routerId?: string;
  readonly familyAllowed?: string;
}

/** Absent: every neighbor that lists the process. */
export type Selector = readonly SelectorTerm[] | undefined;

/** What `show neighbor` may be asked for. `list` is the short JSON of `peer list`. */
export const NEIGHBOR_FORMS = ['summary', 'extensive', 'configuration', 'json', 'list'] as const;
export type NeighborForm = (typeof NEIGHBOR_FORMS)[number];

export const ADJ_RIB_FILTERS = ['inet', 'flow', 'l2vpn'] as const;
export type AdjRibFilter = (typeof ADJ_RIB_FILTERS)[number];

/** What `monitor` may be asked for: the types of events. */
export const MONITORED_TYPES = [
  'state',
  'fsm',
  'signal',
  'negotiated',
  'open',
  'update',
  'notification',
  'keepalive',
  'refresh',
  'bmp',
] as const;
export type MonitoredType = (typeof MONITORED_TYPES)[number];

/** What `show bmp` may be asked for. */
export const BMP_TABLES = ['router', 'peer', 'routes', 'lint', 'relay', 'export'] as const;
/** The prefix itself, what lies within it, or what holds it. */
export const PREFIX_MATCHES = ['exact', 'longer', 'shorter'] as const;

/** Everything that a process may ask for, as a plain value. */
export type Command =
  | { readonly type: 'announce' | 'withdraw'; readonly selector: Selector; readonly routes: readonly Route[] }
  | { readonly type: 'announce-eor'; readonly selector: Selector; readonly family: FamilyId }
  | {
      readonly type: 'announce-operational';
      readonly selector: Selector;
      readonly message: Operational;
    }
  | { readonly type: 'announce-route-refresh'; readonly selector: Selector; readonly family: FamilyId }
  | {
      readonly type: 'announce-watchdog' | 'withdraw-watchdog';
      readonly selector: Selector;
      /** Undefined: the name of the process. */
      readonly name: string | undefined;
    }
  | {
      readonly type: 'teardown';
      readonly selector: Selector;
      readonly subcode: number;
      readonly text: string | undefined;
    }
  | {
      readonly type: 'show-neighbor';
      readonly form: NeighborForm | undefined;
      readonly peer: string | undefined;
    }
  | {
      readonly type: 'show-adj-rib';
      readonly direction: 'in' | 'out';
      readonly extensive: boolean;
      readonly json: boolean;
      readonly filter: AdjRibFilter | undefined;
      readonly peer: string | undefined;
    }
  | {
      readonly type: 'show-bmp';
      readonly table: (typeof BMP_TABLES)[number];
      readonly json: boolean;
      /** Of `routes` alone. */
      readonly prefix: Prefix | undefined;
      readonly match: (typeof PREFIX_MATCHES)[number];
      /** Names, addresses, AS numbers, views: each must be one of what is shown. */
      readonly filters: readonly string[];
    }
  | { readonly type: 'flush-adj-rib-out'; readonly selector: Selector }
  | {
      readonly type: 'clear-adj-rib';
      readonly selector: Selector;
      readonly direction: 'in' | 'out' | undefined;
    }
  | { readonly type: 'shutdown' }
  | { readonly type: 'reload' }
  | { readonly type: 'restart' }
  | { readonly type: 'version' }
  | { readonly type: 'help' }
  | { readonly type: 'reset' }
  | { readonly type: 'status' }
  | { readonly type: 'comment' }
  | {
      readonly type: 'monitor';
      readonly encoder: 'json' | 'text';
      /** Types of events; none: all. */
      readonly types: readonly MonitoredType[];
    }
  | {
      readonly type: 'peer-create';
      readonly peer: string;
      /** By the words of configuration. */
      readonly settings: Readonly<Record<string, string>>;
      /** Processes that are told of it. */
      readonly processes: readonly string[];
    }
  | { readonly type: 'peer-delete'; readonly selector: Selector }
  | {
      readonly type: 'routes';
      readonly selector: Selector;
      readonly action: 'list' | 'add' | 'remove';
      readonly routes?: readonly Route[];
      /** Of a listed route. */
      readonly index?: string;
    }
  | { readonly type: 'queue-status' }
  | { readonly type: 'api-version'; readonly version: ApiVersion | undefined }
  | { readonly type: 'show-process'; readonly json: boolean }
  /** The commands between are carried out together, or not at all. */
  | { readonly type: 'group'; readonly edge: 'start' | 'end' }
  /** Answered when everything before it has left. */
  | { readonly type: 'sync' }
  | { readonly type: 'sync-mode'; readonly on: boolean }
  /** The process has announced what it has to announce. */
  | { readonly type: 'ready' }
  | { readonly type: 'ack'; readonly mode: 'enable' | 'disable' | 'silence' }
  | { readonly type: 'ping'; readonly text: string }
  | { readonly type: 'debug'; readonly text: string };

export type CommandOf<Type extends Command['type']> = Extract<Command, { readonly type: Type }>;
