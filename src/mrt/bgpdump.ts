import type { AsPath, SegmentType } from '../bgp/attributes/as-path.ts';
import type { Attributes } from '../bgp/attributes/index.ts';
import type { CodecContext } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { type FamilyId, IPV4_MULTICAST, IPV4_UNICAST, IPV6_MULTICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Nlri } from '../bgp/nlri/index.ts';
import { decodeUpdate, type Update } from '../bgp/update.ts';
import type { Prefix } from '../wire/prefix.ts';
import { bgpdumpAddress } from './address.ts';
import { isUpdate } from './bgp-old.ts';
import { MrtError } from './errors.ts';
import type { MrtPeer, MrtRecord } from './record.ts';
import { messageContext, ribContext, ribUpdate } from './rib-update.ts';

/** Families of bare prefixes, the only ones that `bgpdump -m` has lines for. */
const SHOWN: ReadonlySet<FamilyId> = new Set([IPV4_UNICAST, IPV4_MULTICAST, IPV6_UNICAST, IPV6_MULTICAST]);

/** What stands in a line where the route has no next hop, and no origin. */
const NO_NEXT_HOP = '255.255.255.255';
const NO_ORIGIN = 'INCOMPLETE';

export interface BgpdumpOptions {
  /** Times of table routes: of the dump, or of the route's last change. */
  readonly times: 'dump' | 'change';
}

/**
 * The lines that `bgpdump -m` prints for a record, each with its line feed; none for records that it has none
 * for. Lines of routes: kind, time, A, W or B, peer, its AS, prefix, then AS path, origin, next hop, local
 * preference, MED, communities, whether aggregated (AG, NAG), aggregator.
 * @throws MrtError when the BGP message in the record cannot be read
 */
export function bgpdumpLines(record: MrtRecord, options: BgpdumpOptions): string {
  switch (record.type) {
    case 'peer-index':
    case 'other':
      return '';
    case 'state':
      return stateLine(record);
    case 'message':
      return messageLines(record);
    case 'rib':
      return ribLines(record, options);
  }
}

type Of<Type extends MrtRecord['type']> = Extract<MrtRecord, { readonly type: Type }>;

function stateLine(record: Of<'state'>): string {
  return `${start(record, 'STATE', record.peer)}|${record.from}|${record.to}\n`;
}

/** Kind, time, letter, peer and its AS. */
function start(
  record: Of<'state' | 'message' | 'rib'>,
  letter: string,
  peer: MrtPeer,
  seconds = record.seconds,
  suffix = '',
): string {
  const extended = record.microseconds !== undefined;
  const kind = `${record.format}${extended ? '_ET' : ''}${suffix}`;
  const time = extended ? `${seconds}.${String(record.microseconds).padStart(6, '0')}` : seconds;
  return `${kind}|${time}|${letter}|${bgpdumpAddress(peer.address)}|${peer.as}`;
}

function messageLines(record: Of<'message'>): string {
  if (!isUpdate(record.octets)) return '';
  const update = updateOf(record.octets, messageContext(record));
  const withdrawn = update.withdrawn.flatMap(({ nlri }) => shown(nlri, record.format));
  const [peer, suffix] = namedBy(record);
  const lost = start(record, 'W', peer, record.seconds, suffix);
  const won = start(record, 'A', peer, record.seconds, suffix);
  return [
    ...withdrawn.map((nlri) => `${lost}|${place(nlri)}\n`),
    ...update.announced.flatMap(({ nlri, nextHop }) => {
      const rest = fields(update.attributes, nextHop, record.format === 'BGP');
      return shown(nlri, record.format).map((one) => `${won}|${place(one)}|${rest}\n`);
    }),
  ].join('');
}

/** Whom a line names, and the end of its kind. QUIRK: what the collector sent is its own with path identifiers alone. */
function namedBy({ peer, local, sent, addPath }: Of<'message'>): readonly [MrtPeer, string] {
  if (addPath) return [sent ? local : peer, '_AP'];
  return [peer, sent ? '_LOCAL' : ''];
}

/** A table of the second form has lines for its routes of unicast alone, where the kind of record says that they are. */
function hasLines({ format, family, generic }: Of<'rib'>): boolean {
  return format !== 'TABLE_DUMP2' || (!generic && (family === IPV4_UNICAST || family === IPV6_UNICAST));
}

function ribLines(record: Of<'rib'>, { times }: BgpdumpOptions): string {
  if (!hasLines(record)) return '';
  return record.entries
    .map((entry) => {
      const update = updateOf(ribUpdate(record, entry), ribContext(record, entry));
      const seconds = times === 'dump' ? record.seconds : entry.originatedSeconds;
      const suffix = entry.pathId === undefined ? '' : '_AP';
      const from = start(record, 'B', entry.peer, seconds, suffix);
      return update.announced
        .map(({ nlri, nextHop }) => {
          const rest = fields(update.attributes, nextHop, false);
          return shown(nlri, record.format)
            .map((one) => `${from}|${place(one)}|${rest}\n`)
            .join('');
        })
        .join('');
    })
    .join('');
}

/** A route with a malformed attribute has its line, without it: the collector had the route. */
function updateOf(octets: Uint8Array, context: CodecContext): Update {
  try {
    return decodeUpdate(octets.subarray(HEADER_LENGTH), { ...context, keepsMalformed: true });
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    throw new MrtError(err.message, { cause: err });
  }
}

/** Bare prefixes, unicast and multicast, in the type BGP of old those of IPv4 alone; other families have no line. */
function shown(all: readonly Nlri[], format: Of<'message' | 'rib'>['format']): readonly Nlri[] {
  return all.filter(({ family }) => (format === 'BGP' ? family === IPV4_UNICAST : SHOWN.has(family)));
}

function place(nlri: Nlri): string {
  const { address, length } = nlri.value as Prefix;
  const prefix = `${bgpdumpAddress(address)}/${length}`;
  return nlri.pathId === undefined ? prefix : `${prefix}|${nlri.pathId}`;
}

const ORIGINS = { igp: 'IGP', egp: 'EGP', incomplete: 'INCOMPLETE' } as const;

function fields(attributes: Attributes, nextHop: NextHop | undefined, old: boolean): string {
  const {
    asPath,
    origin,
    localPreference,
    med = 0,
    community = [],
    atomicAggregate,
    aggregator,
  } = attributes;
  const communities = community.map(communityText).join(' ');
  return [
    asPath === undefined ? '' : pathText(asPath),
    origin === undefined ? NO_ORIGIN : ORIGINS[origin],
    nextHop === undefined ? NO_NEXT_HOP : bgpdumpAddress(nextHop.address),
    localPreference ?? 0,
    // QUIRK: there is no bar before the communities of the type BGP
    ...(old ? [`${med}${communities}`] : [med, communities]),
    atomicAggregate === undefined ? 'NAG' : 'AG',
    aggregator === undefined ? '' : `${aggregator.as} ${bgpdumpAddress(aggregator.address)}`,
    '',
  ].join('|');
}

const BRACKETS: Readonly<Record<SegmentType, readonly [string, string, string]>> = {
  sequence: ['', ' ', ''],
  set: ['{', ',', '}'],
  'confed-sequence': ['(', ' ', ')'],
  'confed-set': ['[', ',', ']'],
};

function pathText(path: AsPath): string {
  return path
    .map(({ type, asns }) => {
      const [open, between, close] = BRACKETS[type];
      return `${open}${asns.join(between)}${close}`;
    })
    .join(' ');
}

/** RFC 1997's three names; others as numbers. */
export const COMMUNITIES: ReadonlyMap<number, string> = new Map([
  [0xffffff01, 'no-export'],
  [0xffffff02, 'no-advertise'],
  [0xffffff03, 'local-AS'],
]);

function communityText(value: number): string {
  return COMMUNITIES.get(value) ?? `${value >>> 16}:${value & 0xffff}`;
}
