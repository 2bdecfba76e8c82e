// One synthetic IPv4 table, in every form that the load tools use.

/** The prefix that is always last: when it has come through, all has. */
export const MARKER = '203.0.113.0/24';
const NEXT_HOP = '192.0.2.1';
/** Attribute sets for each prefix: what a full table has, about. */
const SETS = 0.15;
const MESSAGE_MAX = 4096;

/** Numbers from 0 up to 1, the same for every run. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The AS of the programs that are measured: a path with it is a loop. */
const LOCAL_AS = 65001;
const foreign = (as) => (as === LOCAL_AS ? as + 1 : as);

function attributeSet(random, peerAs) {
  const below = (most) => Math.floor(random() * most);
  const path = [peerAs, ...Array.from({ length: 1 + below(6) }, () => foreign(1 + below(270_000)))];
  const communities = Array.from({ length: below(9) }, () => [1 + below(65_000), below(65_000)]);
  return { origin: below(3), path, communities, med: random() < 0.3 ? below(1000) : undefined };
}

function prefixes(random, count) {
  const seen = new Set();
  while (seen.size < count - 1) {
    const bits = random() < 0.6 ? 24 : 16 + Math.floor(random() * 8);
    const first = 1 + Math.floor(random() * 200);
    if (first === 10 || first === 127) continue;
    const address = (first * 2 ** 24 + Math.floor(random() * 2 ** 24)) & (-1 << (32 - bits));
    seen.add(`${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}/${bits}`);
  }
  return [...seen, MARKER];
}

function attribute(flags, code, value) {
  const long = value.length > 255;
  const head = long
    ? [flags | 0x10, code, value.length >> 8, value.length & 255]
    : [flags, code, value.length];
  return Buffer.concat([Buffer.from(head), value]);
}

function u32s(values) {
  const octets = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => void octets.writeUInt32BE(value, i * 4));
  return octets;
}

function attributeOctets({ origin, path, communities, med }) {
  const parts = [
    attribute(0x40, 1, Buffer.from([origin])),
    attribute(0x40, 2, Buffer.concat([Buffer.from([2, path.length]), u32s(path)])),
    attribute(0x40, 3, Buffer.from(NEXT_HOP.split('.').map(Number))),
  ];
  if (med !== undefined) parts.push(attribute(0x80, 4, u32s([med])));
  if (communities.length > 0)
    parts.push(attribute(0xc0, 8, u32s(communities.map(([high, low]) => high * 65536 + low))));
  return Buffer.concat(parts);
}

function nlri(prefix) {
  const [address, bits] = prefix.split('/');
  return Buffer.from(
    [Number(bits), ...address.split('.').map(Number)].slice(0, 1 + Math.ceil(Number(bits) / 8)),
  );
}

/** A BGP message: marker, length, type, body. */
export function message(type, body) {
  const head = Buffer.alloc(19, 0xff);
  head.writeUInt16BE(19 + body.length, 16);
  head[18] = type;
  return Buffer.concat([head, body]);
}

function updates({ octets, routes }) {
  const out = [];
  const room = MESSAGE_MAX - 19 - 4 - octets.length;
  let field = [];
  let length = 0;
  const flush = () => {
    const lengths = Buffer.from([0, 0, octets.length >> 8, octets.length & 255]);
    out.push(message(2, Buffer.concat([lengths, octets, ...field])));
    field = [];
    length = 0;
  };
  for (const route of routes.map(nlri)) {
    if (length + route.length > room) flush();
    field.push(route);
    length += route.length;
  }
  flush();
  return out;
}

function words({ origin, path, communities, med }) {
  const parts = [
    `next-hop ${NEXT_HOP} origin ${['igp', 'egp', 'incomplete'][origin]} as-path [ ${path.join(' ')} ]`,
  ];
  if (med !== undefined) parts.push(`med ${med}`);
  if (communities.length > 0)
    parts.push(`community [ ${communities.map((one) => one.join(':')).join(' ')} ]`);
  return parts.join(' ');
}

/** Sets in pieces of one to three prefixes, in any order: what a session looks like after the first table. */
function churned(random, groups) {
  const pieces = groups.flatMap(({ routes, ...group }) => {
    const cut = [];
    for (let from = 0; from < routes.length; ) {
      const count = 1 + Math.floor(random() * 3);
      cut.push({ ...group, routes: routes.slice(from, from + count) });
      from += count;
    }
    return cut;
  });
  const last = pieces.findIndex(({ routes }) => routes.includes(MARKER));
  const [marked] = pieces.splice(last, 1);
  for (let i = pieces.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [pieces[i], pieces[j]] = [pieces[j], pieces[i]];
  }
  return [...pieces, marked];
}

const STAMP = 1_700_000_000;
const TABLE_DUMP_V2 = 13;
const BGP4MP = 16;

/** An MRT record: time stamp, type, subtype, length, body. */
function record(type, subtype, ...body) {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(STAMP, 0);
  head.writeUInt16BE(type, 4);
  head.writeUInt16BE(subtype, 6);
  head.writeUInt32BE(
    body.reduce((sum, { length }) => sum + length, 0),
    8,
  );
  return Buffer.concat([head, ...body]);
}

const PEER = Buffer.from([127, 0, 0, 2]);
const LOCAL = Buffer.from([127, 0, 0, 1]);

/** One peer's table: PEER_INDEX_TABLE, then RIB_IPV4_UNICAST for each prefix. */
function* mrtRib(groups, peerAs) {
  const peer = [Buffer.from([2]), PEER, PEER, u32s([peerAs])];
  yield record(TABLE_DUMP_V2, 1, LOCAL, Buffer.from([0, 0, 0, 1]), ...peer);
  let sequence = 0;
  for (const { octets, routes } of groups) {
    const entry = Buffer.concat([
      Buffer.from([0, 1, 0, 0]),
      u32s([STAMP]),
      Buffer.from([octets.length >> 8, octets.length & 255]),
      octets,
    ]);
    for (const route of routes) yield record(TABLE_DUMP_V2, 2, u32s([sequence++]), nlri(route), entry);
  }
}

/** BGP4MP_MESSAGE_AS4 for each UPDATE. */
function* mrtUpdates(groups, peerAs) {
  const head = Buffer.concat([u32s([peerAs, LOCAL_AS]), Buffer.from([0, 0, 0, 1]), PEER, LOCAL]);
  for (const group of groups) for (const update of updates(group)) yield record(BGP4MP, 4, head, update);
}

/** A BMP message of version 3: version, length, type, body. */
function bmpMessage(type, ...body) {
  const head = Buffer.from([3, 0, 0, 0, 0, type]);
  const whole = Buffer.concat([head, ...body]);
  whole.writeUInt32BE(whole.length, 1);
  return whole;
}

/** An OPEN with IPv4 unicast and four-octet AS. */
function open(as, id) {
  const body = Buffer.concat([
    Buffer.from([4, as >> 8, as & 255, 0, 180, ...id, 16]),
    Buffer.from('02060104000100010206410400000000', 'hex'),
  ]);
  body.writeUInt32BE(as, body.length - 4);
  return message(1, body);
}

const tlv = (type, text) => Buffer.concat([Buffer.from([0, type, 0, text.length]), Buffer.from(text)]);

/** A router with one peer: Initiation, Peer Up, and Route Monitoring for each UPDATE. */
function* bmp(groups, peerAs) {
  const padding = Buffer.alloc(12);
  const peer = Buffer.concat([Buffer.alloc(10), padding, PEER, u32s([peerAs]), PEER, u32s([STAMP, 0])]);
  yield bmpMessage(4, tlv(1, 'a load tool'), tlv(2, 'bench'));
  const ports = Buffer.from([0, 179, 0x9c, 0x40]);
  yield bmpMessage(3, peer, padding, LOCAL, ports, open(LOCAL_AS, LOCAL), open(peerAs, PEER));
  for (const group of groups) for (const update of updates(group)) yield bmpMessage(0, peer, update);
}

/** Each form is made when it is asked for. `dump` and `churn` as UPDATEs, `bmp` as messages of a router, `routes` and `groups` as commands, `mrtRib` and `mrtUpdates` as files. */
export function makeTable(count, peerAs) {
  const random = numbers(1);
  const all = prefixes(random, count);
  const size = 1 / SETS;
  const groups = [];
  for (let from = 0; from < all.length; ) {
    const routes = all.slice(from, from + 1 + Math.floor(random() * 2 * (size - 1)));
    const set = attributeSet(random, peerAs);
    groups.push({ words: words(set), octets: attributeOctets(set), routes });
    from += routes.length;
  }
  const lines = (make) => `${groups.flatMap(make).join('\n')}\n`;
  return {
    get dump() {
      return Buffer.concat(groups.flatMap(updates));
    },
    get churn() {
      return Buffer.concat(churned(random, groups).flatMap(updates));
    },
    get routes() {
      return lines((group) => group.routes.map((route) => `announce route ${route} ${group.words}`));
    },
    get groups() {
      return lines((group) => `announce attributes ${group.words} nlri ${group.routes.join(' ')}`);
    },
    get bmp() {
      return Buffer.concat([...bmp(groups, peerAs)]);
    },
    get mrtRib() {
      return Buffer.concat([...mrtRib(groups, peerAs)]);
    },
    get mrtUpdates() {
      return Buffer.concat([...mrtUpdates(groups, peerAs)]);
    },
  };
}
