import type { Reader } from '../../wire/reader.ts';
import { lenientText, octetsOfText, printable } from '../../wire/text.ts';
import type { Writer } from '../../wire/writer.ts';
import { capability } from './codec.ts';

export interface Hostname {
  readonly host: string;
  /** Empty: none. */
  readonly domain: string;
}

/** Text after an octet that gives its length, as peers send it: not yet `printable`. */
export function shortText(r: Reader): string {
  return lenientText(r.octets(r.u8()));
}

export function writeShortText(w: Writer, field: string, text: string): void {
  w.u8Length(field, () => w.octets(octetsOfText(text)));
}

/** FQDN, draft-walton-bgp-hostname-capability: host name and domain name, each after its length. */
export const hostname = capability<Hostname, 'hostname'>({
  code: 73,
  key: 'hostname',
  word: 'hostname',
  since: 5,
  rfc: 'draft-walton-bgp-hostname-capability',
  decode: (r) => ({ host: shortText(r), domain: shortText(r) }),
  encode(w, value) {
    writeShortText(w, 'host name', value.host);
    writeShortText(w, 'domain name', value.domain);
  },
  toJson: (value) => ({ 'host-name': printable(value.host), 'domain-name': printable(value.domain) }),
  toText: (value) => `hostname(${printable(value.host)} ${printable(value.domain)})`,
});
