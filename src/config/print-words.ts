/** Lines of one section's content, without its indentation. */
export type Lines = readonly string[];

export function section(head: string, lines: Lines): Lines {
  return [`${head} {`, ...lines.map((line) => `\t${line}`), '}'];
}

export function sectionUnlessEmpty(head: string, lines: Lines): Lines {
  return lines.length === 0 ? [] : section(head, lines);
}

export function statement(name: string, value: string | number | boolean): string {
  return `${name} ${value};`;
}

export function optional(name: string, value: string | number | undefined): Lines {
  return value === undefined ? [] : [statement(name, value)];
}

export function list(name: string, words: readonly string[]): Lines {
  return words.length === 0 ? [] : [`${name} [ ${words.join(' ')} ];`];
}

/** As it is where that is one word, else in quotes. */
export function word(text: string): string {
  return /^[\w./:@%+=~^-]+$/.test(text) ? text : quoted(text);
}

export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
