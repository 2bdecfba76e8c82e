import { AFI } from '../family.ts';
import type { ApiVersion } from '../json.ts';
import {
  ETHER_TYPES,
  FRAGMENTS,
  ICMP_CODES,
  ICMP_TYPES,
  type Names,
  OLD_ICMP_TYPES,
  OTHER_FRAGMENTS,
  OTHER_TCP_FLAGS,
  PROTOCOLS,
  SERVICES,
  TCP_FLAGS,
} from './flowspec-names.ts';
import type { RouteDistinguisher } from './rd.ts';

/** Component types 1 and 2. */
export interface FlowPrefix {
  readonly type: number;
  /** 4 or 16 octets; bits from `length` on are zero. */
  readonly address: Uint8Array;
  readonly length: number;
  /** IPv6: bits before it do not count. */
  readonly offset?: number;
  /** The octets started at the offset, as RFC 8956 section 3.1 has it; else they hold the whole prefix. */
  readonly shifted?: boolean;
}

/** One test of a component; tests are OR-ed, or AND-ed with the one before. */
export interface FlowTerm {
  readonly and: boolean;
  /** The lowest three bits of the operator octet, RFC 8955 section 4.2.1. */
  readonly operator: number;
  /** A bigint just when it has eight octets. */
  readonly value: number | bigint;
  /** Octets of the value: 1, 2, 4 or 8. */
  readonly octets: number;
}

/** A MAC address of layer 2. */
export interface FlowMac {
  readonly type: number;
  readonly mac: Uint8Array;
}

/** Any other component. */
export interface FlowTests {
  readonly type: number;
  readonly terms: readonly FlowTerm[];
}

export type FlowComponent = FlowPrefix | FlowMac | FlowTests;

/** A flow specification. One that breaks RFC 8955 is kept as its octets. */
export type FlowRule =
  | {
      readonly rd?: RouteDistinguisher;
      readonly components: readonly FlowComponent[];
      /** What they came as, where others would be written: with bits set that mean nothing. They name the route. */
      readonly octets?: Uint8Array;
    }
  | { readonly rd?: RouteDistinguisher; readonly raw: Uint8Array };

interface ComponentType {
  readonly type: number;
  readonly kind: 'prefix' | 'mac' | 'numeric' | 'bitmask';
  /** The word in events. */
  readonly ipv4: string;
  readonly ipv6: string;
  /** Further words that configuration may use. */
  readonly also?: readonly string[];
  readonly maximum: number;
  /** The most that a word takes as a decimal number, where that is not `maximum`; octets of peers may have any. */
  readonly most?: Readonly<Record<string, number>>;
  /** Names shown and read. */
  readonly names?: Names;
  /** Names shown by version 4 only. */
  readonly oldNames?: Names;
  /** Names that version 4 does not show. */
  readonly newNames?: ReadonlySet<string>;
  /** Names that are only read. */
  readonly read?: Names;
}

function both(word: string): { ipv4: string; ipv6: string } {
  return { ipv4: word, ipv6: word };
}

/** Component types of RFC 8955 section 4.2.2 and RFC 8956 section 3. */
export const COMPONENTS: readonly ComponentType[] = [
  {
    type: 1,
    kind: 'prefix',
    ipv4: 'destination-ipv4',
    ipv6: 'destination-ipv6',
    also: ['destination'],
    maximum: 0,
  },
  { type: 2, kind: 'prefix', ipv4: 'source-ipv4', ipv6: 'source-ipv6', also: ['source'], maximum: 0 },
  { type: 3, kind: 'numeric', ipv4: 'protocol', ipv6: 'next-header', maximum: 0xff, names: PROTOCOLS },
  { type: 4, kind: 'numeric', ...both('port'), maximum: 0xffff, read: SERVICES },
  { type: 5, kind: 'numeric', ...both('destination-port'), maximum: 0xffff, read: SERVICES },
  { type: 6, kind: 'numeric', ...both('source-port'), maximum: 0xffff, read: SERVICES },
  {
    type: 7,
    kind: 'numeric',
    ...both('icmp-type'),
    maximum: 0xff,
    names: ICMP_TYPES,
    oldNames: OLD_ICMP_TYPES,
    newNames: new Set(['photuris']),
  },
  { type: 8, kind: 'numeric', ...both('icmp-code'), maximum: 0xff, read: ICMP_CODES },
  {
    type: 9,
    kind: 'bitmask',
    ...both('tcp-flags'),
    maximum: 0xffff,
    names: TCP_FLAGS,
    read: OTHER_TCP_FLAGS,
  },
  { type: 10, kind: 'numeric', ...both('packet-length'), maximum: 0xffff },
  // QUIRK: ExaBGP takes a traffic class of two octets
  {
    type: 11,
    kind: 'numeric',
    ipv4: 'dscp',
    ipv6: 'traffic-class',
    maximum: 0xff,
    most: { dscp: 63, 'traffic-class': 0xffff },
  },
  {
    type: 12,
    kind: 'bitmask',
    ...both('fragment'),
    maximum: 0xff,
    names: FRAGMENTS,
    read: OTHER_FRAGMENTS,
  },
  { type: 13, kind: 'numeric', ...both('flow-label'), maximum: 0xfffff },
];

/** Component types of frames, draft-ietf-idr-flowspec-l2vpn, by GoBGP's words: only in rules of layer 2. */
export const LAYER2_COMPONENTS: readonly ComponentType[] = [
  { type: 14, kind: 'numeric', ...both('ether-type'), maximum: 0xffff, names: ETHER_TYPES },
  { type: 15, kind: 'mac', ...both('source-mac'), maximum: 0 },
  { type: 16, kind: 'mac', ...both('destination-mac'), maximum: 0 },
  { type: 17, kind: 'numeric', ...both('llc-dsap'), maximum: 0xff },
  { type: 18, kind: 'numeric', ...both('llc-ssap'), maximum: 0xff },
  { type: 19, kind: 'numeric', ...both('llc-control'), maximum: 0xff },
  { type: 20, kind: 'numeric', ...both('snap'), maximum: 0xffffff },
  { type: 21, kind: 'numeric', ...both('vid'), maximum: 0xfff },
  { type: 22, kind: 'numeric', ...both('cos'), maximum: 7 },
  { type: 23, kind: 'numeric', ...both('inner-vid'), maximum: 0xfff },
  { type: 24, kind: 'numeric', ...both('inner-cos'), maximum: 7 },
];

const ALL = [...COMPONENTS, ...LAYER2_COMPONENTS];
const FIRST_OF_LAYER2 = 14;

/** Whether the component is one of frames. */
export function isLayer2({ type }: { readonly type: number }): boolean {
  return type >= FIRST_OF_LAYER2;
}

const BY_TYPE = new Map(ALL.map((row) => [row.type, row]));
const BY_WORD = new Map(
  ALL.flatMap((row) => [row.ipv4, row.ipv6, ...(row.also ?? [])].map((word) => [word, row] as const)),
);

export function componentType(type: number): ComponentType | undefined {
  return BY_TYPE.get(type);
}

export function componentByWord(word: string): ComponentType | undefined {
  return BY_WORD.get(word);
}

export const COMPONENT_WORDS: readonly string[] = [...BY_WORD.keys()];

export function componentWord(type: number, afi: number): string {
  const row = BY_TYPE.get(type);
  return row === undefined ? `component-${type}` : afi === AFI.ipv6 ? row.ipv6 : row.ipv4;
}

/** What shows a number of this component: a name or undefined. */
export function shownName(row: ComponentType, value: number, version: ApiVersion): string | undefined {
  const names = { ...row.names, ...(version === 4 ? row.oldNames : {}) };
  const found = Object.keys(names).find((name) => names[name] === value);
  return version === 4 && found !== undefined && row.newNames?.has(found) === true ? undefined : found;
}

export function readName(row: ComponentType, name: string): number | undefined {
  const word = name.toLowerCase().replaceAll('_', '-');
  const names: Names = { ...row.names, ...row.oldNames, ...row.read };
  return Object.hasOwn(names, word) ? names[word] : undefined;
}

export type { ComponentType };
