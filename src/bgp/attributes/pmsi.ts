import type { Words } from '../../syntax/words.ts';
import { formatAddress, parseAddress } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import { MAX_LABEL } from '../nlri/labels.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';

/** P-Multicast Service Interface tunnel, RFC 6514 section 5. */
export interface PmsiTunnel {
  readonly flags: number;
  readonly tunnelType: number;
  /** The three octets as a number: the label is the upper 20 bits, or all 24 with VXLAN. */
  readonly label: number;
  readonly identifier: Uint8Array;
}

const INGRESS_REPLICATION = 6;
/** ExaBGP's names, by tunnel type. */
const TUNNELS = [
  'notunnel',
  'rsvp-tep2mplsp',
  'mldpp2mplsp',
  'pim-ssmtree',
  'pim-smtree',
  'bidir-pimtree',
  'ingressreplication',
  'mldpmp2mplsp',
] as const;

function decode(r: Reader): PmsiTunnel {
  const tunnel = { flags: r.u8(), tunnelType: r.u8(), label: r.u24(), identifier: r.rest().slice() };
  const { length } = tunnel.identifier;
  if (tunnel.tunnelType === INGRESS_REPLICATION && length !== 4 && length !== 16) {
    throw new RangeError(`an ingress replication endpoint of ${length} octets`);
  }
  return tunnel;
}

function identifierText({ tunnelType, identifier }: PmsiTunnel): string {
  if (identifier.length === 0) return '';
  if (tunnelType === INGRESS_REPLICATION) return formatAddress(identifier);
  return `0x${toHex(identifier).toUpperCase()}`;
}

function text(value: PmsiTunnel, full: boolean, other = 'unknown'): string {
  const name = TUNNELS[value.tunnelType] ?? other;
  const raw = full && value.label !== 0 ? `(${value.label})` : '';
  return `pmsi:${name}:${value.flags}:${value.label >>> 4}${raw}:${identifierText(value)}`;
}

/** The 24-bit field is shown of ingress replication alone; in version 6 not when it holds a label and nothing else. */
const shown = (value: PmsiTunnel, version: number) =>
  text(value, value.tunnelType === INGRESS_REPLICATION && (version !== 6 || value.label % 16 !== 0));

const EXPECTED =
  'a tunnel as TYPE:FLAGS:LABEL:ENDPOINT (ingressreplication:0:100:192.0.2.1), LABEL(FIELD) for all 24 bits of the label';
const PARTS = /^(?:pmsi:)?([a-z0-9-]+):(\d{1,3}):(\d{1,7})?(\(\d{1,8}\))?:(.*)$/i;

/** What `text` wrote, the word `pmsi:` before it or not; parentheses are words of their own. */
function parse(words: Words): PmsiTunnel {
  const first = words.next(EXPECTED);
  let whole = first.text;
  if (words.take('(')) {
    whole += `(${words.next('the 24 bits of the label').text})`;
    words.expect(')');
    if (words.peek()?.text.startsWith(':') === true) whole += words.next('').text;
  }
  const [, type = '', flags, label = '', field, identifier = ''] = PARTS.exec(whole) ?? [];
  const tunnelType = typeOf(type.toLowerCase());
  const octets = identifierOf(identifier, tunnelType);
  const value = field === undefined ? Number(label) * 16 : Number(field.slice(1, -1));
  const fits = Number(flags) <= 0xff && value <= 0xffffff && (label === '' || Number(label) <= MAX_LABEL);
  const good = fits && octets !== undefined && (label !== '' || field !== undefined);
  return good
    ? { flags: Number(flags), tunnelType, label: value, identifier: octets }
    : words.fail(first, EXPECTED, TUNNELS);
}

/** By name, ExaBGP's or GoBGP's, or by number; NaN: neither. */
function typeOf(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 0xff) return Number(text);
  const index = TUNNELS.findIndex((name) => name === (text === 'ingress-repl' ? 'ingressreplication' : text));
  return index < 0 ? Number.NaN : index;
}

function identifierOf(text: string, tunnelType: number): Uint8Array | undefined {
  if (Number.isNaN(tunnelType)) return undefined;
  if (tunnelType === INGRESS_REPLICATION) return parseAddress(text);
  if (text === '') return new Uint8Array(0);
  return /^0x/i.test(text) ? fromHex(text) : parseAddress(text);
}

/** PMSI_TUNNEL, RFC 6514 section 5: flags, tunnel type, label, tunnel identifier. */
export const pmsi = attribute<PmsiTunnel, 'pmsi'>({
  code: 22,
  rfc: 'RFC 6514',
  key: 'pmsi',
  word: 'pmsi',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode,
  encode: (w, value) =>
    w.u8(value.flags).u8(value.tunnelType).u24(value.label, 'label').octets(value.identifier),
  toJson: (value, version) => ({ pmsi: shown(value, version) }),
  toText: (value, version) => `pmsi ${shown(value, version)}`,
  toConfig: (value) => `pmsi ${text(value, value.label % 16 !== 0, String(value.tunnelType))}`,
  parse,
});
