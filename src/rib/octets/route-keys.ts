import type { CodecContext } from '../../bgp/context.ts';
import {
  type FamilyId,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
} from '../../bgp/family.ts';
import { decodeNlriField, encodeNlri, nlriKey } from '../../bgp/nlri/index.ts';
import { octetsOf } from '../../wire/prefix.ts';
import { octetsOfText } from '../../wire/text.ts';
import { written } from '../../wire/writer.ts';
import type { RouteField } from './update-parts.ts';

/** Families whose NLRI are a prefix and nothing else: their octets are the key. */
const PLAIN: ReadonlySet<FamilyId> = new Set([IPV4_UNICAST, IPV4_MULTICAST, IPV6_UNICAST, IPV6_MULTICAST]);
const PATH_ID_OCTETS = 4;

/** Calls with the key of each NLRI of a field; `full` is its octets where the key does not hold all of it. */
export function eachKeyOf(
  { family, nlri }: RouteField,
  context: CodecContext,
  withdraw: boolean,
  act: (octets: Uint8Array, from: number, length: number, full?: Uint8Array) => void,
): void {
  if (PLAIN.has(family)) {
    const before = context.addPath.has(family) ? PATH_ID_OCTETS : 0;
    for (let at = 0; at < nlri.length; ) {
      const length = before + 1 + octetsOf(nlri[at + before] as number);
      act(nlri, at, length);
      at += length;
    }
    return;
  }
  for (const one of decodeNlriField(nlri, family, context, withdraw)) {
    const key = octetsOfText(nlriKey(one));
    act(key, 0, key.length, withdraw ? undefined : written((w) => encodeNlri(w, one, context, false)));
  }
}

/** Of a prefix with bits behind its length. */
const KEY = new Uint8Array(32);

/** Calls with the key of each prefix that stands in a row; they are known to fill the range. */
export function eachKey(
  octets: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  pathIds: boolean,
  act: (octets: Uint8Array, from: number, length: number) => void,
): void {
  const before = pathIds ? PATH_ID_OCTETS : 0;
  for (let at = from; at < to; ) {
    const bits = octets[at + before] as number;
    const length = before + 1 + ((bits + 7) >> 3);
    const beyond = (bits & 7) === 0 ? 0 : 0xff >> (bits & 7);
    if (((octets[at + length - 1] as number) & beyond) === 0) act(octets, at, length);
    else {
      KEY.set(octets.subarray(at, at + length));
      KEY[length - 1] = (KEY[length - 1] as number) & ~beyond;
      act(KEY, 0, length);
    }
    at += length;
  }
}
