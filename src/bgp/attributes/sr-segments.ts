import type { Words } from '../../syntax/words.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { MAX_LABEL } from '../nlri/labels.ts';
import { addressWord } from '../nlri/words.ts';

/** RFC 9830 section 2.4.4.2.3 and RFC 9831 section 2.10: what of the optional fields is there. */
const ALGORITHM = 0x40;
const SID = 0x20;
const BEHAVIOR = 0x10;
/** Bottom of stack, in the four octets of a label. */
const BOTTOM = 0x100;

/** `local-if-id 5`: a word and what it has on the wire. */
interface Part {
  readonly word: string;
  read(words: Words): Uint8Array;
}

/** One segment type of an SR Policy: its code, its words in order, and what may follow them. */
interface SegmentType {
  readonly word: string;
  readonly code: number;
  readonly parts: readonly Part[];
  /** `algorithm N` stands behind the parts. */
  readonly algorithm?: boolean;
  readonly sid?: 'mpls' | 'srv6';
  /** `endpoint-behavior …` may stand last. */
  readonly behavior?: boolean;
}

const label = (words: Words) => labelOctets(words.unsigned('a label', MAX_LABEL));
const ipv4 = (words: Words) => addressWord(words, 4);
const ipv6 = (words: Words) => addressWord(words, 16);
const interfaceId = (words: Words) => {
  const id = words.unsigned('an interface identifier', 0xffffffff);
  return written((w) => w.u32(id));
};

/** RFC 9830 section 2.4.4.2, types A and B; RFC 9831 section 2, the others. */
const TYPES: readonly SegmentType[] = [
  { word: 'type-a', code: 1, parts: [{ word: 'mpls', read: label }] },
  { word: 'type-b', code: 13, parts: [{ word: 'srv6', read: ipv6 }], behavior: true },
  { word: 'type-c', code: 3, parts: [{ word: 'ipv4', read: ipv4 }], algorithm: true, sid: 'mpls' },
  { word: 'type-d', code: 4, parts: [{ word: 'ipv6', read: ipv6 }], algorithm: true, sid: 'mpls' },
  {
    word: 'type-e',
    code: 5,
    parts: [
      { word: 'local-if-id', read: interfaceId },
      { word: 'ipv4', read: ipv4 },
    ],
    sid: 'mpls',
  },
  {
    word: 'type-f',
    code: 6,
    parts: [
      { word: 'local', read: ipv4 },
      { word: 'remote', read: ipv4 },
    ],
    sid: 'mpls',
  },
  { word: 'type-g', code: 7, parts: interfacePair(), sid: 'mpls' },
  { word: 'type-h', code: 8, parts: addressPair(), sid: 'mpls' },
  {
    word: 'type-i',
    code: 14,
    parts: [{ word: 'ipv6', read: ipv6 }],
    algorithm: true,
    sid: 'srv6',
    behavior: true,
  },
  { word: 'type-j', code: 15, parts: interfacePair(), algorithm: true, sid: 'srv6', behavior: true },
  { word: 'type-k', code: 16, parts: addressPair(), algorithm: true, sid: 'srv6', behavior: true },
];

function interfacePair(): Part[] {
  return [
    { word: 'local-if-id', read: interfaceId },
    { word: 'local-ipv6', read: ipv6 },
    { word: 'remote-if-id', read: interfaceId },
    { word: 'remote-ipv6', read: ipv6 },
  ];
}

function addressPair(): Part[] {
  return [
    { word: 'local6', read: ipv6 },
    { word: 'remote6', read: ipv6 },
  ];
}

/** A label with traffic class and TTL 0, RFC 9830 section 2.4.4.2.1. */
export function labelOctets(value: number): Uint8Array {
  return written((w) => w.u32(value * 0x1000));
}

interface Segment {
  readonly code: number;
  readonly flags: number;
  readonly algorithm: number;
  readonly body: Uint8Array;
}

/** `segment TYPE …` as often as it stands there, as sub-TLVs: the bottom of the stack is marked on a last label. */
export function parseSegments(words: Words, w: Writer): void {
  const segments: Segment[] = [];
  while (words.take('segment')) segments.push(parseSegment(words));
  segments.forEach(({ code, flags, algorithm, body }, i) => {
    w.u8(code).u8Length('segment', () => w.u8(flags).u8(algorithm).octets(body));
    if (code === 1 && i === segments.length - 1) w.patchU16(w.length - 2, BOTTOM + lastTwo(body), 'label');
  });
}

function lastTwo(body: Uint8Array): number {
  return (body.at(-2) ?? 0) * 256 + (body.at(-1) ?? 0);
}

function parseSegment(words: Words): Segment {
  const name = words.oneOf(
    TYPES.map(({ word }) => word),
    'a segment type',
  );
  const row = TYPES.find(({ word }) => word === name);
  let flags = 0;
  const body: Uint8Array[] = [];
  for (const part of row?.parts ?? []) {
    words.expect(part.word);
    body.push(part.read(words));
  }
  let algorithm = 0;
  if (row?.algorithm === true) {
    words.expect('algorithm');
    algorithm = words.unsigned('an SR algorithm', 255);
    flags |= ALGORITHM;
  }
  if (row?.sid !== undefined && words.take('sid')) {
    body.push(row.sid === 'mpls' ? label(words) : ipv6(words));
    flags |= SID;
  }
  if (row?.behavior === true && words.take('endpoint-behavior')) {
    body.push(parseBehavior(words));
    flags |= BEHAVIOR;
  }
  return { code: row?.code ?? 0, flags, algorithm, body: Buffer.concat(body) };
}

/** `BEHAVIOR BLOCK NODE FUNCTION ARGUMENT`: endpoint behavior, then the SID's structure in bits. */
function parseBehavior(words: Words): Uint8Array {
  const bits = (what: string) => words.unsigned(`a ${what} length in bits`, 128);
  const behavior = words.unsigned('an endpoint behavior', 0xffff);
  const structure = [bits('locator block'), bits('locator node'), bits('function'), bits('argument')];
  return written((w) => w.u16(behavior).u16(0).octets(Uint8Array.from(structure)));
}
