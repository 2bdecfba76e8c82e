import { attribute, WELL_KNOWN } from './codec.ts';
import { renderLocalPreference } from './render.ts';

/** LOCAL_PREF, RFC 4271 section 5.1.5: 4 octets, between internal peers only. */
export const localPreference = attribute<number, 'localPreference'>({
  code: 5,
  rfc: 'RFC 4271',
  key: 'localPreference',
  word: 'local-preference',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  internalOnly: true,
  sendTo: (context) => context.peering !== 'external',
  decode: (r) => r.u32(),
  encode: (w, value) => w.u32(value, 'local preference'),
  toJson: (value) => ({ 'local-preference': value }),
  toText: (value) => `local-preference ${value}`,
  render: renderLocalPreference,
  parse: (words) => words.unsigned('a local preference', 0xffffffff),
});
