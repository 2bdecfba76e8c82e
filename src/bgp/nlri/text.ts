import { dottedQuad } from '../../wire/address.ts';
import { SAFI, safiOf } from '../family.ts';
import type { ApiVersion } from '../json.ts';
import { type Nlri, nlriCodec } from './index.ts';

/** A route's NLRI in events and replies. The path identifier follows a prefix, and ends what is none. */
export function nlriText(nlri: Nlri, version: ApiVersion): string {
  const text = nlriCodec(nlri.family).toText(nlri.value, version);
  if (nlri.pathId === undefined) return text;
  const path = ` path-information ${dottedQuad(nlri.pathId)}`;
  const space = text.indexOf(' ');
  const first = space < 0 ? text : text.slice(0, space);
  return first.includes('/') ? `${first}${path}${text.slice(first.length)}` : `${text}${path}`;
}

/** The same with its next hop, which stands before the route distinguisher in versions 4 and 5. */
export function nlriWithNextHop(nlri: Nlri, nextHop: string | undefined, version: ApiVersion): string {
  const text = nlriText(nlri, version);
  if (nextHop === undefined) return text;
  const hop = ` next-hop ${nextHop}`;
  const rd = version === 6 || safiOf(nlri.family) !== SAFI['mpls-vpn'] ? -1 : text.lastIndexOf(' rd ');
  return rd < 0 ? `${text}${hop}` : `${text.slice(0, rd)}${hop}${text.slice(rd)}`;
}
