import { dottedQuad, parseAddress } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { masked, octetsOf } from '../../wire/prefix.ts';
import { Reader } from '../../wire/reader.ts';
import { written } from '../../wire/writer.ts';
import { AFI, familyId, SAFI } from '../family.ts';
import { nlri } from './codec.ts';
import { skipOctets } from './skip.ts';

/**
 * Route target membership, RFC 4684 section 4: a prefix of up to 96 bits over origin AS (4 octets) and route
 * target (8 octets). None of both is the default route, which asks for all routes.
 */
export interface RouteTargetMembership {
  readonly origin: number;
  /** Eight octets, bits behind the length zero. */
  readonly routeTarget: Uint8Array;
  /** Length of the whole in bits: 0, or 32 to 96. */
  readonly length: number;
}

const AS_BITS = 32;
const MAX_BITS = 96;

export const rtc = nlri<RouteTargetMembership>({
  family: familyId(AFI.ipv4, SAFI.rtc),
  rfc: 'RFC 4684',
  decode(r) {
    const length = r.u8();
    if (length > MAX_BITS || (length > 0 && length < AS_BITS)) {
      throw new RangeError(`a route target membership of ${length} bits, not 0 or 32 to 96`);
    }
    const octets = new Uint8Array(12);
    octets.set(r.octets(octetsOf(length)));
    const body = new Reader(masked(octets, length));
    return { origin: body.u32(), routeTarget: body.rest(), length };
  },
  encode(w, { origin, routeTarget, length }) {
    const octets = written((body) => body.u32(origin, 'origin AS').octets(routeTarget));
    w.u8(length).octets(octets.subarray(0, octetsOf(length)));
  },
  skip(r) {
    const bits = r.u8();
    return (bits === 0 || (bits >= AS_BITS && bits <= MAX_BITS)) && skipOctets(r, octetsOf(bits));
  },
  zeroIsDefault: true,
  key: ({ origin, routeTarget, length }) => `${origin} ${toHex(routeTarget)} ${length}`,
  toJson: (value) => ({ origin: value.origin, 'route-target': targetText(value) ?? null }),
  toText: (value) => `rtc origin ${value.origin} route-target ${targetText(value) ?? 'default'}`,
  parse(words) {
    words.take('rtc');
    words.expect('origin');
    const origin = words.unsigned('an AS number', 0xffffffff);
    words.expect('route-target');
    const expected = 'a route target (target:65000:1) or default';
    const word = words.next(expected);
    const target = parseTarget(word.text, origin);
    return target === undefined ? words.fail(word, expected) : { origin, ...target };
  },
});

/** `target:65002:100`; undefined for none; another type or a part of one as `0x` digits and the length in bits. */
function targetText({ routeTarget, length }: RouteTargetMembership): string | undefined {
  if (length <= AS_BITS) return undefined;
  const r = new Reader(routeTarget);
  const type = r.u16();
  const whole = length === MAX_BITS;
  if (whole && type === 0x0002) return `target:${r.u16()}:${r.u32()}`;
  if (whole && type === 0x0102) return `target:${dottedQuad(r.u32())}:${r.u16()}`;
  if (whole && type === 0x0202) return `target:${r.u32()}${asSuffix(routeTarget)}:${r.u16()}`;
  return `0x${toHex(routeTarget)}/${length - AS_BITS}`;
}

/** Tells a four-octet AS number that fits two octets from a two-octet one. */
function asSuffix(routeTarget: Uint8Array): string {
  return new Reader(routeTarget.subarray(2)).u32() > 0xffff ? '' : 'L';
}

function parseTarget(text: string, origin: number): { routeTarget: Uint8Array; length: number } | undefined {
  if (text === 'default') return { routeTarget: new Uint8Array(8), length: origin === 0 ? 0 : AS_BITS };
  const part = /^(0x[0-9a-f]{16})\/(\d{1,2})$/i.exec(text);
  const octets = part === null ? undefined : fromHex(part[1] ?? '');
  const bits = Number(part?.[2]);
  if (octets !== undefined) {
    return bits >= 1 && bits <= 64
      ? { routeTarget: masked(octets, bits), length: AS_BITS + bits }
      : undefined;
  }
  const routeTarget = wholeTarget(text);
  return routeTarget === undefined ? undefined : { routeTarget, length: MAX_BITS };
}

function wholeTarget(text: string): Uint8Array | undefined {
  const match = /^target:(?:(\d{1,10})(L?)|(\d+\.\d+\.\d+\.\d+)):(\d{1,10})$/.exec(text);
  if (match === null) return undefined;
  const number = Number(match[4]);
  const as = Number(match[1]);
  if (match[3] === undefined && match[2] === '' && as <= 0xffff) {
    return number <= 0xffffffff ? written((w) => w.u16(0x0002).u16(as).u32(number)) : undefined;
  }
  if (number > 0xffff) return undefined;
  if (match[3] === undefined) {
    return as <= 0xffffffff ? written((w) => w.u16(0x0202).u32(as).u16(number)) : undefined;
  }
  const address = parseAddress(match[3]);
  return address === undefined ? undefined : written((w) => w.u16(0x0102).octets(address).u16(number));
}
