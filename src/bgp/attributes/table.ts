import { aggregator, as4Aggregator } from './aggregator.ts';
import { aigp } from './aigp.ts';
import { asPath } from './as-path.ts';
import { as4Path } from './as4-path.ts';
import { atomicAggregate } from './atomic-aggregate.ts';
import { attrSet } from './attr-set.ts';
import { bfdDiscriminator } from './bfd-discriminator.ts';
import { bgpLs } from './bgp-ls.ts';
import { type AttributeCodec, FLAG, type RawAttribute } from './codec.ts';
import { community } from './community.ts';
import { domainPath } from './d-path.ts';
import { extendedCommunity } from './extended-community.ts';
import { ipv6ExtendedCommunity } from './ipv6-extended-community.ts';
import { largeCommunity } from './large-community.ts';
import { localPreference } from './local-preference.ts';
import { med } from './med.ts';
import { mpReach, mpUnreach } from './mp-reach.ts';
import { nextHop } from './next-hop.ts';
import {
  bgpsecPath,
  bier,
  communityContainer,
  edgeMetadata,
  nextHopCharacteristics,
  peDistinguisherLabels,
  sfp,
  trafficEngineering,
} from './opaque.ts';
import { origin } from './origin.ts';
import { clusterList, originatorId } from './originator-id.ts';
import { otc } from './otc.ts';
import { pmsi } from './pmsi.ts';
import { prefixSid } from './prefix-sid.ts';
import type { AttributeRender } from './render.ts';
import { tunnelEncap } from './tunnel-encap.ts';

/** Every path attribute that Peerline reads and writes, by code. Others keep flags and octets. */
export const ATTRIBUTES = [
  origin,
  asPath,
  nextHop,
  med,
  localPreference,
  atomicAggregate,
  aggregator,
  community,
  originatorId,
  clusterList,
  mpReach,
  mpUnreach,
  extendedCommunity,
  as4Path,
  as4Aggregator,
  pmsi,
  tunnelEncap,
  trafficEngineering,
  ipv6ExtendedCommunity,
  aigp,
  peDistinguisherLabels,
  bgpLs,
  largeCommunity,
  bgpsecPath,
  communityContainer,
  otc,
  domainPath,
  sfp,
  bfdDiscriminator,
  nextHopCharacteristics,
  prefixSid,
  bier,
  edgeMetadata,
  attrSet,
] as const;

type Row = (typeof ATTRIBUTES)[number];
type ValueOf<C> = C extends AttributeCodec<infer T, string> ? T : never;

/** The attributes of an UPDATE or of a route: a property for each row, those without one in `raw`. */
export type Attributes = {
  readonly [R in Row as R['key']]?: ValueOf<R>;
} & { readonly raw?: readonly RawAttribute[] };

export type AttributeKey = Row['key'];

/** A row whose value type was let go: a value only ever meets the row that made it. */
export type AnyAttribute = AttributeCodec<unknown, AttributeKey>;

const ROWS: readonly AnyAttribute[] = ATTRIBUTES;
const BY_CODE: readonly (AnyAttribute | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  ROWS.find((row) => row.code === code),
);

export function attributeByCode(code: number): AnyAttribute | undefined {
  return BY_CODE[code];
}

/** What the hot path needs of a row. Rows have more and other members, and V8 is slow where objects differ: these do not. */
class RenderRow implements AttributeRender {
  readonly typeBits: number;
  readonly internalOnly: boolean;
  readonly regular: AttributeRender['regular'];
  readonly write: AttributeRender['write'];

  constructor({ flags, internalOnly = false }: AnyAttribute, render: AttributeRender) {
    this.typeBits = flags & (FLAG.optional | FLAG.transitive);
    this.internalOnly = internalOnly;
    this.regular = render.regular;
    this.write = render.write;
  }
}

const RENDERS: readonly (RenderRow | undefined)[] = BY_CODE.map(
  (row) => row?.render && new RenderRow(row, row.render),
);

export function renderByCode(code: number): RenderRow | undefined {
  return RENDERS[code];
}

export function attributeRows(): readonly AnyAttribute[] {
  return ROWS;
}
