const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069\\]/gu;

/**
 * Text that came from a peer, safe for a line, a log and a terminal: control characters, line and
 * paragraph separators, direction marks, lone surrogates and backslashes become `\xNN` or `\uNNNN`.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 octets, undefined when they are not valid UTF-8. */
export function utf8(octets: Uint8Array): string | undefined {
  try {
    return UTF8.decode(octets);
  } catch (err) {
    if (err instanceof TypeError) return undefined;
    throw err;
  }
}

/** Octets meant as text: UTF-8 where valid, else Latin-1, so that no octet is lost. Not yet `printable`. */
export function lenientText(octets: Uint8Array): string {
  return utf8(octets) ?? Buffer.from(octets).toString('latin1');
}

export function octetsOfText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}
