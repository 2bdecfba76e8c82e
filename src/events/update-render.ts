import { renderByCode } from '../bgp/attributes/index.ts';
import { readGroups, u16At, u32At } from '../bgp/attributes/render.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { RegularUpdate } from '../bgp/regular-update.ts';
import { Text } from '../wire/ascii.ts';
import type { Around, LineWriter } from '../wire/line-writer.ts';
import { leadingOctets } from '../wire/prefix.ts';

const NEXT_HOP = 3;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const UPDATE = new Text('{ "update": ');
const ATTRIBUTE = new Text(', "attribute": ');
const ANNOUNCE = new Text(', "announce": ');
const WITHDRAW = new Text(', "withdraw": ');
const IPV4 = new Text(', "ipv4 unicast": ');
const IPV6 = new Text(', "ipv6 unicast": ');
const HOP = new Text(', "next-hop": "');
const QUOTED = new Text(', "');
const HOP_END = new Text('": ');
const OBJECT_END = new Text(' }');
const LIST_END = new Text(' ]');
const PATH = new Text('", "path-information": "');

/** How a route stands in a list: as an object, or with `compact` as a string. */
const OBJECT: Around = { before: new Text(', { "nlri": "'), after: new Text('" }') };
const STRING: Around = { before: QUOTED, after: new Text('"') };

/** Octets that the text of an octet of an UPDATE may take: a default route is one, and 29 in the text. */
const TEXT_OF_OCTET = 40;
/** Names of members, once a message. */
const FIXED = 4096;

/**
 * The `message` of an update event, as `stringify(updateToJson(…))` gives it, straight from the octets. Every
 * member begins with `, `; the first comma of an object or list is then made its bracket.
 */
export function renderUpdate(
  out: LineWriter,
  update: RegularUpdate,
  { version, compact }: { readonly version: ApiVersion; readonly compact: boolean },
): void {
  out.reserve(update.size * TEXT_OF_OCTET + FIXED).text(UPDATE);
  const start = out.length;
  const shape = compact ? STRING : OBJECT;
  writeAttributes(out, update, version);
  writeAnnounced(out, update, shape);
  writeWithdrawn(out, update, shape);
  out.patch(start, OPEN_BRACE).text(OBJECT_END).text(OBJECT_END);
}

/** Version 6 shows NEXT_HOP, in its place by type code, among the attributes of an UPDATE that withdraws. */
function writeAttributes(out: LineWriter, update: RegularUpdate, version: ApiVersion): void {
  const before = out.length;
  const start = out.text(ATTRIBUTE).length;
  const showsHop = version === 6 && withdraws(update);
  const { codes, codeCount } = update;
  for (let i = 0; i < codeCount; i++) {
    const code = codes[i] as number;
    const span = update.select(code);
    if (code === NEXT_HOP && showsHop) out.text(HOP).quad(u32At(span.octets, span.from)).octet(QUOTE);
    else renderByCode(code)?.write(out, span, version);
  }
  if (out.length === start) out.truncate(before);
  else out.patch(start, OPEN_BRACE).text(OBJECT_END);
}

function withdraws({ withdrawn, unreach }: RegularUpdate): boolean {
  return withdrawn.from < withdrawn.to || unreach.to > 0;
}

/** Family, then next hop, then routes. */
function writeAnnounced(out: LineWriter, update: RegularUpdate, shape: Around): void {
  const { announced, reach, reachHop, octets } = update;
  const plain = announced.from < announced.to;
  if (!plain && reach.to === 0) return;
  const start = out.text(ANNOUNCE).length;
  if (plain) {
    const { from } = update.select(NEXT_HOP);
    const family = out.text(IPV4).length;
    out.text(QUOTED).quad(u32At(octets, from)).text(HOP_END);
    writeIpv4(out, update, announced, shape);
    out.patch(family, OPEN_BRACE).text(OBJECT_END);
  }
  if (reach.to > 0) {
    const family = out.text(IPV6).length;
    for (let i = 0; i < 8; i++) GROUPS[i] = u16At(octets, reachHop + i * 2);
    out.text(QUOTED).groups(GROUPS).text(HOP_END);
    writeIpv6(out, update, reach, shape);
    out.patch(family, OPEN_BRACE).text(OBJECT_END);
  }
  out.patch(start, OPEN_BRACE).text(OBJECT_END);
}

function writeWithdrawn(out: LineWriter, update: RegularUpdate, shape: Around): void {
  if (!withdraws(update)) return;
  const { withdrawn, unreach } = update;
  const start = out.text(WITHDRAW).length;
  if (withdrawn.from < withdrawn.to) writeIpv4(out.text(IPV4), update, withdrawn, shape);
  if (unreach.to > 0) writeIpv6(out.text(IPV6), update, unreach, shape);
  out.patch(start, OPEN_BRACE).text(OBJECT_END);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function writeIpv4(out: LineWriter, update: RegularUpdate, { from, to }: Range, shape: Around): void {
  const { octets } = update;
  const start = out.length;
  if (update.pathIds(IPV4_UNICAST)) writeIpv4Paths(out, octets, from, to);
  else out.quadPrefixes(octets, from, to, shape);
  out.patch(start, OPEN_BRACKET).text(LIST_END);
}

function writeIpv4Paths(out: LineWriter, octets: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; ) {
    const bits = octets[at + 4] as number;
    out.text(OBJECT.before).quadPrefix(leadingOctets(octets, at + 5, bits), bits);
    out.text(PATH).quad(u32At(octets, at)).text(OBJECT.after);
    at += 5 + ((bits + 7) >> 3);
  }
}

const GROUPS = new Uint16Array(8);

function writeIpv6(out: LineWriter, update: RegularUpdate, { from, to }: Range, shape: Around): void {
  const { octets } = update;
  const pathIds = update.pathIds(IPV6_UNICAST);
  const { before, after } = pathIds ? OBJECT : shape;
  const start = out.length;
  let at = from;
  while (at < to) {
    const path = at;
    if (pathIds) at += 4;
    const bits = octets[at++] as number;
    readGroups(GROUPS, octets, at, bits);
    out.text(before).groups(GROUPS).slash(bits);
    if (pathIds) out.text(PATH).quad(u32At(octets, path));
    out.text(after);
    at += (bits + 7) >> 3;
  }
  out.patch(start, OPEN_BRACKET).text(LIST_END);
}
