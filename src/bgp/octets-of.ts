/** Whose octets are sent where a version of ExaBGP sends others than the RFCs say. */
export const OCTETS_OF = ['rfc', 'exabgp4', 'exabgp5', 'exabgp6'] as const;
export type OctetsOf = (typeof OCTETS_OF)[number];

interface Departure {
  /** What differs, as a person reads it. */
  readonly says: string;
  readonly rfc: string;
  readonly of: readonly OctetsOf[];
}

/** An extended community that is written by name leaves with another type octet. */
interface CommunityDeparture extends Departure {
  readonly type: number;
  readonly subtypes: readonly number[];
  readonly sent: number;
}

/** What ends a session with another NOTIFICATION. */
interface NotificationDeparture extends Departure {
  readonly code: number;
  readonly subcode: number;
  text(messageType: number): string;
}

const TARGET_AND_ORIGIN = [0x02, 0x03];

/**
 * Everything that `compat.octets` changes: what policies of routers match, or their operators' monitoring. What is
 * written as octets, and what peers sent, stays as it is.
 */
export const COMMUNITY_DEPARTURES: readonly CommunityDeparture[] = [
  {
    says: 'route targets and origins of a four-octet AS have the type 0x01, that of an IPv4 address',
    rfc: 'RFC 5668 section 2',
    of: ['exabgp5', 'exabgp6'],
    type: 0x02,
    subtypes: TARGET_AND_ORIGIN,
    sent: 0x01,
  },
  {
    says: 'route targets and origins of an IPv4 address have the type 0x00, that of a two-octet AS',
    rfc: 'RFC 4360 section 3.2',
    of: ['exabgp4'],
    type: 0x01,
    subtypes: TARGET_AND_ORIGIN,
    sent: 0x00,
  },
];

export const UNKNOWN_MESSAGE_DEPARTURE: NotificationDeparture = {
  says: 'a message of unknown type is answered with NOTIFICATION 1/0 and a text, not with 1/3 and the type',
  rfc: 'RFC 4271 section 6.1',
  of: ['exabgp6'],
  code: 1,
  subcode: 0,
  text: (messageType) => `can not decode update message of type "${messageType}"`,
};

let chosen: OctetsOf = 'rfc';

/** Chosen once, as a program starts: before anything is read, as what was read is not read again. */
export function sendOctetsOf(whose: OctetsOf): void {
  chosen = whose;
}

/** What differs from the RFCs, a line each. */
export function departuresOf(whose: OctetsOf): readonly string[] {
  return [...COMMUNITY_DEPARTURES, UNKNOWN_MESSAGE_DEPARTURE]
    .filter(({ of }) => of.includes(whose))
    .map(({ says, rfc }) => `${says} (${rfc})`);
}

/** The community as it is to be sent, where it was written by name. */
export function namedCommunity(octets: Uint8Array): Uint8Array {
  const departure = COMMUNITY_DEPARTURES.find(
    ({ of, type, subtypes }) =>
      of.includes(chosen) && type === octets[0] && subtypes.includes(octets[1] ?? 0),
  );
  return departure === undefined ? octets : Uint8Array.of(departure.sent, ...octets.subarray(1));
}

/** What a message of an unknown type is answered with, where that is not as RFC 4271 has it. */
export function unknownMessageAnswer(
  messageType: number,
): { readonly code: number; readonly subcode: number; readonly data: Uint8Array } | undefined {
  const { of, code, subcode, text } = UNKNOWN_MESSAGE_DEPARTURE;
  return of.includes(chosen) ? { code, subcode, data: Buffer.from(text(messageType)) } : undefined;
}
