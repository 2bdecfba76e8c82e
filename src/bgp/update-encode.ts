import { FieldOverflowError } from '../wire/errors.ts';
import { borrowed, written } from '../wire/writer.ts';
import { type Attributes, encodeAttributes } from './attributes/index.ts';
import type { CodecContext } from './context.ts';
import {
  type FamilyId,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
  SAFI,
  safiOf,
} from './family.ts';
import { HEADER_LENGTH, message } from './header.ts';
import { encodeNextHop } from './mp-next-hop.ts';
import type { NextHop } from './nlri/codec.ts';
import { encodeNlri, type Nlri } from './nlri/index.ts';
import type { Announced, Withdrawn } from './update.ts';

/** The two lengths of an UPDATE's body. */
const BODY_LENGTHS = 4;

/** Families that carry no NEXT_HOP attribute beside MP_REACH_NLRI even when their next hop is IPv4. */
const WITHOUT_NEXT_HOP: ReadonlySet<number> = new Set([
  SAFI.flow,
  SAFI['flow-vpn'],
  SAFI.vpls,
  SAFI['sr-policy'],
]);

/** Families whose withdrawals have nothing beside them; others have the attributes behind, as ExaBGP's do. */
const BARE_WITHDRAWALS: ReadonlySet<FamilyId> = new Set([
  IPV4_UNICAST,
  IPV4_MULTICAST,
  IPV6_UNICAST,
  IPV6_MULTICAST,
]);

/** Whether a withdrawal of this family carries attributes. */
export function withdrawsWithAttributes(family: FamilyId): boolean {
  return !BARE_WITHDRAWALS.has(family);
}

/**
 * Whole messages that withdraw, then announce, as many NLRI in each as fit. IPv4 unicast with an IPv4 next
 * hop goes in the plain fields, all else in MP_REACH_NLRI (last) and MP_UNREACH_NLRI (first, and alone for
 * unicast and multicast). NEXT_HOP is written from the announced next hop whenever that is IPv4.
 * @throws FieldOverflowError when the attributes leave no room for one NLRI
 */
export function encodeUpdates(
  update: {
    readonly attributes: Attributes;
    readonly announced?: Announced | undefined;
    /** The next hop that the route had, for families whose withdrawals carry attributes. */
    readonly withdrawn?: (Withdrawn & { readonly nextHop?: NextHop | undefined }) | undefined;
  },
  context: CodecContext,
): Uint8Array[] {
  const { attributes, announced, withdrawn } = update;
  return [
    ...(withdrawn === undefined ? [] : encodeWithdrawn(attributes, withdrawn, context)),
    ...(announced === undefined ? [] : encodeAnnounced(attributes, announced, context)),
  ];
}

/** The End-of-RIB marker of a family, RFC 4724 section 2. */
export function encodeEndOfRib(family: FamilyId): Uint8Array {
  if (family === IPV4_UNICAST) return updateMessage({}, HEADER_LENGTH + BODY_LENGTHS);
  // The extended length is what ExaBGP writes here, and nowhere else.
  const marker = written((w) =>
    w
      .u8(0x90)
      .u8(15)
      .u16(3)
      .u16(family >>> 8)
      .u8(safiOf(family)),
  );
  return updateMessage({ attributes: marker }, HEADER_LENGTH + BODY_LENGTHS + marker.length);
}

interface Body {
  readonly withdrawn?: Uint8Array;
  readonly attributes?: Uint8Array;
  readonly nlri?: Uint8Array;
}

function updateMessage(body: Body, maxLength: number): Uint8Array {
  const none = new Uint8Array(0);
  return message(
    'update',
    (w) => {
      w.u16Length('withdrawn routes', () => w.octets(body.withdrawn ?? none));
      w.u16Length('path attributes', () => w.octets(body.attributes ?? none));
      w.octets(body.nlri ?? none);
    },
    maxLength,
  );
}

function encodeWithdrawn(
  attributes: Attributes,
  { family, nlri, nextHop }: Withdrawn & { readonly nextHop?: NextHop | undefined },
  context: CodecContext,
): Uint8Array[] {
  const max = context.maxMessageLength;
  if (family === IPV4_UNICAST) {
    const room = max - HEADER_LENGTH - BODY_LENGTHS;
    return pack(nlri, room, context, true).map((withdrawn) => updateMessage({ withdrawn }, max));
  }
  const common = withdrawsWithAttributes(family)
    ? withNextHop(attributes, attributeNextHop(nextHop, family))
    : {};
  const alone = written((w) => encodeAttributes(w, common, context));
  if (nlri.length === 0 && alone.length > 0) return [updateMessage({ attributes: alone }, max)];
  return pack(nlri, mpRoom(max, alone.length, 3), context, true).map((octets) => {
    const all = { ...common, mpUnreach: { family, nlri: octets } };
    return updateMessage({ attributes: written((w) => encodeAttributes(w, all, context)) }, max);
  });
}

/** The address for NEXT_HOP, which an IPv4 next hop of most families has beside MP_REACH_NLRI. */
function attributeNextHop(nextHop: NextHop | undefined, family: FamilyId): Uint8Array | undefined {
  const address = nextHop?.address;
  return address?.length === 4 && !WITHOUT_NEXT_HOP.has(safiOf(family)) ? address : undefined;
}

function encodeAnnounced(attributes: Attributes, announced: Announced, context: CodecContext): Uint8Array[] {
  const { family, nextHop, nlri } = announced;
  const max = context.maxMessageLength;
  const address = attributeNextHop(nextHop, family);
  const common = written((w) => encodeAttributes(w, withNextHop(attributes, address), context));
  if (family === IPV4_UNICAST && (nextHop === undefined || address !== undefined)) {
    const room = max - HEADER_LENGTH - BODY_LENGTHS - common.length;
    return pack(nlri, room, context, false).map((octets) =>
      updateMessage({ attributes: common, nlri: octets }, max),
    );
  }
  const hop = encodeNextHop(nextHop, family);
  return pack(nlri, mpRoom(max, common.length, 5 + hop.length), context, false).map((octets) => {
    const all = written((w) => {
      w.octets(common);
      encodeAttributes(w, { mpReach: { family, nextHop: hop, nlri: octets } }, context);
    });
    return updateMessage({ attributes: all }, max);
  });
}

/** A NEXT_HOP among the attributes is somebody else's: only the route's own counts. */
function withNextHop(attributes: Attributes, nextHop: Uint8Array | undefined): Attributes {
  const { nextHop: _of, mpReach: _reach, mpUnreach: _unreach, ...rest } = attributes;
  return nextHop === undefined ? rest : { ...rest, nextHop };
}

/** Octets of NLRI that fit in an MP attribute with `fixed` octets before them, its length taken as two octets. */
function mpRoom(max: number, common: number, fixed: number): number {
  return max - HEADER_LENGTH - BODY_LENGTHS - common - 4 - fixed;
}

/** The NLRI in their order, cut into fields of at most `room` octets. */
function pack(nlri: readonly Nlri[], room: number, context: CodecContext, withdraw: boolean): Uint8Array[] {
  return borrowed((w) => {
    const fields: Uint8Array[] = [];
    for (const one of nlri) {
      const before = w.length;
      encodeNlri(w, one, context, withdraw);
      if (w.length - before > room) {
        const { maxMessageLength: most } = context;
        throw new FieldOverflowError(
          'octets of an UPDATE of one route',
          most - room + w.length - before,
          most,
        );
      }
      if (w.length <= room) continue;
      const all = w.finish();
      fields.push(all.slice(0, before));
      w.truncate(0).octets(all.subarray(before));
    }
    if (w.length > 0) fields.push(w.finish());
    return fields;
  });
}
