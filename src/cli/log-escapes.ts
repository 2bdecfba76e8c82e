import { safeLines } from '../wire/text.ts';

/**
 * A line of JSON in which nothing is unsafe for a terminal, or for who splits lines as Unicode has them: JSON itself
 * escapes only what is below U+0020. It means the same as before.
 */
export function escapedJson(line: string): string {
  return safeLines(line);
}

/** An escape of JSON; `\\` is one of its own. */
const ESCAPE = /\\(?:u00([01][\da-f])|([bfrt])|.)/g;
const CODES: Readonly<Record<string, string>> = { b: '08', f: '0c', r: '0d', t: '09' };

/** As `escapedJson`, and what it means has nothing unsafe but line feeds, too: for who prints strings as they are. */
export function escapedTwice(line: string): string {
  const without = line.replace(ESCAPE, (whole: string, digits?: string, letter = '') => {
    const code = digits ?? CODES[letter];
    return code === undefined || code === '0a' ? whole : `\\\\x${code}`;
  });
  return safeLines(without, '\\\\');
}
