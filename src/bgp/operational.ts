import type { Words } from '../syntax/words.ts';
import { dottedQuad } from '../wire/address.ts';
import { FieldOverflowError, ShortInputError } from '../wire/errors.ts';
import { toHexUpper } from '../wire/hex.ts';
import { Reader } from '../wire/reader.ts';
import { lenientText, octetsOfText, printable } from '../wire/text.ts';
import {
  AFI,
  afiOf,
  afiWord,
  type FamilyId,
  familyId,
  familyOfWords,
  isAfiWord,
  safiOf,
  safiWord,
} from './family.ts';
import { message } from './header.ts';
import type { JsonObject } from './json.ts';

/** What a row's messages carry behind their family. */
type Content = 'advisory' | 'query' | 'reply';

/** Types of draft-ietf-idr-operational-message: advisories, and counts of prefixes asked for and told. */
const TYPES = [
  { code: 1, name: 'ADM', content: 'advisory' },
  { code: 2, name: 'ASM', content: 'advisory' },
  { code: 3, name: 'RPCQ', content: 'query' },
  { code: 4, name: 'RPCP', content: 'reply' },
  { code: 5, name: 'APCQ', content: 'query' },
  { code: 6, name: 'APCP', content: 'reply' },
  { code: 7, name: 'LPCQ', content: 'query' },
  { code: 8, name: 'LPCP', content: 'reply' },
] as const satisfies readonly { readonly code: number; readonly name: string; readonly content: Content }[];

type Row = (typeof TYPES)[number];

/** Longest advisory, in octets of UTF-8: two thousand, as the draft has it. */
const LONGEST_ADVISORY = 2048;

/** OPERATIONAL, BGP message type 6: between speakers that both announced capability 185. */
export type Operational =
  | {
      readonly name: Row['name'];
      readonly family: FamilyId;
      readonly content: 'advisory';
      /** As the peer sent it: not yet `printable`. */
      readonly advisory: string;
    }
  | {
      readonly name: Row['name'];
      readonly family: FamilyId;
      readonly content: 'query' | 'reply';
      /** Of the speaker that asks or tells; undefined in what is configured: ours. */
      readonly routerId: number | undefined;
      readonly sequence: number;
      /** Of a reply. */
      readonly counter?: number;
    }
  | {
      /** A type that has no row, or a value that could not be read. */
      readonly name: 'unknown';
      readonly code: number;
      readonly value: Uint8Array;
    };

/** Type and length, then the value; what cannot be read is kept as it is and ends no session. */
export function decodeOperational(body: Uint8Array): Operational {
  const r = new Reader(body);
  let code = 0;
  try {
    code = r.u16();
    const value = r.octets(r.u16());
    const row = TYPES.find((one) => one.code === code);
    if (row !== undefined && r.done) return decodeValue(row, new Reader(value));
  } catch (err) {
    if (!(err instanceof ShortInputError)) throw err;
  }
  return { name: 'unknown', code, value: body.slice(Math.min(4, body.length)) };
}

function decodeValue({ name, content }: Row, r: Reader): Operational {
  const family = familyId(r.u16(), r.u8());
  if (content === 'advisory') return { name, family, content, advisory: lenientText(r.rest()) };
  const numbers = { routerId: r.u32(), sequence: r.u32() };
  return content === 'query'
    ? { name, family, content, ...numbers }
    : { name, family, content, ...numbers, counter: r.u32() };
}

/**
 * The whole message.
 * @param routerId stands where the message names none
 * @throws FieldOverflowError
 */
export function encodeOperational(o: Operational, routerId: number): Uint8Array {
  const row = TYPES.find(({ name }) => name === o.name);
  return message('operational', (w) => {
    w.u16(o.name === 'unknown' ? o.code : (row?.code ?? 0));
    w.u16Length('operational message', () => {
      if (o.name === 'unknown') {
        w.octets(o.value);
        return;
      }
      w.u16(afiOf(o.family)).u8(safiOf(o.family));
      if (o.content === 'advisory') {
        const octets = octetsOfText(o.advisory);
        if (octets.length > LONGEST_ADVISORY) {
          throw new FieldOverflowError('advisory', octets.length, LONGEST_ADVISORY);
        }
        w.octets(octets);
        return;
      }
      w.u32(o.routerId ?? routerId).u32(o.sequence, 'sequence');
      if (o.content === 'reply') w.u32(o.counter ?? 0, 'counter');
    });
  });
}

export function operationalToJson(o: Operational): JsonObject {
  if (o.name === 'unknown') return { name: 'unknown', type: o.code, data: toHexUpper(o.value) };
  const family = { name: o.name, afi: afiWord(afiOf(o.family)), safi: safiWord(safiOf(o.family)) };
  if (o.content === 'advisory') return { ...family, advisory: printable(o.advisory) };
  // ExaBGP tells no more of a query, in text neither
  if (o.content === 'query') return family;
  return {
    ...family,
    'router-id': dottedQuad(o.routerId ?? 0),
    sequence: o.sequence,
    counter: o.counter,
  };
}

/** `ADM afi ipv4 safi unicast advisory "text"` */
export function operationalToText(o: Operational): string {
  if (o.name === 'unknown') return `unknown ${o.code} data ${toHexUpper(o.value)}`;
  const start = `${o.name} afi ${afiWord(afiOf(o.family))} safi ${safiWord(safiOf(o.family))}`;
  if (o.content === 'advisory') return `${start} advisory "${printable(o.advisory).replaceAll('"', '\\"')}"`;
  if (o.content === 'query') return start;
  return `${start} router-id ${dottedQuad(o.routerId ?? 0)} sequence ${o.sequence} counter ${o.counter ?? 0}`;
}

/** The words of configuration and commands: `asm`, `rpcq` and so on. */
export const OPERATIONAL_WORDS = TYPES.map(({ name }) => name.toLowerCase() as Lowercase<Row['name']>);

/** `asm afi ipv4 safi unicast advisory "text"`, the first word being read: `word`. */
export function parseOperational(word: (typeof OPERATIONAL_WORDS)[number], words: Words): Operational {
  const row = TYPES.find(({ name }) => name.toLowerCase() === word) ?? TYPES[0];
  const { name, content } = row;
  const family = parseFamily(words);
  if (content === 'advisory') {
    words.expect('advisory');
    const at = words.next('the text of the advisory');
    const tooLong = octetsOfText(at.text).length > LONGEST_ADVISORY;
    if (tooLong) words.fail(at, `a text of at most ${LONGEST_ADVISORY} octets`);
    return { name, family, content, advisory: at.text };
  }
  words.expect('sequence');
  const sequence = words.unsigned('a sequence number', 0xffffffff);
  const asked = { name, family, content, routerId: undefined, sequence };
  if (content === 'query') return asked;
  words.expect('counter');
  return { ...asked, counter: words.unsigned('a counter', 0xffffffff) };
}

function parseFamily(words: Words): FamilyId {
  words.expect('afi');
  const expected = `an AFI (${Object.keys(AFI).join(', ')})`;
  const word = words.next(expected);
  const afi = word.text.toLowerCase();
  if (!isAfiWord(afi)) words.fail(word, expected, Object.keys(AFI));
  words.expect('safi');
  const safi = words.next('a SAFI');
  return familyOfWords(afi, safi.text.toLowerCase()) ?? words.fail(safi, `a SAFI of ${afi}`);
}
