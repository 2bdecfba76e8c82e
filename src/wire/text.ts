/**
 * What ends a line, moves a cursor or turns the direction of a text: control characters, separators, direction marks,
 * and surrogates without their other half.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]/gu;
const UNSAFE_OR_BACKSLASH = new RegExp(`${UNSAFE.source}|\\\\`, 'gu');
const UNSAFE_IN_LINE = new RegExp(`(?![\n\t])${UNSAFE.source}`, 'gu');

/**
 * Text that came from a peer, safe for a line, a log and a terminal: what is unsafe there, and backslashes, become
 * `\xNN` or `\uNNNN`.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE_OR_BACKSLASH, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : escapedUnit(c);
  });
}

/** As `printable`, but for the backslash: what was printable before stays as it is. What is unsafe becomes `\uNNNN`. */
export function safeLine(text: string): string {
  return text.replace(UNSAFE, (c) => escapedUnit(c));
}

/** As `safeLine` for some lines at once, which may have tabs. @param backslash what escapes begin with */
export function safeLines(text: string, backslash = '\\'): string {
  return text.replace(UNSAFE_IN_LINE, (c) => escapedUnit(c, backslash));
}

function escapedUnit(c: string, backslash = '\\'): string {
  return `${backslash}u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
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
