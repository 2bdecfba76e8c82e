import { attribute, WELL_KNOWN } from './codec.ts';
import { renderNextHop } from './render.ts';

/** 0/8 and what is no unicast address. Loopback is let through: labs and tests on one machine live there. */
function isHost(first: number | undefined): boolean {
  return first !== undefined && first !== 0 && first < 224;
}

/**
 * NEXT_HOP, RFC 4271 section 5.1.3: 4 octets. Events show it as the key of the announced routes; it is
 * written from the routes, never from a configured value.
 */
export const nextHop = attribute<Uint8Array, 'nextHop'>({
  code: 3,
  rfc: 'RFC 4271',
  key: 'nextHop',
  word: 'next-hop',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  subcode: 'Invalid NEXT_HOP Attribute',
  decode(r, context) {
    const address = r.octets(4).slice();
    if (context.peering !== undefined && !isHost(address[0])) {
      throw new RangeError(`${address.join('.')} is not the address of a host`);
    }
    return address;
  },
  encode: (w, value) => w.octets(value),
  render: renderNextHop,
});
