import type { AttributeCodec, RawAttribute } from './codec.ts';
import { origin } from './origin.ts';

/** Every path attribute that Peerline reads and writes, by code. Others keep flags and octets. */
export const ATTRIBUTES = [origin] as const;

type Row = (typeof ATTRIBUTES)[number];
type ValueOf<C> = C extends AttributeCodec<infer T, string> ? T : never;

/** The attributes of an UPDATE or of a route: a property for each row, those without one in `raw`. */
export type Attributes = {
  readonly [R in Row as R['key']]?: ValueOf<R>;
} & { readonly raw?: readonly RawAttribute[] };
