/** One thing that senders do otherwise than the RFCs say, or that a reader has to know of. */
interface LintRow {
  readonly id: string;
  readonly text: string;
  /** Senders that are known for it. */
  readonly seenIn?: string;
}

const row = <Id extends string>(id: Id, text: string, seenIn?: string) =>
  seenIn === undefined ? ({ id, text } as const) : ({ id, text, seenIn } as const);

/** Everything that `show bmp lint` can tell of a router. */
export const LINT = [
  row('no-initiation', 'messages came before an Initiation', 'IOS-XE'),
  row('late-initiation', 'the Initiation came after other messages', 'IOS-XE'),
  row('empty-sys-name', 'sysName is empty', 'Junos'),
  row('sys-name-not-defined', 'sysName or sysDescr says "Not defined"', 'BIRD'),
  row('never-up', 'Peer Down of a peer without a Peer Up', 'FRR'),
  row('routes-before-peer-up', 'routes of a peer without a Peer Up', 'FRR, GoBGP'),
  row('repeated-peer-up', 'a second Peer Up without a Peer Down', 'FRR'),
  row('stand-in-open', 'an OPEN without a body in Peer Up', 'FRR'),
  row('unreadable-open', 'an OPEN in Peer Up that cannot be read', 'IOS-XR'),
  row('no-capabilities', 'an OPEN without capabilities in Peer Up', 'SR OS'),
  row('swapped-ports', 'ports of Peer Up in the wrong order of octets', 'FRR'),
  row('zero-port', 'a port of Peer Up is 0', 'BIRD'),
  row('unspecified-peer', 'a peer whose address is 0.0.0.0 or ::, and that is no Loc-RIB', 'FRR'),
  row('zero-as', 'the AS of a per-peer header is 0', 'GoBGP, FRR'),
  row('zero-identifier', 'the BGP identifier of a Peer Up is 0.0.0.0', 'IOS-XR'),
  row('vrf-as-distinguisher', 'a distinguisher that is a VRF number and no route distinguisher', 'FRR'),
  row('internal-as-local-instance', 'an internal peer as a local instance peer', 'BIRD'),
  row('zero-timestamp', 'messages without a time', 'BIRD'),
  row('early-timestamp', 'times before 2001: since boot, as it seems', 'FRR'),
  row('microseconds', 'more than 999,999 microseconds'),
  row('whole-seconds', 'all times are whole seconds', 'GoBGP'),
  row('undeclared-path-ids', 'path identifiers that no OPEN announces', 'GoBGP'),
  row('missing-path-ids', 'no path identifiers though the OPENs agree on them', 'FRR, GoBGP'),
  row('as-width', 'the width of AS numbers is not what the A flag says', 'FRR'),
  row('trailing-octets', 'octets after the UPDATE of Route Monitoring', 'VRP'),
  row('unknown-message', 'messages of an unknown type', 'VRP'),
  row('empty-first-end-of-rib', 'End-of-RIB before the routes', 'BIRD'),
  row('repeated-end-of-rib', 'End-of-RIB of one table more than once', 'FRR'),
  row('local-as-prepended', 'the local AS stands before the peer’s in routes before policy', 'FRR'),
  row('external-local-preference', 'LOCAL_PREF on routes of an external peer before policy', 'BIRD, FRR'),
  row('withdrawals-only', 'a view with many withdrawals and no announcement', 'FRR'),
  row('empty-view', 'the statistics tell of routes in a view that brought none', 'FRR, GoBGP'),
] as const satisfies readonly LintRow[];

export type LintId = (typeof LINT)[number]['id'];

/** One finding of a router. Times in milliseconds of the clock that nobody sets. */
export interface LintFinding extends LintRow {
  readonly id: LintId;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where it was seen first: the peer, as a rule. */
  readonly example: string | undefined;
}

/** Whole seconds in a row that are no accident. */
const WHOLE_TIMES = 10;

/** What one router was found to do. Bounded: one entry for each row. */
export class Lint {
  readonly #found = new Map<
    LintId,
    { count: number; firstMs: number; lastMs: number; example: string | undefined }
  >();

  #wholeTimes = 0;
  #fractions = false;

  note(id: LintId, nowMs: number, example?: string): void {
    const known = this.#found.get(id);
    if (known === undefined) {
      this.#found.set(id, { count: 1, firstMs: nowMs, lastMs: nowMs, example });
      return;
    }
    known.count++;
    known.lastMs = nowMs;
  }

  /** A time that is known was told: whoever has a fraction of a second but once has a clock that is fine. */
  time(whole: boolean, nowMs: number): void {
    if (this.#fractions) return;
    if (!whole) {
      this.#fractions = true;
      this.#found.delete('whole-seconds');
    } else if (++this.#wholeTimes >= WHOLE_TIMES) this.note('whole-seconds', nowMs);
  }

  /** In the order of the table. */
  findings(): LintFinding[] {
    return LINT.flatMap((each) => {
      const found = this.#found.get(each.id);
      return found === undefined ? [] : [{ ...each, ...found }];
    });
  }
}
