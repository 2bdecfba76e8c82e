import { Reader } from '../wire/reader.ts';
import { notify } from './errors.ts';
import { afiOf, type FamilyId, familyId, safiOf } from './family.ts';
import { message } from './header.ts';

/** Message subtypes, RFC 7313 section 3.2: a plain request, beginning and end of a refresh. */
export const REFRESH_SUBTYPES = ['query', 'begin', 'end'] as const;

/** ROUTE-REFRESH, RFC 2918 and 7313. */
export interface RouteRefresh {
  readonly family: FamilyId;
  /** 0 query, 1 begin, 2 end; others are kept and ignored. */
  readonly subtype: number;
}

const BODY_LENGTH = 4;

/**
 * What follows the four octets of a request are route filters (RFC 5291), which are not read.
 * @throws NotificationError 7/1 (data: the message) for a length that RFC 7313 section 5 refuses
 */
export function decodeRouteRefresh(body: Uint8Array): RouteRefresh {
  const subtype = body[2] ?? 0;
  const marks = subtype === 1 || subtype === 2;
  if (body.length < BODY_LENGTH || (marks && body.length > BODY_LENGTH)) {
    throw notify('ROUTE-REFRESH Message Error', 'Invalid Message Length', {
      reason: `ROUTE-REFRESH of ${body.length} octets`,
      data: message('route-refresh', (w) => w.octets(body.subarray(0, 64))),
    });
  }
  const r = new Reader(body);
  const afi = r.u16();
  r.u8();
  return { family: familyId(afi, r.u8()), subtype };
}

export function encodeRouteRefresh(refresh: RouteRefresh): Uint8Array {
  return message('route-refresh', (w) =>
    w.u16(afiOf(refresh.family)).u8(refresh.subtype, 'subtype').u8(safiOf(refresh.family)),
  );
}
