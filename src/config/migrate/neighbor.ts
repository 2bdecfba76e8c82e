import type { Statement } from '../../syntax/parse.ts';
import { reindented, stopOf } from './edits.ts';
import type { Migrating } from './migrating.ts';
import { apiText, migrateApi, type OldProcess, oldProcess } from './process.ts';
import { migrateFamilies, migrateRoutes } from './route.ts';

/** Capability words that stood in the neighbor itself in 3.x, and what they are without a value. */
export const OLD_CAPABILITIES: Readonly<Record<string, string>> = {
  asn4: 'enable',
  'route-refresh': 'enable',
  'graceful-restart': '',
  'add-path': '',
  'multi-session': 'enable',
  aigp: 'enable',
};

export function isOldCapability({ word, block }: Statement): boolean {
  return block === undefined && !word.quoted && Object.hasOwn(OLD_CAPABILITIES, word.text);
}

/**
 * The content of a `neighbor`, a template or a group, of which `pushed` goes to the neighbors. Its 3.x processes
 * are returned, each with its section.
 */
export function migrateContent(
  block: readonly Statement[],
  migrating: Migrating,
  pushed: readonly Statement[] = [],
): { readonly process: OldProcess; readonly statement: Statement }[] {
  const staying = block.filter((each) => !pushed.includes(each));
  migrateCapabilities(staying, migrating);
  const moved: { process: OldProcess; statement: Statement }[] = [];
  for (const statement of block) {
    const { word, block: inner = [] } = statement;
    switch (word.text) {
      case 'md5':
        migrating.rename(word, 'md5-password');
        break;
      case 'ttl-security':
        migrateTtl(statement, migrating);
        break;
      case 'family':
      case 'nexthop':
      case 'add-path':
        migrateFamilies(inner, migrating);
        break;
      case 'static':
      case 'announce':
      case 'flow':
      case 'l2vpn':
        migrateRoutes(inner, migrating);
        break;
      case 'api':
        migrateApi(inner, migrating);
        break;
      case 'process': {
        const process = oldProcess(statement, migrating);
        if (process === undefined) break;
        moved.push({ process, statement });
        moveToApi(statement, process, migrating);
      }
    }
  }
  return moved;
}

/** GTSM both ways, as `ttl-security` had it. */
function migrateTtl(statement: Statement, { edits, change }: Migrating): void {
  const value = statement.words[0]?.text ?? '255';
  const indentation = edits.indentation(statement.word.at);
  const between = indentation === '' ? ' ' : `\n${indentation}`;
  edits.replace(
    statement.word.at,
    stopOf(statement),
    `outgoing-ttl ${value};${between}incoming-ttl ${value};`,
  );
  change(statement.word, "'ttl-security' is 'outgoing-ttl' and 'incoming-ttl' since 4.0");
}

function moveToApi(statement: Statement, process: OldProcess, { edits, change }: Migrating): void {
  const indentation = edits.indentation(statement.word.at);
  const api = reindented(apiText([process.name], process.events), '', indentation).trimStart();
  edits.replace(statement.word.at, stopOf(statement), api);
  change(
    statement.word,
    `process '${process.name}' stands at the top level since 4.0, an api section names it`,
  );
}

/**
 * The old words go into the first `capability` section, or into one of their own. Where a section before them says
 * the same, each becomes a section in its place: the later word counts.
 */
function migrateCapabilities(block: readonly Statement[], migrating: Migrating): void {
  const sections = block.filter(({ word }) => word.text === 'capability');
  for (const section of sections) spaced(section.block ?? [], migrating);
  const old = block.filter(isOldCapability);
  for (const { word } of old)
    migrating.change(word, `'${word.text}' stands in the capability section since 4.0`);
  const [section] = sections.filter((each) => each.block !== undefined);
  if (section === undefined) inOneSection(old, migrating);
  else if (old.every((each) => !saidBefore(each, sections))) join(old, section, migrating);
  else for (const each of old) inOneSection([each], migrating);
}

function saidBefore({ word }: Statement, sections: readonly Statement[]): boolean {
  return sections.some(
    (section) =>
      section.word.at < word.at && (section.block ?? []).some((inner) => inner.word.text === word.text),
  );
}

function join(old: readonly Statement[], section: Statement, { edits }: Migrating): void {
  const lines = old.map((each) => `${capabilityText(each)};`);
  const inner = section.block?.[0];
  const indentation = inner === undefined ? '' : edits.indentation(inner.word.at);
  const text =
    indentation === '' ? ` ${lines.join(' ')}` : lines.map((line) => `\n${indentation}${line}`).join('');
  if (old.length > 0) edits.insert(section.end + 1, text);
  for (const each of old) edits.remove(each);
}

function inOneSection(old: readonly Statement[], { edits }: Migrating): void {
  const [first, ...rest] = old;
  if (first === undefined) return;
  const indentation = edits.indentation(first.word.at);
  edits.replace(
    first.word.at,
    stopOf(first),
    reindented(capabilitySection(old), '', indentation).trimStart(),
  );
  for (const each of rest) edits.remove(each);
}

/** Old words as a section. */
export function capabilitySection(old: readonly Statement[]): string {
  return `capability {\n${old.map((each) => `    ${capabilityText(each)};`).join('\n')}\n}`;
}

function capabilityText({ word, words }: Statement): string {
  const value = words.length === 0 ? OLD_CAPABILITIES[word.text] : words.map(({ text }) => text).join(' ');
  return value === '' ? word.text : `${word.text} ${value}`;
}

/** `route refresh`, as 4.x prints it. */
function spaced(capabilities: readonly Statement[], migrating: Migrating): void {
  for (const { word, words } of capabilities) {
    const [second] = words;
    if (word.text !== 'route' || second?.text !== 'refresh') continue;
    migrating.edits.replace(word.at, second.end, 'route-refresh');
    migrating.change(word, "'route refresh' is 'route-refresh' today");
  }
}

/** Puts statements at the top of a neighbor's block. */
export function insertFirst(neighbor: Statement, texts: readonly string[], migrating: Migrating): void {
  const { edits } = migrating;
  const indentation = indentationIn(neighbor, migrating);
  const first = neighbor.block?.[0]?.word.at ?? neighbor.close;
  const rest = edits.text.slice(neighbor.end + 1, first).includes('\n')
    ? ''
    : `\n${indentation.slice(0, -1)}`;
  edits.insert(
    neighbor.end + 1,
    texts.map((text) => `\n${reindented(text, '', indentation)}`).join('') + rest,
  );
}

/** Puts a statement at the end of a neighbor's block. */
export function insertLast(neighbor: Statement, text: string, migrating: Migrating): void {
  const { edits } = migrating;
  const close = neighbor.close ?? neighbor.end + 1;
  const start = edits.lineStart(close);
  const alone = edits.text.slice(start, close).trim() === '';
  const lines = reindented(text, '', indentationIn(neighbor, migrating));
  const outer = edits.indentation(neighbor.word.at);
  edits.insert(alone ? start : close, alone ? `${lines}\n` : `\n${lines}\n${outer}`);
}

/** Of what stands in a neighbor's block. */
function indentationIn(neighbor: Statement, { edits }: Migrating): string {
  const first = neighbor.block?.[0];
  const found = first === undefined ? '' : edits.indentation(first.word.at);
  return found === '' ? `${edits.indentation(neighbor.word.at)}    ` : found;
}
