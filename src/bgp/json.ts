/** A JSON value; integers beyond 2^53 are bigints and stay exact in the text. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | JsonMap
  | { readonly [key: string]: Json | undefined };

/** An object whose members stay in order: one that is not a Map puts decimal keys before all others, sorted. */
export interface JsonMap extends ReadonlyMap<string, Json> {}

/** An object under construction: members that are undefined are left out of the text. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Which ExaBGP's shapes events have: 4 (4.2), 5 (5.0, the default) or 6 (main). */
export const API_VERSIONS = [4, 5, 6] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

/** Whose events a process is told; 3 is ExaBGP 3.4. */
export const DIALECTS = [3, ...API_VERSIONS] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Whose commands it speaks, and whose shapes everything has but events: those of 4.2 in place of 3.4's. */
export function apiVersionOf(dialect: Dialect): ApiVersion {
  return dialect === 3 ? 4 : dialect;
}
