/** `group A ; B ; …`, commands that are carried out together, taken apart. */
export interface InlineGroup {
  /** The words before `group` that say whom it concerns, with a blank; or nothing. */
  readonly selector: string;
  /** Attributes that all announced routes have in common. */
  readonly attributes: string;
  readonly commands: readonly string[];
}

const GROUP = /^\s*((?:(?:peer|neighbor)\s+.*?\s)?)group\s+(?!(?:start|end)\s*$)(.*)$/;
const ATTRIBUTES = /^attributes?\s+/;

/** Undefined: the line is none. */
export function inlineGroup(line: string): InlineGroup | undefined {
  const match = GROUP.exec(line);
  if (match === null) return undefined;
  const [, selector = '', rest = ''] = match;
  const elements = outsideBraces(rest);
  const [first = ''] = elements;
  const common = ATTRIBUTES.test(first);
  return {
    selector,
    attributes: common ? first.replace(ATTRIBUTES, '') : '',
    commands: common ? elements.slice(1) : elements,
  };
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
