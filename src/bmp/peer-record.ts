import type { FamilyId } from '../bgp/family.ts';
import type { Update } from '../bgp/update.ts';
import type { BmpView } from '../events/event.ts';
import type { BmpStatistic } from './messages.ts';

/** A router may say of sixteen million families that they are complete; no speaker has more than some dozens. */
const MOST_FAMILIES = 256;
/** A report may have a number for each of these, too: all known types of some dozens of families are fewer. */
const MOST_STATISTICS = 2048;

/** What a peer's routes in one view came to since its Peer Up. */
export interface ViewRecord {
  updates: number;
  announced: number;
  withdrawn: number;
  /** Families whose End-of-RIB came, with the time; of more than anybody has, the first ones. */
  readonly endOfRib: Map<FamilyId, number>;
}

/** What was received of one peer: for `show`, and to tell what is amiss. */
export class PeerRecord {
  /** Times that it came up and went down. */
  ups = 0;
  downs = 0;
  /** When its state was reached; by the clock that nobody sets, milliseconds. */
  sinceMs = 0;
  updates = 0;
  errors = 0;
  repaired = 0;
  downReason: string | undefined;
  statistics: readonly BmpStatistic[] = [];
  readonly views = new Map<BmpView, ViewRecord>();
  /** Statistics that disagree with what was received: in how many reports in a row. */
  readonly mismatches = new Map<string, number>();

  /** The state begins anew: what was counted of the views is of no more use. */
  enter(nowMs: number): void {
    this.sinceMs = nowMs;
    this.views.clear();
  }

  view(view: BmpView): ViewRecord {
    const known = this.views.get(view);
    if (known !== undefined) return known;
    const made = { updates: 0, announced: 0, withdrawn: 0, endOfRib: new Map<FamilyId, number>() };
    this.views.set(view, made);
    return made;
  }

  count(view: BmpView | undefined, update: Update): void {
    this.updates++;
    if (view === undefined) return;
    const record = this.view(view);
    record.updates++;
    for (const { nlri } of update.announced) record.announced += nlri.length;
    for (const { nlri } of update.withdrawn) record.withdrawn += nlri.length;
  }

  /** The End-of-RIB of a family came. */
  endOfRib(view: BmpView, family: FamilyId, nowMs: number): void {
    const { endOfRib } = this.view(view);
    if (endOfRib.size < MOST_FAMILIES || endOfRib.has(family)) endOfRib.set(family, nowMs);
  }

  /**
   * Keeps a report, or the beginning of one that is longer than any that makes sense; its octets are copied, as they outlive
   * the read that brought them.
   */
  keepStatistics(statistics: readonly BmpStatistic[]): void {
    this.statistics = statistics
      .slice(0, MOST_STATISTICS)
      .map((each) => ({ ...each, octets: each.octets.slice() }));
  }

  /** How many reports in a row it disagreed in, with this one; 0: there are too many to count each. */
  mismatch(key: string): number {
    const before = this.mismatches.get(key);
    if (before === undefined && this.mismatches.size >= MOST_STATISTICS) return 0;
    this.mismatches.set(key, (before ?? 0) + 1);
    return (before ?? 0) + 1;
  }
}
