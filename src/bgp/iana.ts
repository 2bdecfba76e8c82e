/** BGP message types (RFC 4271 section 4.1, RFC 2918). */
export const MESSAGE_TYPE = {
  open: 1,
  update: 2,
  notification: 3,
  keepalive: 4,
  'route-refresh': 5,
  /** draft-ietf-idr-operational-message: where both sides announced capability 185 only. */
  operational: 6,
} as const;
export type MessageType = keyof typeof MESSAGE_TYPE;

/** AS number that stands for one that needs four octets where there is room for two, RFC 6793. */
export const AS_TRANS = 23456;

/**
 * BGP Error (NOTIFICATION) codes and subcodes by the registry's names: RFC 4271 section 4.5, RFC 4486,
 * 5492, 6608, 7313, 8538, 9234, 9384, 9687.
 */
export const NOTIFICATIONS = {
  'Message Header Error': {
    code: 1,
    subcodes: {
      Unspecific: 0,
      'Connection Not Synchronized': 1,
      'Bad Message Length': 2,
      'Bad Message Type': 3,
    },
  },
  'OPEN Message Error': {
    code: 2,
    subcodes: {
      Unspecific: 0,
      'Unsupported Version Number': 1,
      'Bad Peer AS': 2,
      'Bad BGP Identifier': 3,
      'Unsupported Optional Parameter': 4,
      'Unacceptable Hold Time': 6,
      'Unsupported Capability': 7,
      'Role Mismatch': 11,
    },
  },
  'UPDATE Message Error': {
    code: 3,
    subcodes: {
      Unspecific: 0,
      'Malformed Attribute List': 1,
      'Unrecognized Well-known Attribute': 2,
      'Missing Well-known Attribute': 3,
      'Attribute Flags Error': 4,
      'Attribute Length Error': 5,
      'Invalid ORIGIN Attribute': 6,
      'Invalid NEXT_HOP Attribute': 8,
      'Optional Attribute Error': 9,
      'Invalid Network Field': 10,
      'Malformed AS_PATH': 11,
    },
  },
  'Hold Timer Expired': { code: 4, subcodes: { Unspecific: 0 } },
  'Finite State Machine Error': {
    code: 5,
    subcodes: {
      Unspecific: 0,
      'Receive Unexpected Message in OpenSent State': 1,
      'Receive Unexpected Message in OpenConfirm State': 2,
      'Receive Unexpected Message in Established State': 3,
    },
  },
  Cease: {
    code: 6,
    subcodes: {
      Unspecific: 0,
      'Maximum Number of Prefixes Reached': 1,
      'Administrative Shutdown': 2,
      'Peer De-configured': 3,
      'Administrative Reset': 4,
      'Connection Rejected': 5,
      'Other Configuration Change': 6,
      'Connection Collision Resolution': 7,
      'Out of Resources': 8,
      'Hard Reset': 9,
      'BFD Down': 10,
    },
  },
  'ROUTE-REFRESH Message Error': { code: 7, subcodes: { Unspecific: 0, 'Invalid Message Length': 1 } },
  'Send Hold Timer Expired': { code: 8, subcodes: { Unspecific: 0 } },
} as const;

export type NotificationCode = keyof typeof NOTIFICATIONS;
export type NotificationSubcode<C extends NotificationCode> = keyof (typeof NOTIFICATIONS)[C]['subcodes'] &
  string;

export function notificationNumbers<C extends NotificationCode>(
  code: C,
  subcode: NotificationSubcode<C>,
): { code: number; subcode: number } {
  const row = NOTIFICATIONS[code];
  return { code: row.code, subcode: (row.subcodes as Record<string, number>)[subcode] as number };
}

/** The registry's names of a code and subcode; numbers that it does not hold are named as such. */
export function notificationNames(code: number, subcode: number): { code: string; subcode: string } {
  const found = Object.entries(NOTIFICATIONS).find(([, row]) => row.code === code);
  if (found === undefined) return { code: `unknown error ${code}`, subcode: `unknown subcode ${subcode}` };
  const name = Object.entries(found[1].subcodes).find(([, number]) => number === subcode)?.[0];
  return { code: found[0], subcode: name ?? `unknown subcode ${subcode}` };
}

/** Both names in one line, for a person. */
export function notificationMeaning(code: number, subcode: number): string {
  const names = notificationNames(code, subcode);
  return names.subcode === 'Unspecific' ? names.code : `${names.code}, ${names.subcode}`;
}
