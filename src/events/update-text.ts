import { attributesToText } from '../bgp/attributes/index.ts';
import { afiOf, familyText, SAFI, safiOf } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { type Nlri, nlriCodec } from '../bgp/nlri/index.ts';
import type { Update } from '../bgp/update.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { NO_NEXT_HOP } from './message-json.ts';

/**
 * Lines of an update event between start and end, without what they all begin with: one per route, one
 * per malformed attribute. Withdrawn routes come first; in version 6, last.
 */
export function updateLines(update: Update, version: ApiVersion): string[] {
  if (update.endOfRib !== undefined) {
    const family = update.endOfRib;
    return [`route eor ${afiOf(family)}/${safiOf(family)} (${familyText(family)})`];
  }
  const withdrawn = withdrawnLines(update, version);
  const announced = announcedLines(update, version);
  const malformed = update.malformed.map((e) => `malformed ${e.attribute} ${e.action} ${e.reason}`);
  return version === 6
    ? [...announced, ...withdrawn, ...malformed]
    : [...withdrawn, ...announced, ...malformed];
}

function withdrawnLines(update: Update, version: ApiVersion): string[] {
  return update.withdrawn.flatMap(({ nlri }) => nlri.map((one) => `withdrawn ${nlriText(one, version)}`));
}

function announcedLines(update: Update, version: ApiVersion): string[] {
  if (update.announced.length === 0) return [];
  const attributes = attributesToText(update.attributes, version);
  const end = attributes === '' ? '' : ` ${attributes}`;
  return update.announced.flatMap(({ nextHop, nlri }) =>
    nlri.map((one) => `announced ${withNextHop(one, nextHop, version)}${end}`),
  );
}

/** The path identifier follows a prefix, and ends what is none. */
function nlriText(nlri: Nlri, version: ApiVersion): string {
  const text = nlriCodec(nlri.family).toText(nlri.value, version);
  if (nlri.pathId === undefined) return text;
  const path = ` path-information ${dottedQuad(nlri.pathId)}`;
  const space = text.indexOf(' ');
  const first = space < 0 ? text : text.slice(0, space);
  return first.includes('/') ? `${first}${path}${text.slice(first.length)}` : `${text}${path}`;
}

function withNextHop(nlri: Nlri, nextHop: NextHop | undefined, version: ApiVersion): string {
  const text = nlriText(nlri, version);
  const safi = safiOf(nlri.family);
  if (nextHop === undefined && version !== 6 && isFlow(safi)) return text;
  const hop = ` next-hop ${nextHop === undefined ? NO_NEXT_HOP : formatAddress(nextHop.address)}`;
  const rd = version === 6 || safi !== SAFI['mpls-vpn'] ? -1 : text.lastIndexOf(' rd ');
  return rd < 0 ? `${text}${hop}` : `${text.slice(0, rd)}${hop}${text.slice(rd)}`;
}

function isFlow(safi: number): boolean {
  return safi === SAFI.flow || safi === SAFI['flow-vpn'];
}
