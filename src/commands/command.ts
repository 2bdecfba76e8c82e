import type { FamilyId } from '../bgp/family.ts';
import type { Route } from '../bgp/route.ts';

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

/** Everything that a process may ask for, as a plain value. */
export type Command =
  | { readonly type: 'announce' | 'withdraw'; readonly selector: Selector; readonly routes: readonly Route[] }
  | { readonly type: 'announce-eor'; readonly selector: Selector; readonly family: FamilyId }
  | { readonly type: 'announce-route-refresh'; readonly selector: Selector; readonly family: FamilyId }
  | { readonly type: 'announce-watchdog' | 'withdraw-watchdog'; readonly selector: Selector; readonly name: string | undefined }
  | { readonly type: 'teardown'; readonly selector: Selector; readonly subcode: number; readonly text: string | undefined }
  | {
      readonly type: 'show-neighbor';
      readonly form: 'summary' | 'extensive' | 'configuration' | 'json' | undefined;
      readonly peer: string | undefined;
    }
  | {
      readonly type: 'show-adj-rib';
      readonly direction: 'in' | 'out';
      readonly extensive: boolean;
      readonly json: boolean;
      readonly filter: 'inet' | 'flow' | 'l2vpn' | undefined;
      readonly peer: string | undefined;
    }
  | { readonly type: 'flush-adj-rib-out'; readonly selector: Selector }
  | { readonly type: 'clear-adj-rib'; readonly selector: Selector; readonly direction: 'in' | 'out' }
  | { readonly type: 'version' | 'help' | 'shutdown' | 'reload' | 'restart' | 'reset' | 'status' | 'comment' }
  | { readonly type: 'ack'; readonly mode: 'enable' | 'disable' | 'silence' }
  | { readonly type: 'ping'; readonly text: string }
  | { readonly type: 'debug'; readonly text: string };
