const DIGITS = '0123456789abcdef';

/** Lower-case hexadecimal digits, without a prefix. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex');
}

/** The octets of an even number of hexadecimal digits (either case, optional `0x`), else undefined. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = /^0x/i.test(text) ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** `0x` and upper-case digits: how events show a message's header and body. */
export function toHexUpper(octets: Uint8Array): string {
  return `0x${toHex(octets).toUpperCase()}`;
}

/** Two lower-case digits for one octet. */
export function hexOctet(value: number): string {
  return `${DIGITS[(value >> 4) & 15]}${DIGITS[value & 15]}`;
}
