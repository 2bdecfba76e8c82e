/** `group A ; B ; …`, commands that are carried out together, taken apart. */
export interface InlineGroup {
  /** The words before `group` that say whom it concerns, with a blank; or nothing. */
  readonly selector: string;
  /** Attributes that all announced routes have in common. */
  readonly attributes: string;
  readonly commands: readonly string[];
}

/** A selector is all that stands before the word `group`. */
const SELECTOR = /^\s*(?:peer|neighbor)\s+(?=\S)/;
const GROUP = /\sgroup(?=\s)/g;
const ALONE = /^\s*group(?=\s)/;
const EDGES: readonly string[] = ['', 'start', 'end'];
const ATTRIBUTES = /^attributes?\s+/;

/** Undefined: the line is none. */
export function inlineGroup(line: string): InlineGroup | undefined {
  const place = groupWord(line);
  if (place === undefined) return undefined;
  const selector = line.slice(0, place.at).trimStart();
  const rest = line.slice(place.end).trim();
  if (EDGES.includes(rest)) return undefined;
  const elements = outsideBraces(rest);
  const [first = ''] = elements;
  const common = ATTRIBUTES.test(first);
  return {
    selector,
    attributes: common ? first.replace(ATTRIBUTES, '') : '',
    commands: common ? elements.slice(1) : elements,
  };
}

/** Each pattern looks at a character once: a line may be a million blanks. */
function groupWord(line: string): { readonly at: number; readonly end: number } | undefined {
  const alone = ALONE.exec(line)?.[0].length;
  if (alone !== undefined) return { at: 0, end: alone };
  const selector = SELECTOR.exec(line)?.[0].length;
  if (selector === undefined) return undefined;
  GROUP.lastIndex = selector;
  const found = GROUP.exec(line);
  return found === null ? undefined : { at: found.index + 1, end: GROUP.lastIndex };
}

/** A command of the group as a line of its own. Of a keyword that is there twice the first counts. */
export function groupedCommand({ selector, attributes }: InlineGroup, command: string): string {
  const common = attributes === '' || !/^announce\s/.test(command) ? '' : ` ${attributes}`;
  return `${selector}${command}${common}`;
}

/** Semicolons in braces belong to a flow specification. */
function outsideBraces(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (at < text.length && (char !== ';' || depth > 0)) continue;
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  }
  return parts.filter((part) => part !== '');
}
