import type { FamilyId } from '../bgp/family.ts';
import { type Nlri, nlriCodec } from '../bgp/nlri/index.ts';
import type { RibOutReports } from './session.ts';

/** What the neighbor has, and what it is not sent, of the paths to one destination; by path identifier. */
interface Paths {
  readonly limit: number;
  readonly sent: Set<number>;
  /** In the order in which they came. */
  readonly held: Map<number, Nlri>;
}

/**
 * The most paths to one destination that the neighbor of a session takes, draft-abraitis-idr-addpath-paths-limit: those
 * beyond are held back in the order in which they came, until one that was sent is withdrawn.
 */
export class PathLimits {
  readonly #reports: Pick<RibOutReports, 'heldBack'>;
  readonly #limits: ReadonlyMap<FamilyId, number>;
  readonly #paths = new Map<string, Paths>();
  /** Destinations and identifiers of paths whose withdrawals are being packed. */
  readonly #leaving: { readonly key: string; readonly pathId: number }[] = [];
  readonly #fresh: { readonly paths: Paths; readonly nlri: Nlri }[] = [];
  readonly #heldBack = new Map<FamilyId, number>();

  /**
   * @param limits by family
   * @param reports told of each path that is held back, once
   */
  constructor(limits: ReadonlyMap<FamilyId, number>, reports: Pick<RibOutReports, 'heldBack'>) {
    this.#limits = limits;
    this.#reports = reports;
  }

  /** How many paths of a family the neighbor shall have, and is not sent. */
  heldBack(family: FamilyId): number {
    return this.#heldBack.get(family) ?? 0;
  }

  /** Whether the path may leave now; if not it is held back. */
  admits(nlri: Nlri): boolean {
    const limit = this.#limits.get(nlri.family);
    if (limit === undefined) return true;
    const key = keyOf(nlri);
    let paths = this.#paths.get(key);
    if (paths === undefined) {
      paths = { limit, sent: new Set(), held: new Map() };
      this.#paths.set(key, paths);
    }
    const id = nlri.pathId ?? 0;
    if (!paths.sent.has(id) && paths.sent.size >= limit) {
      this.#hold(paths, id, nlri);
      return false;
    }
    paths.sent.add(id);
    if (paths.held.delete(id)) this.#count(nlri.family, -1);
    return true;
  }

  isHeldBack(nlri: Nlri): boolean {
    if (!this.#limits.has(nlri.family)) return false;
    return this.#paths.get(keyOf(nlri))?.held.has(nlri.pathId ?? 0) === true;
  }

  /** The path is no more. True: it was held back, and the neighbor never heard of it. */
  drop(nlri: Nlri): boolean {
    if (!this.isHeldBack(nlri)) return false;
    this.#paths.get(keyOf(nlri))?.held.delete(nlri.pathId ?? 0);
    this.#count(nlri.family, -1);
    return true;
  }

  /** A withdrawal is packed, or the path could not be sent: there is room for another one once that left. */
  leaves(nlri: Nlri): void {
    if (this.#limits.has(nlri.family)) this.#leaving.push({ key: keyOf(nlri), pathId: nlri.pathId ?? 0 });
  }

  /** What was packed left: gives the paths that there is room for now. */
  settle(): Nlri[] {
    const next: Nlri[] = [];
    for (const { key, pathId } of this.#leaving) this.#paths.get(key)?.sent.delete(pathId);
    for (const key of new Set(this.#leaving.map((each) => each.key))) {
      const paths = this.#paths.get(key);
      if (paths === undefined) continue;
      next.push(...[...paths.held.values()].slice(0, paths.limit - paths.sent.size));
      if (paths.sent.size + paths.held.size === 0) this.#paths.delete(key);
    }
    this.#leaving.length = 0;
    const leaves = new Set(next);
    for (const { paths, nlri } of this.#fresh.splice(0))
      if (!leaves.has(nlri)) this.#reports.heldBack(nlri, paths.limit);
    return next;
  }

  #hold(paths: Paths, id: number, nlri: Nlri): void {
    if (paths.held.has(id)) return;
    paths.held.set(id, nlri);
    this.#count(nlri.family, 1);
    this.#fresh.push({ paths, nlri });
  }

  #count(family: FamilyId, by: number): void {
    this.#heldBack.set(family, this.heldBack(family) + by);
  }
}

/** Of the destination, whatever the path to it. */
function keyOf({ family, value }: Nlri): string {
  return `${family} ${nlriCodec(family).key(value)}`;
}
