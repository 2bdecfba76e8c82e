import type { Attributes } from './attributes/index.ts';
import type { NextHop } from './nlri/codec.ts';
import type { Nlri } from './nlri/index.ts';

/**
 * A route as configuration, a command or a file gives it: just what was said, without the defaults that
 * depend on the session (ORIGIN, AS_PATH, LOCAL_PREF are added when it is sent).
 */
export interface Route {
  readonly nlri: Nlri;
  /** `self`: the session's local address. Undefined: the family needs none. */
  readonly nextHop: NextHop | 'self' | undefined;
  readonly attributes: Attributes;
  /** Group of routes that `announce watchdog NAME` and `withdraw watchdog NAME` move. */
  readonly watchdog?: string;
  /** With `watchdog`: the route starts withdrawn. */
  readonly startsWithdrawn?: boolean;
  readonly name?: string;
}
