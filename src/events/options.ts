import type { ApiVersion } from '../bgp/json.ts';

/** Who reports: members of every JSON event, and of the shutdown line. */
export interface Identity {
  readonly host: string;
  readonly pid: number;
  readonly ppid: number;
}

/**
 * How a BGP message is told: decoded, as its octets, or decoded with its octets beside. What is no
 * message (state changes, signals) has but one form.
 */
export const FORMS = ['parsed', 'packets', 'consolidate'] as const;
export type Form = (typeof FORMS)[number];

/** What may differ between the processes that are told of an event. */
export interface RenderOptions {
  readonly form: Form;
  /** Append what the session agreed on to updates and packets. Version 6 always does. */
  readonly negotiated: boolean;
  /** Plain prefixes as strings in place of objects. */
  readonly compact?: boolean;
  /** Routes of FlowSpec and link state name their next hop in version 6 too, as ExaBGP 6 with `api.version` 4 has it. */
  readonly routeHops?: boolean;
}

/** All that a JSON event depends on beside the event. */
export interface JsonContext extends RenderOptions {
  readonly version: ApiVersion;
  readonly identity: Identity;
  /** Number of this line among its neighbor's; undefined for events of no neighbor. */
  readonly counter: number | undefined;
}
