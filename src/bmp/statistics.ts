import { afiOf, type FamilyId, familyId, safiOf } from '../bgp/family.ts';
import { Reader } from '../wire/reader.ts';
import { type Writer, written } from '../wire/writer.ts';
import { BmpError } from './errors.ts';
import type { BmpStatistic } from './messages.ts';

/** One type of statistic; `form` is the RFC's, the length on the wire decides. */
export interface StatisticRow<Word extends string = string> {
  readonly type: number;
  readonly word: Word;
  readonly form: 'counter' | 'gauge' | 'family-gauge';
}

type Row = <Word extends string>(type: number, word: Word) => StatisticRow<Word>;

const counter: Row = (type, word) => ({ type, word, form: 'counter' });
const gauge: Row = (type, word) => ({ type, word, form: 'gauge' });
const perFamily: Row = (type, word) => ({ type, word, form: 'family-gauge' });

/** Statistics types: RFC 7854 section 4.8, RFC 8671 section 6.2, RFC 9972. */
export const STATISTICS = [
  counter(0, 'rejected-prefixes'),
  counter(1, 'duplicate-advertisements'),
  counter(2, 'duplicate-withdraws'),
  counter(3, 'cluster-list-loop-updates'),
  counter(4, 'as-path-loop-updates'),
  counter(5, 'originator-id-updates'),
  counter(6, 'confederation-loop-updates'),
  gauge(7, 'adj-rib-in-routes'),
  gauge(8, 'loc-rib-routes'),
  perFamily(9, 'family-adj-rib-in-routes'),
  perFamily(10, 'family-loc-rib-routes'),
  counter(11, 'treat-as-withdraw-updates'),
  counter(12, 'treat-as-withdraw-prefixes'),
  counter(13, 'duplicate-updates'),
  gauge(14, 'adj-rib-out-pre-policy-routes'),
  gauge(15, 'adj-rib-out-post-policy-routes'),
  perFamily(16, 'family-adj-rib-out-pre-policy-routes'),
  perFamily(17, 'family-adj-rib-out-post-policy-routes'),
  gauge(18, 'adj-rib-in-pre-policy-routes'),
  perFamily(19, 'family-adj-rib-in-pre-policy-routes'),
  gauge(20, 'adj-rib-in-post-policy-routes'),
  perFamily(21, 'family-adj-rib-in-post-policy-routes'),
  perFamily(22, 'family-inbound-policy-rejected-routes'),
  perFamily(23, 'family-inbound-policy-accepted-routes'),
  perFamily(26, 'family-damped-routes'),
  perFamily(27, 'family-graceful-restart-stale-routes'),
  perFamily(28, 'family-llgr-stale-routes'),
  gauge(29, 'received-routes-headroom'),
  perFamily(30, 'family-received-routes-headroom'),
  gauge(31, 'licensed-routes-headroom'),
  perFamily(32, 'family-licensed-routes-headroom'),
  gauge(33, 'inbound-as-path-too-long-routes'),
  perFamily(34, 'family-inbound-as-path-too-long-routes'),
  perFamily(35, 'family-inbound-rpki-invalid-routes'),
  perFamily(36, 'family-inbound-rpki-valid-routes'),
  perFamily(37, 'family-inbound-rpki-not-found-routes'),
  perFamily(38, 'family-outbound-policy-rejected-routes'),
  gauge(39, 'outbound-as-path-too-long-routes'),
  perFamily(40, 'family-outbound-as-path-too-long-routes'),
  perFamily(41, 'family-outbound-rpki-invalid-routes'),
  perFamily(42, 'family-outbound-rpki-valid-routes'),
  perFamily(43, 'family-outbound-rpki-not-found-routes'),
  // Experimental, but FRRouting sends it in every report.
  counter(65531, 'invalid-next-hop-updates'),
] as const;

export type StatisticName = (typeof STATISTICS)[number]['word'];

const WORDS: ReadonlyMap<number, string> = new Map(STATISTICS.map((row) => [row.type, row.word]));

/**
 * Statistics Report, RFC 7854 section 4.8: a count, then TLVs. The octets that are left bound the loop, the
 * count does not: senders get it wrong.
 * @throws ShortInputError or BmpError when a TLV overruns the message
 */
export function readStatistics(r: Reader): BmpStatistic[] {
  r.u32();
  const statistics: BmpStatistic[] = [];
  while (!r.done) {
    const at = r.offset;
    const type = r.u16();
    const length = r.u16();
    if (length > r.remaining) {
      const reason = `statistic ${type} has length ${length}, ${r.remaining} octets are left`;
      throw new BmpError({ offset: at, reason });
    }
    statistics.push(statistic(type, r.octets(length)));
  }
  return statistics;
}

export function writeStatistics(w: Writer, statistics: readonly BmpStatistic[]): void {
  w.u32(statistics.length, 'statistics count');
  for (const { type, octets } of statistics) {
    w.u16(type, 'statistic type').u16Length('statistic', () => w.octets(octets));
  }
}

/** A statistic to be sent, in the form of its type. Counters of 32 bits wrap, as the RFC has it. */
export function statisticOf(word: StatisticName, value: number, family?: FamilyId): BmpStatistic {
  const row = STATISTICS.find((each) => each.word === word) as StatisticRow;
  const octets = written((w) => {
    if (row.form === 'counter') w.u32(value % 2 ** 32);
    else {
      if (family !== undefined) w.u16(afiOf(family)).u8(safiOf(family));
      w.u64(BigInt(value));
    }
  });
  return statistic(row.type, octets);
}

/** A statistic of its octets: 4 are a counter, 8 a gauge, 11 a gauge of one family. */
export function statistic(type: number, octets: Uint8Array): BmpStatistic {
  const word = WORDS.get(type) ?? `unknown-${type}`;
  const r = new Reader(octets);
  if (octets.length === 4) return { type, word, value: BigInt(r.u32()), octets };
  if (octets.length === 8) return { type, word, value: r.u64(), octets };
  if (octets.length !== 11) return { type, word, value: undefined, octets };
  const family = familyId(r.u16(), r.u8());
  return { type, word, value: r.u64(), family, octets };
}
