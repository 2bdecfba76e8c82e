import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
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

function text(value: PmsiTunnel, full: boolean): string {
  const name = TUNNELS[value.tunnelType] ?? 'unknown';
  const raw = full && value.label !== 0 ? `(${value.label})` : '';
  return `pmsi:${name}:${value.flags}:${value.label >>> 4}${raw}:${identifierText(value)}`;
}

/** Version 6 leaves the 24-bit field out when it holds a label and nothing else. */
const shown = (value: PmsiTunnel, version: number) => text(value, version !== 6 || value.label % 16 !== 0);

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
});
