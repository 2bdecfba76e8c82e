import type { CapabilityCodec, RawCapability } from './codec.ts';
import { asn4 } from './asn4.ts';

/** Every capability that Peerline reads and writes. Others keep their octets. */
export const CAPABILITIES = [asn4] as const;

type Row = (typeof CAPABILITIES)[number];
type ValueOf<C> = C extends CapabilityCodec<infer T, string> ? T : never;

/** One capability TLV of an OPEN. */
export type CapabilityTlv =
  | { readonly [R in Row as R['key']]: { readonly key: R['key']; readonly code: number; readonly value: ValueOf<R> } }[Row['key']]
  | ({ readonly key: 'raw' } & RawCapability);

/** What an OPEN announces, merged by kind. */
export type Capabilities = { readonly [R in Row as R['key']]?: ValueOf<R> };
