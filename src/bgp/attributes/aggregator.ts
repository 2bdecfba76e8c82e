import type { Words } from '../../syntax/words.ts';
import { formatAddress, parseAddress } from '../../wire/address.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import { AS_TRANS } from '../iana.ts';
import { asNumberOf } from './as-number.ts';
import type { ReadAs } from './as-path.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { renderAggregator } from './render.ts';

export interface Aggregator {
  readonly as: number;
  /** 4 octets. */
  readonly address: Uint8Array;
}

/** @throws RangeError on AS 0 from a peer, RFC 7607 section 2 */
function read(r: Reader, { asn4, peering }: ReadAs): Aggregator {
  const as = asn4 ? r.u32() : r.u16();
  if (as === 0 && peering !== undefined) throw new RangeError('AS 0');
  return { as, address: r.octets(4).slice() };
}

const WITH_TWO_OCTETS = 6;
const WITH_FOUR_OCTETS = 8;

/** Routers report routes whose AGGREGATOR is of another width than the AS_PATH: there its length tells. */
function hasFourOctets({ remaining }: Reader, { asn4, peering }: ReadAs): boolean {
  const tells = peering === undefined && (remaining === WITH_TWO_OCTETS || remaining === WITH_FOUR_OCTETS);
  return tells ? remaining === WITH_FOUR_OCTETS : asn4;
}

function write(w: Writer, value: Aggregator, asn4: boolean): void {
  if (asn4) w.u32(value.as, 'AS number');
  else w.u16(value.as > 0xffff ? AS_TRANS : value.as, 'AS number');
  w.octets(value.address);
}

/** `( 65001:10.0.0.1 )`, `(65001:10.0.0.1)` or without parentheses. */
function parse(words: Words): Aggregator {
  const expected = "an aggregator '( AS:IPv4 )'";
  const open = words.take('(');
  const word = words.next(expected);
  const text = open ? word.text : word.text.replace(/^\((.*)\)$/, '$1');
  const colon = text.indexOf(':');
  const as = asNumberOf(text.slice(0, colon));
  const address = parseAddress(text.slice(colon + 1));
  if (colon < 0 || as === undefined || address?.length !== 4) words.fail(word, expected);
  if (open) words.expect(')');
  return { as, address };
}

/**
 * AGGREGATOR, RFC 4271 section 5.1.7: AS then IPv4 address; 6 octets, 8 with four-octet AS (RFC 6793).
 * Another length is malformed: attribute-discard (RFC 7606 section 7.7).
 */
export const aggregator = attribute<Aggregator, 'aggregator'>({
  code: 7,
  rfc: 'RFC 4271, RFC 6793',
  key: 'aggregator',
  word: 'aggregator',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  decode: (r, context) => read(r, { asn4: hasFourOctets(r, context), peering: context.peering }),
  encode: (w, value, context) => write(w, value, context.asn4),
  toJson: (value) => ({ aggregator: `${value.as}:${formatAddress(value.address)}` }),
  toText: (value) => `aggregator ( ${value.as}:${formatAddress(value.address)} )`,
  render: renderAggregator,
  parse,
});

/** AS4_AGGREGATOR, RFC 6793 section 3: AGGREGATOR through a speaker of two-octet AS numbers. */
export const as4Aggregator = attribute<Aggregator, 'as4Aggregator'>({
  code: 18,
  rfc: 'RFC 6793',
  key: 'as4Aggregator',
  word: 'as4-aggregator',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  decode: (r, { peering }) => read(r, { asn4: true, peering }),
  encode: (w, value) => write(w, value, true),
});
