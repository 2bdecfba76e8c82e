import { toHex } from '../../wire/hex.ts';
import { written } from '../../wire/writer.ts';
import { AFI, familyId, SAFI } from '../family.ts';
import { nlri } from './codec.ts';
import { EVPN_TYPES } from './evpn-types.ts';
import { RD_OCTETS } from './rd.ts';
import { framed } from './skip.ts';
import { RouteTypes, type TypedRoute } from './typed.ts';

const TYPES = new RouteTypes(EVPN_TYPES, 4);

export type EvpnRoute = TypedRoute<(typeof EVPN_TYPES)[number]>;

/** EVPN, RFC 7432 section 7: route type, length, route. Unknown types keep their octets. */
export const evpn = nlri<EvpnRoute>({
  family: familyId(AFI.l2vpn, SAFI.evpn),
  rfc: 'RFC 7432',
  decode(r) {
    const type = r.u8();
    return TYPES.decode(type, r.octets(r.u8()));
  },
  encode(w, value) {
    w.u8(value.type).u8Length('EVPN route', () => w.octets(TYPES.octets(value)));
  },
  skip: framed({ typeOctets: 1, lengthOctets: 1, highestType: 11, least: RD_OCTETS }),
  key: (value) => TYPES.key(value),
  toJson(value) {
    const raw = toHex(
      written((w) => w.u8(value.type).u8Length('EVPN route', () => w.octets(TYPES.octets(value)))),
    );
    const members = TYPES.toJson(value);
    const head = { code: value.type, parsed: members !== undefined, raw: raw.toUpperCase() };
    return members === undefined ? head : { ...head, name: TYPES.row(value.type)?.name, ...members };
  },
  toText: (value) => `evpn ${TYPES.toText(value)}`,
  parse(words) {
    words.take('evpn');
    return TYPES.parse(words);
  },
});
