import type { Words } from '../../syntax/words.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { CodecContext } from '../context.ts';
import { AS_TRANS } from '../iana.ts';
import type { ApiVersion, Json } from '../json.ts';
import { parseAsNumber } from './as-number.ts';
import { attribute, WELL_KNOWN } from './codec.ts';
import { renderAsPath } from './render.ts';

/** Segment types by code minus one, RFC 4271 section 4.3 and RFC 5065. */
const SEGMENT_TYPES = ['set', 'sequence', 'confed-sequence', 'confed-set'] as const;
export type SegmentType = (typeof SEGMENT_TYPES)[number];

export interface AsPathSegment {
  readonly type: SegmentType;
  readonly asns: readonly number[];
}

/** Segments in the order of the octets. */
export type AsPath = readonly AsPathSegment[];

/** What the reading of AS numbers depends on. */
export type ReadAs = Pick<CodecContext, 'asn4' | 'peering'>;

const MAX_SEGMENT = 255;
const MAX_TWO_OCTETS = 0xffff;

/**
 * AS 0 is refused from a peer (RFC 7607), and taken as it is in reports: archives of collectors are full of it.
 * @throws RangeError on an unknown type, an empty segment (RFC 7606 section 7.2) or AS 0
 */
export function readSegments(r: Reader, { asn4, peering }: ReadAs): AsPathSegment[] {
  const path: AsPathSegment[] = [];
  while (!r.done) {
    const code = r.u8();
    const type = SEGMENT_TYPES[code - 1];
    if (type === undefined) throw new RangeError(`unknown segment type ${code}`);
    const count = r.u8();
    if (count === 0) throw new RangeError('a segment without AS numbers');
    const body = r.slice(count * (asn4 ? 4 : 2));
    const asns = Array.from({ length: count }, () => (asn4 ? body.u32() : body.u16()));
    if (peering !== undefined && asns.includes(0)) throw new RangeError('AS 0');
    path.push({ type, asns });
  }
  return path;
}

/** Sequences longer than a segment holds go into several; an AS that needs four octets becomes AS_TRANS in two. */
export function writeSegments(w: Writer, path: AsPath, asn4: boolean): void {
  for (const { type, asns } of path) {
    const ordered = type === 'sequence' || type === 'confed-sequence';
    const most = ordered ? MAX_SEGMENT : Math.max(asns.length, 1);
    for (let from = 0; from < asns.length; from += most) {
      const part = asns.slice(from, from + most);
      w.u8(SEGMENT_TYPES.indexOf(type) + 1).u8(part.length, 'AS numbers of a segment');
      for (const as of part) {
        if (asn4) w.u32(as, 'AS number');
        else w.u16(as > MAX_TWO_OCTETS ? AS_TRANS : as, 'AS number');
      }
    }
  }
}

export function isConfed(segment: AsPathSegment): boolean {
  return segment.type === 'confed-sequence' || segment.type === 'confed-set';
}

/** Whether two octets cannot hold an AS of the path: AS4_PATH must then go with it (RFC 6793 section 4.2.2). */
export function needsFourOctets(path: AsPath): boolean {
  return path.some((segment) => segment.asns.some((as) => as > MAX_TWO_OCTETS));
}

function decode(r: Reader, context: CodecContext): AsPath {
  const path = readSegments(r, context);
  if (context.peering === 'external' && path.some(isConfed)) {
    throw new RangeError('confederation segments from a peer outside the confederation');
  }
  return path;
}

function gather(path: AsPath, type: SegmentType): number[] {
  return path.filter((segment) => segment.type === type).flatMap((segment) => segment.asns);
}

function toJson(path: AsPath, version: ApiVersion): Record<string, Json> {
  if (path.length === 0) return {};
  if (version === 4) {
    const set = gather(path, 'set');
    const confedSet = gather(path, 'confed-set');
    return {
      'as-path': gather(path, 'sequence'),
      ...(set.length > 0 ? { 'as-set': set } : {}),
      'confederation-path': gather(path, 'confed-sequence'),
      ...(confedSet.length > 0 ? { 'confederation-set': confedSet } : {}),
    };
  }
  const elements = path.map(({ type, asns }, i) => {
    const element = `as-${type}`;
    return [String(i), { element, value: asns }] as const;
  });
  return { 'as-path': Object.fromEntries(elements) };
}

/** Before the brackets of a confederation's segment in configuration. */
const CONFED_WORD = 'confed';

/** Brackets of each segment type in the text events of versions 5 and 6. */
const EVENT_BRACKETS: Record<SegmentType, readonly [string, string]> = {
  sequence: ['( ', ' )'],
  set: ['[ ', ' ]'],
  'confed-sequence': ['{( ', ' )}'],
  'confed-set': ['{[ ', ' ]}'],
};

/** Brackets in configuration: the other way round, as ExaBGP has it. Its braces for confederations end a statement. */
const CONFIG_BRACKETS: Record<SegmentType, readonly [string, string]> = {
  sequence: ['[ ', ' ]'],
  set: ['( ', ' )'],
  'confed-sequence': [`${CONFED_WORD} [ `, ' ]'],
  'confed-set': [`${CONFED_WORD} ( `, ' )'],
};

function bracketed(path: AsPath, brackets: typeof EVENT_BRACKETS): string {
  return path.map(({ type, asns }) => `${brackets[type][0]}${asns.join(' ')}${brackets[type][1]}`).join(' ');
}

/** Version 4: sequences first, then one set, in brackets; confederation segments in brackets of their own. */
function version4Text(path: AsPath): string {
  const part = (sequence: readonly number[], set: readonly number[]) => {
    if (set.length === 0) return `[ ${sequence.join(' ')} ]`;
    if (sequence.length === 0) return `[ ( ${set.join(' ')} )]`;
    return `[ ${sequence.join(' ')} ( ${set.join(' ')} ) ]`;
  };
  const plain = part(gather(path, 'sequence'), gather(path, 'set'));
  if (!path.some(isConfed)) return plain;
  return plain + part(gather(path, 'confed-sequence'), gather(path, 'confed-set'));
}

function parseAsns(words: Words, close: string): number[] {
  const asns: number[] = [];
  while (!words.take(close)) {
    if (words.done) words.failNext(`'${close}'`, [close]);
    asns.push(parseAsNumber(words));
    words.take(',');
  }
  return asns;
}

/** `[ 1 2 ( 3 4 ) 5 ]`: sequences with sets inside, each in its place. */
function parseBracket(words: Words, types: { readonly sequence: SegmentType; readonly set: SegmentType }) {
  const path: AsPathSegment[] = [];
  let asns: number[] = [];
  const flush = () => {
    if (asns.length > 0) path.push({ type: types.sequence, asns });
    asns = [];
  };
  while (!words.take(']')) {
    if (words.done) words.failNext("']'", [']']);
    const set = words.take('(') ? parseAsns(words, ')') : words.take('[') ? parseAsns(words, ']') : undefined;
    if (set === undefined) asns.push(parseAsNumber(words));
    else {
      flush();
      if (set.length > 0) path.push({ type: types.set, asns: set });
    }
    words.take(',');
  }
  flush();
  return path;
}

const PLAIN = { sequence: 'sequence', set: 'set' } as const;
const CONFED = { sequence: 'confed-sequence', set: 'confed-set' } as const;

function parseSegment(words: Words, types: typeof PLAIN | typeof CONFED): AsPathSegment[] {
  if (words.take('[')) return parseBracket(words, types);
  words.expect('(');
  const asns = parseAsns(words, ')');
  return asns.length === 0 ? [] : [{ type: types.set, asns }];
}

function startsSegment(words: Words): boolean {
  const word = words.peek();
  return word !== undefined && !word.quoted && ['[', '(', CONFED_WORD].includes(word.text);
}

function parse(words: Words): AsPath {
  if (!startsSegment(words)) return [{ type: 'sequence', asns: [parseAsNumber(words)] }];
  const path: AsPathSegment[] = [];
  while (startsSegment(words)) {
    path.push(...parseSegment(words, words.take(CONFED_WORD) ? CONFED : PLAIN));
  }
  return path;
}

/**
 * AS_PATH, RFC 4271 section 5.1.2 and RFC 6793: segments of two- or four-octet AS numbers, by session.
 * Configuration takes `7`, `[ 1 2 ]`, `[ 1 ( 2 3 ) ]` and `[ 1 ] ( 2 3 )`; what is in parentheses is a set,
 * and `confed` stands before segments of a confederation.
 */
export const asPath = attribute<AsPath, 'asPath'>({
  code: 2,
  rfc: 'RFC 4271, RFC 6793',
  key: 'asPath',
  word: 'as-path',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  subcode: 'Malformed AS_PATH',
  decode,
  encode: (w, value, context) => writeSegments(w, value, context.asn4),
  toJson,
  toText: (value, version) => {
    if (version === 4 || value.length === 0) return `as-path ${version4Text(value)}`;
    return `as-path ${bracketed(value, EVENT_BRACKETS)}`;
  },
  toConfig: (value) => `as-path ${value.length === 0 ? '[ ]' : bracketed(value, CONFIG_BRACKETS)}`,
  render: renderAsPath,
  parse,
});
