import { type NotificationCode, type NotificationSubcode, notificationNumbers } from './iana.ts';

/**
 * What a malformed attribute costs, weakest first (RFC 7606 section 2): the attribute, the routes of its
 * UPDATE, or the session.
 */
export const ACTIONS = ['attribute-discard', 'treat-as-withdraw', 'session-reset'] as const;
export type Action = (typeof ACTIONS)[number];

/** The stronger of two actions; undefined is none. */
export function strongest(a: Action | undefined, b: Action | undefined): Action | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return ACTIONS.indexOf(a) >= ACTIONS.indexOf(b) ? a : b;
}

/** A path attribute that RFC 7606 calls malformed. All of an UPDATE's are told in its event. */
export class MalformedAttributeError extends Error {
  /** Attribute type code. */
  readonly code: number;
  /** The attribute's word, `as-path`; `attribute-0x..` when unknown. */
  readonly attribute: string;
  readonly action: Action;
  /** What was wrong, without the attribute's name. */
  readonly reason: string;
  /** The attribute as received: flags, type, length and value, as far as present. */
  readonly octets: Uint8Array;
  /** The NOTIFICATION when the action is session-reset. */
  readonly subcode: NotificationSubcode<'UPDATE Message Error'>;
  /** Nothing was wrong with it but that it was there before. */
  readonly repeated: boolean;

  constructor(
    fields: {
      readonly code: number;
      readonly attribute: string;
      readonly action: Action;
      readonly reason: string;
      readonly octets: Uint8Array;
      readonly subcode?: NotificationSubcode<'UPDATE Message Error'>;
      readonly repeated?: boolean;
    },
    options?: ErrorOptions,
  ) {
    super(`${fields.attribute}: ${fields.reason}`, options);
    this.name = 'MalformedAttributeError';
    this.code = fields.code;
    this.attribute = fields.attribute;
    this.action = fields.action;
    this.reason = fields.reason;
    this.octets = fields.octets;
    this.subcode = fields.subcode ?? 'Malformed Attribute List';
    this.repeated = fields.repeated ?? false;
  }
}

/** Ends a session: the NOTIFICATION to send, RFC 4271 section 4.5. */
export class NotificationError extends Error {
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;

  constructor(
    fields: { code: number; subcode: number; data?: Uint8Array; reason: string },
    options?: ErrorOptions,
  ) {
    super(fields.reason, options);
    this.name = 'NotificationError';
    this.code = fields.code;
    this.subcode = fields.subcode;
    this.data = fields.data ?? new Uint8Array(0);
  }
}

/** A NotificationError by the RFC's names; the pair is type-checked. */
export function notify<C extends NotificationCode>(
  code: C,
  subcode: NotificationSubcode<C>,
  detail: { readonly reason?: string; readonly data?: Uint8Array; readonly cause?: unknown } = {},
): NotificationError {
  const numbers = notificationNumbers(code, subcode);
  return new NotificationError(
    {
      ...numbers,
      reason: detail.reason ?? `${code} / ${subcode}`,
      ...(detail.data === undefined ? {} : { data: detail.data }),
    },
    { cause: detail.cause },
  );
}
