import { capability } from './codec.ts';

export const ROLES = ['provider', 'rs', 'rs-client', 'customer', 'peer'] as const;

/** BGP Role, RFC 9234 section 4.1: one octet. Value: the number; those above 4 are unassigned. */
export const role = capability<number, 'role'>({
  code: 9,
  key: 'role',
  word: 'role',
  rfc: 'RFC 9234',
  decode: (r) => r.u8(),
  encode: (w, value) => w.u8(value, 'role'),
  toJson: (value) => ({ name: 'role', role: ROLES[value] ?? value }),
  toText: (value) => `role(${ROLES[value] ?? value})`,
});
