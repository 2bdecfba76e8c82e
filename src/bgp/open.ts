import { CommonValues } from '../wire/common-values.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { written } from '../wire/writer.ts';
import {
  type Capabilities,
  type CapabilityTlv,
  decodeCapabilities,
  encodeCapability,
  mergeCapabilities,
} from './capabilities/index.ts';
import { notify } from './errors.ts';
import { message } from './header.ts';
import { AS_TRANS } from './iana.ts';

/** OPEN, RFC 4271 section 4.2. */
export interface Open {
  readonly version: number;
  /** The two-octet My Autonomous System field as it stands on the wire: AS_TRANS for a larger one. */
  readonly myAs: number;
  /** Seconds. */
  readonly holdTimeSeconds: number;
  /** BGP Identifier as an unsigned number. */
  readonly routerId: number;
  /** In the order of the octets, one entry per TLV: what is sent, and what events list. */
  readonly capabilityTlvs: readonly CapabilityTlv[];
  /** The same, merged by kind. */
  readonly capabilities: Capabilities;
}

/** What many speakers announce alike: the parameters of an OPEN, by their octets. */
const ANNOUNCED = new CommonValues<Pick<Open, 'capabilityTlvs' | 'capabilities'>>(256);
/** OPENs of ours, by their octets. */
const OURS = new CommonValues<Open>(256);
const LONGEST_COMMON = 512;

const VERSION = 4;
const CAPABILITIES_PARAMETER = 2;
/** Optional parameter type that says that the extended form follows, RFC 9072. */
const EXTENDED = 255;

/** An OPEN of ours. `as` goes into the two-octet field, or AS_TRANS when it does not fit. */
export function makeOpen(fields: {
  readonly as: number;
  readonly holdTimeSeconds: number;
  readonly routerId: number;
  readonly capabilityTlvs: readonly CapabilityTlv[];
}): Open {
  const { as, holdTimeSeconds, routerId, capabilityTlvs } = fields;
  return {
    version: VERSION,
    myAs: as > 0xffff ? AS_TRANS : as,
    holdTimeSeconds,
    routerId,
    capabilityTlvs,
    capabilities: mergeCapabilities(capabilityTlvs),
  };
}

/** The same OPEN, once for all sessions that send it. @param octets the whole message */
export function sharedOpen(open: Open, octets: Uint8Array): Open {
  return OURS.of(latin1(octets), () => open);
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

/** The AS number of the speaker: capability 65's where it was announced, RFC 6793 section 3. */
export function openAs(open: Open): number {
  return open.capabilities.asn4 ?? open.myAs;
}

/**
 * Structure only: whether its values are acceptable is for checkOpen. (BMP shows OPENs that no session had.)
 * @throws NotificationError 1/2, 2/0 for lengths, 2/1 for the version, 2/4 for a parameter that is unknown
 */
export function decodeOpen(body: Uint8Array): Open {
  const r = new Reader(body);
  try {
    const version = r.u8();
    if (version !== VERSION) throw unsupportedVersion(version);
    const [myAs, holdTimeSeconds, routerId] = [r.u16(), r.u16(), r.u32()];
    const { capabilityTlvs, capabilities } = announced(r.rest());
    return { version, myAs, holdTimeSeconds, routerId, capabilityTlvs, capabilities };
  } catch (err) {
    if (!(err instanceof ShortInputError)) throw err;
    throw notify('OPEN Message Error', 'Unspecific', { reason: err.message, cause: err });
  }
}

function announced(octets: Uint8Array): Pick<Open, 'capabilityTlvs' | 'capabilities'> {
  // of what is read nothing looks into these octets, which may be part of memory that is read into again
  const make = () => {
    const capabilityTlvs = decodeParameters(new Reader(octets));
    return { capabilityTlvs, capabilities: mergeCapabilities(capabilityTlvs) };
  };
  return octets.length > LONGEST_COMMON ? make() : ANNOUNCED.of(latin1(octets), make);
}

function unsupportedVersion(version: number): Error {
  return notify('OPEN Message Error', 'Unsupported Version Number', {
    reason: `version ${version}`,
    data: written((w) => w.u16(VERSION)),
  });
}

/** Optional parameters in either form; RFC 9072 section 2 has the first length ignored in the extended one. */
function decodeParameters(r: Reader): CapabilityTlv[] {
  const plainLength = r.u8();
  const extended = plainLength !== 0 && r.peek() === EXTENDED;
  if (extended) r.u8();
  const length = extended ? r.u16() : plainLength;
  if (length !== r.remaining) {
    throw notify('OPEN Message Error', 'Unspecific', {
      reason: `optional parameters of ${length} octets, ${r.remaining} present`,
    });
  }
  const tlvs: CapabilityTlv[] = [];
  while (!r.done) tlvs.push(...decodeParameter(r.u8(), r.octets(extended ? r.u16() : r.u8())));
  return tlvs;
}

function decodeParameter(type: number, value: Uint8Array): CapabilityTlv[] {
  if (type === CAPABILITIES_PARAMETER) return decodeCapabilities(value);
  throw notify('OPEN Message Error', 'Unsupported Optional Parameter', {
    reason: `optional parameter ${type}`,
  });
}

/**
 * The whole message: one optional parameter per capability; the extended form of RFC 9072 where they need
 * more than 255 octets.
 * @throws FieldOverflowError when a capability has more than 255 octets, or the OPEN more than 4096
 */
export function encodeOpen(open: Open): Uint8Array {
  const plain = written((w) => encodeParameters(w, open, false));
  return message('open', (w) => {
    w.u8(open.version).u16(open.myAs, 'My Autonomous System').u16(open.holdTimeSeconds, 'hold time');
    w.u32(open.routerId, 'BGP Identifier');
    if (plain.length <= 255) w.u8Length('optional parameters', () => w.octets(plain));
    else
      w.u8(255)
        .u8(EXTENDED)
        .u16Length('optional parameters', () => encodeParameters(w, open, true));
  });
}

function encodeParameters(w: Writer, open: Open, extended: boolean): void {
  for (const tlv of open.capabilityTlvs) {
    const value = (): void => encodeCapability(w, tlv);
    w.u8(CAPABILITIES_PARAMETER);
    if (extended) w.u16Length('optional parameter', value);
    else w.u8Length('optional parameter', value);
  }
}
