/** NOTIFICATION, RFC 4271 section 4.5. */
export interface NotificationMessage {
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;
}
