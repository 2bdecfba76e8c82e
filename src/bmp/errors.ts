/**
 * A BMP message that cannot be read. `fatal`: the common header is broken, nothing after it can be found,
 * the connection ends. Otherwise the message is skipped, counted and told, and the stream goes on.
 */
export class BmpError extends Error {
  /** Octets from the start of the message. */
  readonly offset: number;
  readonly reason: string;
  readonly fatal: boolean;

  constructor(fields: { offset: number; reason: string; fatal?: boolean }, options?: ErrorOptions) {
    super(`${fields.reason} (offset ${fields.offset})`, options);
    this.name = 'BmpError';
    this.offset = fields.offset;
    this.reason = fields.reason;
    this.fatal = fields.fatal ?? false;
  }
}
