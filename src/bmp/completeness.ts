import type { FamilyId } from '../bgp/family.ts';
import type { BmpView } from '../events/event.ts';
import type { BmpStatistic } from './messages.ts';
import { isLocRib } from './peer.ts';
import type { PeerEntry } from './peers.ts';
import type { RememberedPeer } from './rib/memory.ts';

/** Statistics that count the routes of a view; those of the Loc-RIB stand in reports of other peers, too. */
const COUNTED: ReadonlyMap<number, BmpView> = new Map([
  [7, 'adj-rib-in-pre-policy'],
  [8, 'loc-rib'],
  [9, 'adj-rib-in-pre-policy'],
  [10, 'loc-rib'],
  [14, 'adj-rib-out-pre-policy'],
  [15, 'adj-rib-out-post-policy'],
  [16, 'adj-rib-out-pre-policy'],
  [17, 'adj-rib-out-post-policy'],
  [18, 'adj-rib-in-pre-policy'],
  [19, 'adj-rib-in-pre-policy'],
  [20, 'adj-rib-in-post-policy'],
  [21, 'adj-rib-in-post-policy'],
]);

/** Reports in a row that disagree: one may have been made while routes were on their way. */
const IN_A_ROW = 2;

/** A view that holds other routes here than at the router. */
export interface Incomplete {
  readonly view: BmpView;
  readonly family: FamilyId | undefined;
  readonly held: number;
  readonly reported: bigint;
}

/**
 * Compares a report with what was received: with the routes where they are kept, else with whether there was
 * any at all. Views and families that the router does not send are not compared.
 */
export function incompleteViews(
  entry: PeerEntry,
  statistics: readonly BmpStatistic[],
  kept: RememberedPeer | undefined,
): Incomplete[] {
  const { mismatches } = entry.record;
  return statistics.flatMap(({ type, value, family }) => {
    const view = COUNTED.get(type);
    if (view === undefined || value === undefined) return [];
    if ((view === 'loc-rib') !== isLocRib(entry.header)) return [];
    const held = heldOf(entry, kept, { view, family });
    const key = `${type} ${family ?? ''}`;
    if (held === undefined || BigInt(held) === value) {
      mismatches.delete(key);
      return [];
    }
    return entry.record.mismatch(key) === IN_A_ROW ? [{ view, family, held, reported: value }] : [];
  });
}

/** Routes that are held; undefined: that cannot be said. */
function heldOf(
  entry: PeerEntry,
  kept: RememberedPeer | undefined,
  of: { readonly view: BmpView; readonly family: FamilyId | undefined },
): number | undefined {
  const record = entry.record.views.get(of.view);
  if (record === undefined) return undefined;
  const table = kept?.views.get(of.view)?.table;
  if (table === undefined) return record.announced === 0 ? 0 : undefined;
  const sent =
    of.family === undefined || table.families.includes(of.family) || record.endOfRib.has(of.family);
  return sent ? table.sizeOf(of.family) : undefined;
}
