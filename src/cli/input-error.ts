/** Octets that are no BGP or BMP; the message says where and why. */
export class InputError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'InputError';
  }
}
