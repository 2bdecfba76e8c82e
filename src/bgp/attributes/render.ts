import { Text } from '../../wire/ascii.ts';
import type { LineWriter } from '../../wire/line-writer.ts';
import type { CodecContext } from '../context.ts';
import type { ApiVersion } from '../json.ts';

/** Octets of one attribute's value, from `from` up to `to`. */
export interface Span {
  readonly octets: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly context: CodecContext;
}

/**
 * The hot path of one attribute: octets to JSON octets, no value between. What `write` writes is by definition
 * what the row's `decode` and `toJson` and the spaced JSON text of events make of the octets; a property test over
 * the table holds both together.
 */
export interface AttributeRender {
  /** Whether `decode` takes the octets without complaint. Those it does not take go the plain way. */
  regular(span: Span): boolean;
  /** Each member of the `attribute` object with `, ` before it. Only of what is regular. */
  write(out: LineWriter, span: Span, version: ApiVersion): void;
}

const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const COLON = 0x3a;
const LIST_END = new Text(' ]');
const NO_LIST = new Text('[ ]');
const COMMA = new Text(', ');

export function u32At(octets: Uint8Array, at: number): number {
  return (
    (((octets[at] as number) << 24) |
      ((octets[at + 1] as number) << 16) |
      ((octets[at + 2] as number) << 8) |
      (octets[at + 3] as number)) >>>
    0
  );
}

export function u16At(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

/** A prefix as eight groups, what stands behind its bits as zero. */
export function readGroups(groups: Uint16Array, octets: Uint8Array, from: number, bits: number): void {
  const end = from + ((bits + 7) >> 3);
  for (let i = 0; i < 8; i++) {
    const at = from + i * 2;
    const high = at < end ? (octets[at] as number) : 0;
    const low = at + 1 < end ? (octets[at + 1] as number) : 0;
    const kept = Math.min(Math.max(bits - i * 16, 0), 16);
    groups[i] = ((high << 8) | low) & (0xffff0000 >> kept);
  }
}

const length = (wanted: number) => (span: Span) => span.to - span.from === wanted;
const multiple = (size: number) => (span: Span) => span.to > span.from && (span.to - span.from) % size === 0;
const nothing = () => {};

function number(word: string): AttributeRender {
  const name = new Text(`, "${word}": `);
  return {
    regular: length(4),
    write: (out, { octets, from }) => out.text(name).decimal(u32At(octets, from)),
  };
}

const ORIGIN_TEXTS = ['igp', 'egp', 'incomplete'].map((word) => new Text(`, "origin": "${word}"`));

export const renderOrigin: AttributeRender = {
  regular: ({ octets, from, to }) => to - from === 1 && (octets[from] as number) < ORIGIN_TEXTS.length,
  write: (out, { octets, from }) => out.text(ORIGIN_TEXTS[octets[from] as number] as Text),
};

export const renderMed = number('med');
export const renderLocalPreference = number('local-preference');

export const renderNextHop: AttributeRender = {
  regular({ octets, from, to, context }) {
    const first = octets[from] as number;
    return to - from === 4 && (context.peering === undefined || (first !== 0 && first < 224));
  },
  write: nothing,
};

export const renderAtomicAggregate: AttributeRender = {
  regular: length(0),
  write: (out) => out.text(ATOMIC),
};
const ATOMIC = new Text(', "atomic-aggregate": true');

export const renderAggregator: AttributeRender = {
  regular({ octets, from, to, context: { asn4 } }) {
    const width = asn4 ? 4 : 2;
    return to - from === width + 4 && (asn4 ? u32At(octets, from) : u16At(octets, from)) !== 0;
  },
  write(out, { octets, from, context: { asn4 } }) {
    out.text(AGGREGATOR).decimal(asn4 ? u32At(octets, from) : u16At(octets, from));
    out
      .octet(COLON)
      .quad(u32At(octets, from + (asn4 ? 4 : 2)))
      .octet(QUOTE);
  },
};
const AGGREGATOR = new Text(', "aggregator": "');

export const renderOriginatorId: AttributeRender = {
  regular: length(4),
  write: (out, { octets, from }) => out.text(ORIGINATOR).quad(u32At(octets, from)).octet(QUOTE),
};
const ORIGINATOR = new Text(', "originator-id": "');

export const renderClusterList: AttributeRender = {
  regular: multiple(4),
  write(out, { octets, from, to }) {
    out.text(CLUSTER);
    const start = out.length;
    for (let at = from; at < to; at += 4) out.text(QUOTED).quad(u32At(octets, at)).octet(QUOTE);
    out.patch(start, OPEN_BRACKET).text(LIST_END);
  },
};
const CLUSTER = new Text(', "cluster-list": ');
const QUOTED = new Text(', "');

export const renderCommunity: AttributeRender = {
  regular: multiple(4),
  write(out, { octets, from, to }, version) {
    const count = (to - from) / 4;
    let ascending = true;
    for (let i = 0; i < count; i++) {
      const value = u32At(octets, from + i * 4);
      COMMUNITIES[i] = value;
      if (i > 0 && value < (COMMUNITIES[i - 1] as number)) ascending = false;
    }
    if (version === 5 && !ascending) sortFirst(COMMUNITIES, count);
    out.text(COMMUNITY);
    const start = out.length;
    out.pairs(COMMUNITIES, count).patch(start, OPEN_BRACKET).text(LIST_END);
  },
};
const COMMUNITY = new Text(', "community": ');
const PAIR = new Text(', [ ');
/** More than that, and the order of a list is found by Node. */
const FEW = 32;
/** Values of one attribute at a time, as many as a message may have. */
const COMMUNITIES = new Uint32Array(0xffff >> 2);

/** Few are moved to their places one by one, which takes no memory. */
function sortFirst(values: Uint32Array, count: number): void {
  if (count > FEW) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i] as number;
    let to = i;
    for (; to > 0 && (values[to - 1] as number) > value; to--) values[to] = values[to - 1] as number;
    values[to] = value;
  }
}

export const renderLargeCommunity: AttributeRender = {
  regular: multiple(12),
  write(out, { octets, from, to }) {
    out.text(LARGE_COMMUNITY);
    const start = out.length;
    for (let at = from; at < to; at += 12) {
      out.text(PAIR).decimal(u32At(octets, at)).text(COMMA);
      out
        .decimal(u32At(octets, at + 4))
        .text(COMMA)
        .decimal(u32At(octets, at + 8))
        .text(LIST_END);
    }
    out.patch(start, OPEN_BRACKET).text(LIST_END);
  },
};
const LARGE_COMMUNITY = new Text(', "large-community": ');

/** Segment types by code, RFC 4271 section 4.3 and RFC 5065; each with the element that names it. */
const SET = 1;
const SEQUENCE = 2;
const CONFED_SEQUENCE = 3;
const CONFED_SET = 4;
const ELEMENTS = ['', 'as-set', 'as-sequence', 'as-confed-sequence', 'as-confed-set'].map(
  (element) => new Text(`": { "element": "${element}", "value": `),
);
const AS_PATH = new Text(', "as-path": ');
const AS_SET = new Text(', "as-set": ');
const CONFED_PATH = new Text(', "confederation-path": ');
const CONFED_SETS = new Text(', "confederation-set": ');
const OBJECT_END = new Text(' }');
const OPEN_BRACE = 0x7b;

/** As readSegments: known types, none empty; no AS 0, which is rare; confederation segments not from external peers. */
function isPath({ octets, from, to, context: { asn4, peering } }: Span): boolean {
  const width = asn4 ? 4 : 2;
  const last = peering === 'external' ? SEQUENCE : CONFED_SET;
  let at = from;
  while (at < to) {
    const type = octets[at] as number;
    if (type === 0 || type > last || to - at < 2) return false;
    const count = octets[at + 1] as number;
    const end = at + 2 + count * width;
    if (count === 0 || end > to) return false;
    for (at += 2; at < end; at += width) {
      if ((asn4 ? u32At(octets, at) : u16At(octets, at)) === 0) return false;
    }
  }
  return true;
}

function writeAsns(out: LineWriter, { octets, context: { asn4 } }: Span, at: number): void {
  const count = octets[at + 1] as number;
  const width = asn4 ? 4 : 2;
  const end = at + 2 + count * width;
  out.decimals(octets, at + 2, end, width);
}

/** All AS numbers of the segments of one type, without brackets. */
function writeType(out: LineWriter, span: Span, type: number): void {
  const { octets, from, to } = span;
  const width = span.context.asn4 ? 4 : 2;
  for (let at = from; at < to; at += 2 + (octets[at + 1] as number) * width) {
    if (octets[at] === type) writeAsns(out, span, at);
  }
}

/** The member, also without AS numbers where it is always there. */
function writeGathered(
  out: LineWriter,
  span: Span,
  member: { readonly type: number; readonly name: Text; readonly always: boolean },
): void {
  const before = out.length;
  out.text(member.name);
  const start = out.length;
  writeType(out, span, member.type);
  if (out.length > start) out.patch(start, OPEN_BRACKET).text(LIST_END);
  else if (member.always) out.text(NO_LIST);
  else out.truncate(before);
}

const VERSION_4 = [
  { type: SEQUENCE, name: AS_PATH, always: true },
  { type: SET, name: AS_SET, always: false },
  { type: CONFED_SEQUENCE, name: CONFED_PATH, always: true },
  { type: CONFED_SET, name: CONFED_SETS, always: false },
] as const;

export const renderAsPath: AttributeRender = {
  regular: isPath,
  write(out, span, version) {
    const { octets, from, to, context } = span;
    if (from === to) return;
    if (version === 4) {
      for (const member of VERSION_4) writeGathered(out, span, member);
      return;
    }
    out.text(AS_PATH);
    const start = out.length;
    const width = context.asn4 ? 4 : 2;
    for (let at = from, nth = 0; at < to; nth++) {
      const type = octets[at] as number;
      out
        .text(QUOTED)
        .decimal(nth)
        .text(ELEMENTS[type] as Text);
      const list = out.length;
      writeAsns(out, span, at);
      out.patch(list, OPEN_BRACKET).text(LIST_END).text(OBJECT_END);
      at += 2 + (octets[at + 1] as number) * width;
    }
    out.patch(start, OPEN_BRACE).text(OBJECT_END);
  },
};
