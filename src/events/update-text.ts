import { attributesToText } from '../bgp/attributes/index.ts';
import { afiOf, familyText, SAFI, safiOf } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Nlri } from '../bgp/nlri/index.ts';
import { nlriText, nlriWithNextHop } from '../bgp/nlri/text.ts';
import type { Update } from '../bgp/update.ts';
import { formatAddress } from '../wire/address.ts';
import { errorWord, NO_NEXT_HOP } from './message-json.ts';

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
  const malformed = [
    ...update.malformed.map((e) => `malformed ${e.attribute} ${e.action} ${e.reason}`),
    ...(update.leak === undefined ? [] : [`route-leak ${update.leak}`]),
  ];
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
  const error = errorWord(update, version);
  const end = (attributes === '' ? '' : ` ${attributes}`) + (error === undefined ? '' : ` error ${error}`);
  return update.announced.flatMap(({ nextHop, nlri }) =>
    nlri.flatMap((one) =>
      nextHopTexts(nextHop, version).map((hop) => `announced ${withNextHop(one, hop, version)}${end}`),
    ),
  );
}

/** Versions 4 and 5 tell a route again with a link-local address that follows a global one. */
function nextHopTexts(nextHop: NextHop | undefined, version: ApiVersion): (string | undefined)[] {
  if (nextHop === undefined) return [undefined];
  const { address, linkLocal } = nextHop;
  const shown = linkLocal === undefined || version === 6 ? [address] : [address, linkLocal];
  return shown.map((each) => formatAddress(each));
}

function withNextHop(nlri: Nlri, nextHop: string | undefined, version: ApiVersion): string {
  if (nextHop === undefined && version !== 6 && isFlow(safiOf(nlri.family))) return nlriText(nlri, version);
  return nlriWithNextHop(nlri, nextHop ?? NO_NEXT_HOP, version);
}

function isFlow(safi: number): boolean {
  return safi === SAFI.flow || safi === SAFI['flow-vpn'];
}
