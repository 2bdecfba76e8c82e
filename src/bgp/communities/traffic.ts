import type { Words } from '../../syntax/words.ts';
import { dottedQuad, parseAddress } from '../../wire/address.ts';
import { Reader } from '../../wire/reader.ts';
import { written } from '../../wire/writer.ts';
import type { ExtendedCommunityCodec } from './codec.ts';
import { as2Local, as4Local, community, decimal, float32, float32At, ipv4Local, rated } from './octets.ts';

const NOTHING = [0, 0, 0, 0, 0, 0] as const;
/** To what of the interfaces a rule is applied, draft-ietf-idr-flowspec-interfaceset; 0 is none. */
const DIRECTIONS: readonly string[] = ['0', 'input', 'output', 'input-output'];
const SAMPLING = ['terminal', 'sample', 'sample-terminal'] as const;
/** ExaBGP 4.2 reads it as `sample-terminal`. */
const BOTH = 'terminal-sample';

function rate(words: Words): Uint8Array {
  const bytes = words.unsigned('a rate in bytes per second', 1e15);
  const unit = words.take('packets') ? 0x0c : 0x06;
  if (unit === 0x06) words.take('bytes');
  return community(0x80, unit, [0, 0, ...float32(bytes)]);
}

/** `rate-limit:RATE`, or `rate-limit:AS:RATE` where an AS number is there. */
function rateConfig(octets: Uint8Array, unit: string): string {
  const as = new Reader(octets.subarray(2)).u16();
  return `rate-limit:${as === 0 ? '' : `${as}:`}${float32At(octets, 4)}${unit}`;
}

function redirect(words: Words): Uint8Array {
  const expected = "'AS:N', 'IPv4:N' or an IP address to redirect to";
  const word = words.next(expected);
  const two = as2Local(word.text);
  if (two !== undefined) return community(0x80, 0x08, two);
  const ipv4 = ipv4Local(word.text);
  if (ipv4 !== undefined) return community(0x81, 0x08, ipv4);
  const four = as4Local(word.text, { anySize: false });
  return four === undefined ? words.fail(word, expected) : community(0x82, 0x08, four);
}

/** `transitive:input:65000:100`; the first part may be left out. */
function interfaceSet(words: Words): Uint8Array {
  const expected =
    "an interface set as 'transitive:input:AS:GROUP' (or non-transitive; output or input-output; GROUP up to 16383)";
  const word = words.next(expected);
  return interfaceSetOf(word.text) ?? words.fail(word, expected);
}

/** `DIRECTION:AS:GROUP`. */
function interfaceSetText(octets: Uint8Array): string {
  const r = new Reader(octets.subarray(2));
  const as = r.u32();
  const bits = r.u16();
  return `${DIRECTIONS[bits >>> 14]}:${as}:${bits & 0x3fff}`;
}

function interfaceSetOf(text: string): Uint8Array | undefined {
  const parts = /^(?:(transitive|non-transitive):)?([a-z-]+):(\d{1,10}):(\d{1,5})$/.exec(text);
  const direction = DIRECTIONS.indexOf(parts?.[2] ?? '', 1);
  const as = Number(parts?.[3]);
  const group = Number(parts?.[4]);
  if (direction < 1 || !(as <= 0xffffffff && group <= 0x3fff)) return undefined;
  const type = parts?.[1] === 'non-transitive' ? 0x47 : 0x07;
  return written((w) =>
    w
      .u8(type)
      .u8(0x02)
      .u32(as)
      .u16(direction * 0x4000 + group),
  );
}

/** FlowSpec actions, RFC 8955 section 7 and the drafts that ExaBGP speaks. */
export const TRAFFIC: readonly ExtendedCommunityCodec[] = [
  {
    type: 0x80,
    subtype: 0x06,
    word: 'rate-limit',
    toText: (octets) => `rate-limit:${float32At(octets, 4)}`,
    toConfig: (octets) => rateConfig(octets, ''),
    parse: (text) => rated(0x80, 0x06, text.includes(':') ? text : `0:${text}`),
    action: { word: 'rate-limit', parse: rate },
  },
  {
    type: 0x80,
    subtype: 0x06,
    word: 'discard',
    toText: (octets) => `rate-limit:${float32At(octets, 4)}`,
    action: { word: 'discard', parse: () => community(0x80, 0x06, NOTHING) },
  },
  {
    type: 0x80,
    subtype: 0x0c,
    word: 'rate-limit',
    toText: (octets, version) => (version === 6 ? `rate-limit:${float32At(octets, 4)}:packets` : ''),
    toConfig: (octets) => rateConfig(octets, ':packets'),
    parse(text) {
      const [rate = '', unit] = text.split(/:(packets)$/);
      if (unit === undefined) return undefined;
      return rated(0x80, 0x0c, rate.includes(':') ? rate : `0:${rate}`);
    },
  },
  {
    type: 0x80,
    subtype: 0x07,
    word: 'action',
    toText: (octets) => {
      const name = SAMPLING[((octets[7] ?? 0) & 3) - 1];
      return name === undefined ? 'action' : `action ${name}`;
    },
    toConfig: (octets) => `action:${SAMPLING[((octets[7] ?? 0) & 3) - 1]}`,
    parse(text) {
      const bits = (SAMPLING as readonly string[]).indexOf(text) + 1;
      return bits === 0 ? undefined : community(0x80, 0x07, [0, 0, 0, 0, 0, bits]);
    },
    action: {
      word: 'action',
      parse: (words) => {
        const word = words.take(BOTH) ? 'sample-terminal' : words.oneOf(SAMPLING, 'a traffic action');
        const bits = SAMPLING.indexOf(word) + 1;
        return community(0x80, 0x07, [0, 0, 0, 0, 0, bits]);
      },
    },
  },
  {
    type: 0x80,
    subtype: 0x08,
    word: 'redirect',
    toText(octets) {
      const r = new Reader(octets.subarray(2));
      return `redirect:${r.u16()}:${r.u32()}`;
    },
    parse(text) {
      const two = as2Local(text);
      return two === undefined ? undefined : community(0x80, 0x08, two);
    },
    action: { word: 'redirect', parse: redirect },
  },
  {
    type: 0x80,
    subtype: 0x09,
    word: 'mark',
    toText: (octets) => `mark ${octets[7] ?? 0}`,
    toConfig: (octets) => `mark:${octets[7] ?? 0}`,
    parse(text) {
      const value = decimal(text, 63);
      return value === undefined ? undefined : community(0x80, 0x09, [0, 0, 0, 0, 0, value]);
    },
    action: {
      word: 'mark',
      parse: (words) => community(0x80, 0x09, [0, 0, 0, 0, 0, words.unsigned('a DSCP value', 63)]),
    },
  },
  {
    type: 0x08,
    subtype: 0x00,
    word: 'redirect-to-nexthop',
    toText: (octets) => ((octets[7] ?? 0) & 1 ? 'copy-to-nexthop' : 'redirect-to-nexthop'),
    parse: (text) => (text === '' ? community(0x08, 0x00, NOTHING) : undefined),
    action: { word: 'redirect-to-nexthop', parse: () => community(0x08, 0x00, NOTHING) },
  },
  {
    type: 0x01,
    subtype: 0x0c,
    word: 'redirect-to-nexthop-ietf',
    toText(octets) {
      const r = new Reader(octets.subarray(2));
      const address = dottedQuad(r.u32());
      return r.u16() & 1
        ? `copy-to-nexthop-ietf ${address} (with copy)`
        : `redirect-to-nexthop-ietf ${address}`;
    },
    toConfig(octets) {
      const r = new Reader(octets.subarray(2));
      const address = dottedQuad(r.u32());
      return `${r.u16() & 1 ? 'copy' : 'redirect'}-to-nexthop-ietf:${address}`;
    },
    parse(text) {
      const address = parseAddress(text);
      return address?.length === 4 ? community(0x01, 0x0c, [...address, 0, 0]) : undefined;
    },
    action: {
      word: 'redirect-to-nexthop-ietf',
      parse(words) {
        const expected = 'an IP address to redirect to';
        const word = words.next(expected);
        const address = parseAddress(word.text);
        return address?.length === 4 ? community(0x01, 0x0c, [...address, 0, 0]) : words.fail(word, expected);
      },
    },
  },
  ...[0x07, 0x47].map(
    (type): ExtendedCommunityCodec => ({
      type,
      subtype: 0x02,
      word: 'interface-set',
      toText: (octets) => `interface-set:${interfaceSetText(octets)}`,
      toConfig: (octets) =>
        `interface-set:${type === 0x47 ? 'non-transitive' : 'transitive'}:${interfaceSetText(octets)}`,
      parse: interfaceSetOf,
      action: { word: 'interface-set', parse: interfaceSet },
    }),
  ),
  {
    type: 0x08,
    subtype: 0x00,
    word: 'copy-to-nexthop',
    toText: () => '',
    parse: (text) => (text === '' ? community(0x08, 0x00, [0, 0, 0, 0, 0, 1]) : undefined),
  },
  {
    type: 0x01,
    subtype: 0x0c,
    word: 'copy-to-nexthop-ietf',
    toText: () => '',
    parse(text) {
      const address = parseAddress(text);
      return address?.length === 4 ? community(0x01, 0x0c, [...address, 0, 1]) : undefined;
    },
  },
  {
    type: 0x80,
    subtype: 0x0a,
    word: 'l2info',
    toText(octets) {
      const r = new Reader(octets.subarray(2));
      return `l2info:${r.u8()}:${r.u8()}:${r.u16()}:${r.u16()}`;
    },
    parse(text) {
      const parts = text.split(':');
      const [encaps, control, mtu, preference] = parts;
      const e = decimal(encaps, 255);
      const c = decimal(control, 255);
      const m = decimal(mtu, 0xffff);
      const p = decimal(preference, 0xffff);
      if (parts.length !== 4 || e === undefined || c === undefined || m === undefined || p === undefined)
        return undefined;
      return community(0x80, 0x0a, [e, c, m >>> 8, m & 255, p >>> 8, p & 255]);
    },
  },
];
