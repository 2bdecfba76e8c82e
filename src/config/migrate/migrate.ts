import { parseConfigText, type Statement } from '../../syntax/parse.ts';
import { Source } from '../../syntax/source.ts';
import { configErrors, syntaxError } from '../errors.ts';
import { stopOf } from './edits.ts';
import { editNeighbors, type Group, groupText, takeApart } from './group.ts';
import { type Change, Migrating } from './migrating.ts';
import { insertLast, migrateContent } from './neighbor.ts';
import {
  apiText,
  migrateProcess,
  type OldProcess,
  oldProcess,
  processText,
  saysEvents,
  wrapPrograms,
} from './process.ts';

export type { Change } from './migrating.ts';

export interface Migration {
  /** The file in today's form; the text itself where nothing is old in it. */
  readonly text: string;
  /** What was rewritten, in the order of the text. */
  readonly changes: readonly Change[];
  /** `file:line:column: …`: what a person should look at. */
  readonly notes: readonly string[];
}

/** A neighbor wherever it stands, and which processes its api sections name. */
interface Scope {
  readonly statement: Statement;
  readonly names: ReadonlySet<string>;
}

/**
 * A configuration of ExaBGP 3.4 or 4.x in the form of today: groups as templates, processes at the top level and
 * `api` sections that name them, and the words that changed. Comments stay, and what is in today's form already.
 * The result loads to the same neighbors, routes, processes and events.
 * With `wrapApi` every program is started through the bridge that writes commands as ExaBGP 6 does.
 * @throws ConfigErrors where braces, quotes or semicolons are missing
 */
export function migrate(
  text: string,
  file: string,
  { wrapApi = false }: { readonly wrapApi?: boolean } = {},
): Migration {
  checkShape(text, file);
  const migrating = new Migrating(text, file);
  if (wrapApi) wrapPrograms(migrating.statements, migrating);
  const { statements, edits, changes, notes } = migrating;
  const groups = groupsOf(statements);
  const scopes: Scope[] = [];
  const old: Old = { commanding: new Map(), everywhere: [] };
  const moved = new Map<Statement, string>();
  for (const statement of statements) readStatement(statement, { migrating, groups, scopes, old, moved });
  nameEverywhere(scopes, old, migrating);
  placeAll(statements, groups, moved, migrating);
  changes.sort((a, b) => a.line - b.line);
  return { text: edits.render(), changes, notes };
}

function checkShape(text: string, file: string): void {
  const { errors, unclosed, superfluous } = parseConfigText(text);
  const problems = [...errors, ...unclosed, ...superfluous].map(syntaxError);
  if (problems.length > 0) throw configErrors(new Source(file, text), problems);
}

/** Processes of the 3.x kind. */
interface Old {
  /** They may command every neighbor. */
  readonly commanding: Map<string, Statement>;
  /** At the top level: they are told of every neighbor that does not name them. */
  readonly everywhere: OldProcess[];
}

interface Reading {
  readonly migrating: Migrating;
  readonly groups: ReadonlyMap<Statement, Group>;
  readonly scopes: Scope[];
  readonly old: Old;
  /** Processes that go to the top level, before the statement in which they stood. */
  readonly moved: Map<Statement, string>;
}

function groupsOf(statements: readonly Statement[]): Map<Statement, Group> {
  const names = new Set(
    statements
      .filter(({ word }) => word.text === 'template')
      .flatMap(({ block = [] }) => block.flatMap(({ words }) => words.slice(0, 1).map(({ text }) => text))),
  );
  const groups = statements.filter(({ word, block }) => word.text === 'group' && block !== undefined);
  return new Map(groups.map((statement) => [statement, takeApart(statement, names)]));
}

function readStatement(statement: Statement, reading: Reading): void {
  const { migrating, groups, scopes } = reading;
  const { word, block = [] } = statement;
  const group = groups.get(statement);
  if (word.text === 'process') readProcess(statement, reading);
  else if (word.text === 'template') {
    for (const template of block) migrateContent(template.block ?? [], migrating);
  } else if (word.text === 'neighbor') {
    scopes.push({ statement, names: readContent(statement, statement, reading) });
  } else if (group !== undefined) {
    migrating.change(word, 'a group is a template, and neighbors that inherit it, since 4.0');
    const names = readContent(statement, statement, reading);
    for (const neighbor of group.neighbors) {
      const own = readContent(neighbor, statement, reading);
      scopes.push({ statement: neighbor, names: new Set([...names, ...own]) });
    }
  }
}

function readProcess(statement: Statement, { migrating, old }: Reading): void {
  const process = saysEvents(statement) ? oldProcess(statement, migrating) : undefined;
  if (process !== undefined) {
    old.everywhere.push(process);
    old.commanding.set(process.name, statement);
  }
  migrateProcess(statement, migrating);
}

/** Rewrites a block and gives the names of the processes that it names. `top` is the section it stands in. */
function readContent(statement: Statement, top: Statement, reading: Reading): Set<string> {
  const { migrating, groups, old, moved } = reading;
  const { block = [] } = statement;
  const names = new Set(block.filter(({ word }) => word.text === 'api').flatMap(processesOf));
  for (const { process, statement: section } of migrateContent(
    block,
    migrating,
    groups.get(statement)?.pushed,
  )) {
    names.add(process.name);
    if (!old.commanding.has(process.name)) {
      moved.set(top, (moved.get(top) ?? '') + processText(section, migrating));
    }
    old.commanding.set(process.name, section);
  }
  return names;
}

function processesOf({ block = [] }: Statement): string[] {
  return block
    .filter(({ word }) => word.text === 'processes')
    .flatMap(({ words }) => words.map(({ text }) => text).filter((text) => !['[', ']', ','].includes(text)));
}

/** Every neighbor names the processes that could command it before. */
function nameEverywhere(scopes: readonly Scope[], old: Old, migrating: Migrating): void {
  for (const { statement, names } of scopes) {
    for (const { name, events } of old.everywhere) {
      if (!names.has(name)) insertLast(statement, apiText([name], events), migrating);
    }
    const told = new Set(old.everywhere.map(({ name }) => name));
    const silent = [...old.commanding.keys()].filter((name) => !names.has(name) && !told.has(name));
    if (silent.length > 0) insertLast(statement, apiText(silent), migrating);
  }
}

/** Puts in place what goes elsewhere, once everything inside of it is rewritten. */
function placeAll(
  statements: readonly Statement[],
  groups: ReadonlyMap<Statement, Group>,
  moved: ReadonlyMap<Statement, string>,
  migrating: Migrating,
): void {
  for (const group of groups.values()) editNeighbors(group, migrating);
  const texts = [...groups.values()].map((group) => [group, groupText(group, migrating)] as const);
  for (const [{ statement }, text] of texts) {
    migrating.edits.replace(statement.word.at, stopOf(statement), text);
  }
  statements.forEach((statement) => {
    const text = moved.get(statement);
    if (text !== undefined) migrating.edits.insert(migrating.edits.lineStart(statement.word.at), text);
  });
}
