import type { Statement } from '../../syntax/parse.ts';
import { reindented, stopOf } from './edits.ts';
import type { Migrating } from './migrating.ts';
import { capabilitySection, insertFirst, isOldCapability } from './neighbor.ts';

/** A group that was taken apart. */
export interface Group {
  readonly statement: Statement;
  readonly neighbors: readonly Statement[];
  /** What goes for all neighbors, and what of it must stand in each, lest the template's value count. */
  readonly shared: readonly Statement[];
  readonly pushed: readonly Statement[];
  readonly inherits: readonly string[];
  /** Undefined: nothing is shared. */
  readonly template: string | undefined;
}

/**
 * Of a value that both say a template's counts, but a neighbor's against its group's. So what some neighbor of
 * the group says too does not go into the template, but into each of the neighbors.
 */
export function takeApart(statement: Statement, names: Set<string>): Group {
  const block = statement.block ?? [];
  const neighbors = block.filter(({ word }) => word.text === 'neighbor');
  const rest = block.filter(({ word }) => !['neighbor', 'process', 'inherit'].includes(word.text));
  const said = new Set(neighbors.flatMap((neighbor) => (neighbor.block ?? []).flatMap(keysOf)));
  const pushed = rest.filter((each) => keysOf(each).some((key) => said.has(key)));
  const shared = rest.filter((each) => !pushed.includes(each));
  const processes = block.some(({ word }) => word.text === 'process');
  const template = shared.length === 0 && !processes ? undefined : unusedName(statement, names);
  return { statement, neighbors, shared, pushed, inherits: inherited(block), template };
}

/** The values that a statement sets: those of lists are joined and none of them. */
function keysOf(statement: Statement): string[] {
  const { word, block } = statement;
  if (isOldCapability(statement)) return [`capability ${word.text}`];
  if (word.text === 'capability') return (block ?? []).map((inner) => `capability ${inner.word.text}`);
  return block === undefined && word.text !== 'inherit' ? [word.text] : [];
}

function inherited(block: readonly Statement[]): string[] {
  return block
    .filter(({ word }) => word.text === 'inherit')
    .flatMap(({ words }) => words.map(({ text }) => text).filter((text) => !['[', ']', ','].includes(text)));
}

function unusedName({ words }: Statement, names: Set<string>): string {
  const base = (words[0]?.text ?? 'group').replace(/[^A-Za-z0-9._-]/g, '-');
  let name = base;
  for (let i = 2; names.has(name); i++) name = `${base}-${i}`;
  names.add(name);
  return name;
}

/** What each neighbor of the group says now: the template's name, and what was pushed down. */
export function editNeighbors(group: Group, migrating: Migrating): void {
  const { edits } = migrating;
  for (const neighbor of group.neighbors) {
    const block = neighbor.block ?? [];
    const own = new Set(block.flatMap(keysOf));
    const needed = group.pushed.filter(
      (each) => each.word.text === 'capability' || keysOf(each).some((key) => !own.has(key)),
    );
    const pushed = pushedTexts(needed, edits);
    // a later template counts more, and a group's values count least of all that is inherited
    const first = group.template === undefined ? [] : [group.template];
    const last = group.inherits;
    const inherits = [...first, ...inherited(block), ...last];
    const changed = first.length + last.length > 0;
    if (changed) {
      for (const each of block) if (each.word.text === 'inherit') edits.remove(each);
      const list = inherits.length === 1 ? inherits[0] : `[ ${inherits.join(' ')} ]`;
      insertFirst(neighbor, [`inherit ${list};`, ...pushed], migrating);
    } else if (pushed.length > 0) insertFirst(neighbor, pushed, migrating);
  }
}

/** In their order, since a later word counts; old capabilities in a row are one section. */
function pushedTexts(statements: readonly Statement[], edits: Migrating['edits']): string[] {
  const texts: string[] = [];
  let old: Statement[] = [];
  for (const [i, each] of statements.entries()) {
    if (isOldCapability(each)) old.push(each);
    else
      texts.push(reindented(edits.render(each.word.at, stopOf(each)), edits.indentation(each.word.at), ''));
    const next = statements[i + 1];
    if (old.length === 0 || (next !== undefined && isOldCapability(next))) continue;
    texts.push(capabilitySection(old));
    old = [];
  }
  return texts;
}

/** The group as a template and neighbors of the top level. To be taken once all edits inside are known. */
export function groupText(group: Group, { edits }: Migrating): string {
  const { statement, template } = group;
  const block = statement.block ?? [];
  const inTemplate: string[] = [];
  const neighbors: string[] = [];
  // the comments of what goes elsewhere stay before what comes next
  let carried: string[] = [];
  for (const each of block) {
    const isNeighbor = each.word.text === 'neighbor';
    if (!isNeighbor && !group.shared.includes(each) && each.word.text !== 'process') {
      carried.push(...commentsOf(each, group, edits));
      continue;
    }
    const to = isNeighbor ? '' : '        ';
    const text = segment(each, group, edits, to);
    const comments = carried.map((comment) => `${to}${comment}\n`).join('');
    // an old capability that went to its section leaves nothing
    if (text.trim() === '') continue;
    (isNeighbor ? neighbors : inTemplate).push(comments + text);
    carried = [];
  }
  const end = block.at(-1) === undefined ? statement.end + 1 : tailOf(block.at(-1) as Statement, edits);
  carried.push(...comments(edits.text.slice(end, statement.close ?? end)));
  const first =
    template === undefined
      ? []
      : [`template {\n    neighbor ${template} {\n${inTemplate.join('\n')}\n    }\n}`];
  return [...first, ...neighbors, ...(carried.length > 0 ? [carried.join('\n')] : [])].join('\n\n');
}

/** A statement with the comments above it and behind it. */
function segment(each: Statement, group: Group, edits: Migrating['edits'], to: string): string {
  const { from, stop } = extent(each, group, edits);
  const text = edits.render(from, stop).replace(/^(?:[ \t]*\n)+/, '');
  return reindented(text, edits.indentation(each.word.at), to);
}

function commentsOf(each: Statement, group: Group, edits: Migrating['edits']): string[] {
  const { from, stop } = extent(each, group, edits);
  const { text } = edits;
  return comments(`${text.slice(from, each.word.at)}\n${text.slice(stopOf(each), stop)}`);
}

function comments(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('#'));
}

function extent(
  each: Statement,
  { statement }: Group,
  edits: Migrating['edits'],
): { readonly from: number; readonly stop: number } {
  const block = statement.block ?? [];
  const before = block[block.indexOf(each) - 1];
  return {
    from: before === undefined ? statement.end + 1 : tailOf(before, edits),
    stop: tailOf(each, edits),
  };
}

/** Behind a statement, and behind the comment on its line. */
function tailOf(statement: Statement, edits: Migrating['edits']): number {
  const stop = stopOf(statement);
  const line = edits.text.slice(stop, edits.lineEnd(stop)).trimEnd();
  return line.trimStart().startsWith('#') ? stop + line.length : stop;
}
