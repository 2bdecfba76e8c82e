import { randomOf } from './mutate.ts';

/** What must never reach an output as it is. Tabs and line feeds are ours; a line is looked at without its line feed. */
export const UNSAFE_OUTPUT =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** What a line begins with where a hostile text has broken out of its own. */
export const FORGED = 'FORGED';

const PARTS = [
  ...['\n', '\r', '\r\n', '\t', '\u0000', '\u0007', '\b', '\u000b', '\u000c', '\u001b', '\u007f'],
  ...['\u0080', '\u0085', '\u008d', '\u0090', '\u009b', '\u009d', '\u009f', '\u2028', '\u2029', '\ufeff'],
  ...['\u202a', '\u202d', '\u202e', '\u2066', '\u2069', '\u200e', '\u200f', '\u061c'],
  ...['\u001b[2J', '\u001b]0;title\u0007', '\u001b[1A', '\u009b31m', '\u001bP1$r\u001b\\'],
  ...[
    '"',
    "'",
    '\\',
    '\\n',
    '\\u000a',
    '\\x1b',
    '"}\n{"exabgp": "5.0.0"',
    '", "type": "state',
    '`$(id)`',
    '%s%n',
  ],
  ...[
    'done\n',
    '\nerror\n',
    '\ndone\r\n',
    '__proto__',
    'constructor',
    '</script>',
    '{',
    '}',
    '[',
    ']',
    ';',
    '#',
  ],
  ...['é', 'Zürich', '日本', '😀', 'plain words', ' ', 'x'],
];

/** Texts that break lines, JSON and terminals where they are not escaped; the same ones for the same seed. */
export class Hostile {
  readonly #random: (most: number) => number;

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  number(most: number): number {
    return this.#random(most);
  }

  /** Of so many parts at most; now and then half a surrogate pair. */
  text(parts = 8): string {
    let text = '';
    for (let left = this.#random(parts + 1); left > 0; left--) text += this.#part();
    return text;
  }

  /** The text in UTF-8, and octets that are no UTF-8. */
  octets(most = 200): Buffer {
    const octets = Buffer.concat(
      Array.from({ length: 1 + this.#random(3) }, () =>
        this.#random(3) === 0
          ? Buffer.from(Array.from({ length: this.#random(6) }, () => this.#random(256)))
          : Buffer.from(this.text(4)),
      ),
    );
    return octets.subarray(0, most);
  }

  #part(): string {
    switch (this.#random(8)) {
      case 0:
        return String.fromCharCode(this.#random(0x100));
      case 1:
        return String.fromCharCode(this.#random(0x10000));
      case 2:
        return `${PARTS[this.#random(PARTS.length)]}${FORGED}`;
      default:
        return PARTS[this.#random(PARTS.length)] ?? '';
    }
  }
}

/** Lines as those who read them may split them: Python's `splitlines` and terminals know more than line feeds. */
export function linesOf(text: string): string[] {
  return text.split(/[\n\r\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]/);
}

/** What is wrong with an output; undefined: nothing. */
export function wrongWith(output: string): string | undefined {
  const unsafe = UNSAFE_OUTPUT.exec(output);
  if (unsafe !== null) {
    const around = output.slice(Math.max(0, unsafe.index - 100), unsafe.index + 100);
    return `U+${unsafe[0].charCodeAt(0).toString(16).padStart(4, '0')} in ${JSON.stringify(around)}`;
  }
  const forged = linesOf(output).find((line) => line.startsWith(FORGED));
  return forged === undefined ? undefined : `a line of its own: ${JSON.stringify(forged)}`;
}
