import { addPath } from './add-path.ts';
import { asn4 } from './asn4.ts';
import { bgpsec } from './bgpsec.ts';
import type { CapabilityCodec, RawCapability } from './codec.ts';
import { dynamic } from './dynamic.ts';
import { extendedNextHop } from './extended-next-hop.ts';
import {
  bfdStrict,
  ciscoRouteRefresh,
  enhancedRouteRefresh,
  extendedMessage,
  linkLocalNexthop,
  operational,
  routeRefresh,
} from './flag.ts';
import { gracefulRestart } from './graceful-restart.ts';
import { hostname } from './hostname.ts';
import { longLivedGracefulRestart } from './long-lived-graceful-restart.ts';
import { multipleLabels } from './multiple-labels.ts';
import { multiprotocol } from './multiprotocol.ts';
import { ciscoMultisession, multisession } from './multisession.ts';
import { orf } from './orf.ts';
import { pathsLimit } from './paths-limit.ts';
import { role } from './role.ts';
import { softwareVersion } from './software-version.ts';

/** Every capability that Peerline reads and writes. Others keep their octets. */
export const CAPABILITIES = [
  multiprotocol,
  routeRefresh,
  orf,
  extendedNextHop,
  extendedMessage,
  bgpsec,
  multipleLabels,
  role,
  gracefulRestart,
  asn4,
  dynamic,
  multisession,
  addPath,
  enhancedRouteRefresh,
  longLivedGracefulRestart,
  hostname,
  bfdStrict,
  softwareVersion,
  pathsLimit,
  linkLocalNexthop,
  ciscoRouteRefresh,
  ciscoMultisession,
  operational,
] as const;

type Row = (typeof CAPABILITIES)[number];
type ValueOf<C> = C extends CapabilityCodec<infer T, string> ? T : never;
export type CapabilityKey = Row['key'];

/** What an OPEN announces, merged by kind. */
export type Capabilities = { readonly [R in Row as R['key']]?: ValueOf<R> };

/** One capability TLV of an OPEN. */
export type CapabilityTlv =
  | {
      readonly [K in CapabilityKey]: {
        readonly key: K;
        readonly code: number;
        readonly value: NonNullable<Capabilities[K]>;
      };
    }[CapabilityKey]
  | ({ readonly key: 'raw' } & RawCapability);

type AnyCodec = CapabilityCodec<unknown>;

const BY_CODE = new Map<number, AnyCodec>(CAPABILITIES.map((row) => [row.code, row as unknown as AnyCodec]));
const BY_KEY = new Map<string, AnyCodec>(CAPABILITIES.map((row) => [row.key, row as unknown as AnyCodec]));

/** The row of a capability code, undefined when there is none. */
export function capabilityByCode(code: number): CapabilityCodec<unknown> | undefined {
  return BY_CODE.get(code);
}

/** The row of a key: there is always one. */
export function capabilityByKey(key: CapabilityKey): CapabilityCodec<unknown> {
  return BY_KEY.get(key) as AnyCodec;
}
