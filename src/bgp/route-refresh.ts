import type { FamilyId } from './family.ts';

/** Message subtypes, RFC 7313 section 3.2: a plain request, beginning and end of a refresh. */
export const REFRESH_SUBTYPES = ['query', 'begin', 'end'] as const;

/** ROUTE-REFRESH, RFC 2918 and 7313. */
export interface RouteRefresh {
  readonly family: FamilyId;
  /** 0 query, 1 begin, 2 end; others are kept and ignored. */
  readonly subtype: number;
}
