import { dottedQuad } from '../../wire/address.ts';
import { Reader } from '../../wire/reader.ts';
import type { ApiVersion } from '../json.ts';
import type { ExtendedCommunityCodec } from './codec.ts';
import { as2Local, as4Local, community, ipv4Local } from './octets.ts';

/** The six octets after type and subtype. */
function six(octets: Uint8Array): Reader {
  return new Reader(octets.subarray(2));
}

function row(
  type: number,
  subtype: number,
  word: string,
  toText: (r: Reader, version: ApiVersion) => string,
  parse: (text: string) => readonly number[] | undefined,
): ExtendedCommunityCodec {
  return {
    type,
    subtype,
    word,
    toText: (octets, version) => `${word}:${toText(six(octets), version)}`,
    parse(text) {
      const found = parse(text);
      return found === undefined ? undefined : community(type, subtype, found);
    },
  };
}

const as2Text = (r: Reader) => `${r.u16()}:${r.u32()}`;
const ipv4Text = (r: Reader) => `${dottedQuad(r.u32())}:${r.u16()}`;
/** Version 4 marks a four-octet AS. */
const as4Text = (r: Reader, version: ApiVersion) => `${r.u32()}${version === 4 ? 'L' : ''}:${r.u16()}`;
/** ExaBGP shows the local part of a two-octet origin as an address. */
const originAs2Text = (r: Reader) => `${r.u16()}:${dottedQuad(r.u32())}`;
/** Versions 4 and 5 show an IPv4 origin the other way round. */
const originIpv4Text = (r: Reader, version: ApiVersion) => {
  const address = dottedQuad(r.u32());
  const local = r.u16();
  return version === 6 ? `${address}:${local}` : `${local}:${address}`;
};
const as4Parse = (text: string) => as4Local(text, { anySize: false });
const anyAs4Parse = (text: string) => as4Local(text, { anySize: true });

/** A form whose AS number of four octets is marked where two would do. */
function as4Row(subtype: number, word: string): ExtendedCommunityCodec {
  return {
    ...row(0x02, subtype, word, as4Text, as4Parse),
    toConfig(octets) {
      const r = six(octets);
      const as = r.u32();
      return `${word}:${as}${as > 0xffff ? '' : 'L'}:${r.u16()}`;
    },
  };
}

const target2 = row(0x00, 0x02, 'target', as2Text, as2Local);

/** Route Target and Route Origin, RFC 4360 sections 4 and 5, RFC 5668: one form per kind of administrator. */
export const TARGETS: readonly ExtendedCommunityCodec[] = [
  target2,
  row(0x01, 0x02, 'target', ipv4Text, ipv4Local),
  as4Row(0x02, 'target'),
  { ...row(0x02, 0x02, 'target4', as4Text, anyAs4Parse), toText: () => '' },
  { ...target2, type: 0x40, parse: () => undefined },
  row(0x00, 0x03, 'origin', originAs2Text, as2Local),
  row(0x01, 0x03, 'origin', originIpv4Text, ipv4Local),
  as4Row(0x03, 'origin'),
  { ...row(0x02, 0x03, 'origin4', as4Text, anyAs4Parse), toText: () => '' },
];
