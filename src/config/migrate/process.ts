import { isAbsolute } from 'node:path';
import type { Statement } from '../../syntax/parse.ts';
import type { EventsDraft } from '../api.ts';
import { MESSAGE_KINDS } from '../model.ts';
import { OLD_WORDS, readProcess } from '../process.ts';
import { reindented, stopOf } from './edits.ts';
import type { Migrating } from './migrating.ts';

/** A process of the 3.x kind: it says itself what it is told, and commands every neighbor. */
export interface OldProcess {
  readonly name: string;
  readonly events: EventsDraft;
}

/** Whether a process at the top level is of the 3.x kind; one in a neighbor or group always is. */
export function oldProcess(statement: Statement, migrating: Migrating): OldProcess | undefined {
  const [name] = statement.words;
  if (name === undefined || statement.block === undefined) return undefined;
  const { events, version } = readProcess(statement.block, migrating.context);
  if (version === undefined) {
    migrating.note(name, `a handler of ExaBGP 3.4 needs 'version 3;' in process '${name.text}'`);
  }
  return { name: name.text, events };
}

/** What stands before a program whose commands are turned into those of ExaBGP 6. */
const BRIDGE = 'peerline migrate api -f 4 -t main --exec ';

/** Puts the bridge before every program, wherever its process stands. */
export function wrapPrograms(statements: readonly Statement[], migrating: Migrating): void {
  for (const { word, words, block } of statements) {
    const [program] = words;
    const wrapped = words.some(({ text }) => text === '--exec');
    if (block !== undefined) wrapPrograms(block, migrating);
    else if (word.text === 'run' && program !== undefined && !wrapped) {
      migrating.edits.insert(program.at, BRIDGE);
      migrating.change(program, 'its commands are those of ExaBGP 6 by way of a bridge');
      if (!isAbsolute(program.text))
        migrating.note(program, `the bridge looks for '${program.text}' in PATH alone`);
    }
  }
}

export function saysEvents({ block = [] }: Statement): boolean {
  return block.some(({ word }) => OLD_WORDS.has(word.text) && word.text !== 'decoder');
}

/** Takes from a process at the top level what belongs elsewhere today, and names its encoder. */
export function migrateProcess(statement: Statement, migrating: Migrating): void {
  const { block = [] } = statement;
  const run = block.find(({ word }) => word.text === 'run');
  for (const inner of block) {
    if (!OLD_WORDS.has(inner.word.text)) continue;
    migrating.edits.remove(inner);
    migrating.change(inner.word, `'${inner.word.text}' stands in an api section since 4.0`);
  }
  if (run === undefined || block.some(({ word }) => word.text === 'encoder')) return;
  const indentation = migrating.edits.indentation(run.word.at);
  const line = indentation === '' ? ' ' : `\n${indentation}`;
  migrating.edits.insert(stopOf(run), `${line}encoder text;`);
  migrating.change(run.word, "a process needs an 'encoder' since 4.0");
}

/** A nested process as a section of the top level. */
export function processText(statement: Statement, { edits }: Migrating): string {
  const { block = [] } = statement;
  const kept = block.filter(({ word }) => !OLD_WORDS.has(word.text));
  const lines = kept.map((inner) =>
    reindented(edits.render(inner.word.at, stopOf(inner)), edits.indentation(inner.word.at), '    '),
  );
  if (!kept.some(({ word }) => word.text === 'encoder')) lines.push('    encoder text;');
  return `process ${statement.words[0]?.text ?? ''} {\n${lines.join('\n')}\n}\n\n`;
}

/** An `api` section that names `names`, and tells them what `events` says. */
export function apiText(names: readonly string[], events?: EventsDraft): string {
  const lines = [`processes [ ${names.map(quoted).join(' ')} ];`];
  if (events?.neighborChanges) lines.push('neighbor-changes;');
  for (const flag of ['negotiated', 'fsm', 'signal'] as const) if (events?.[flag]) lines.push(`${flag};`);
  for (const direction of ['receive', 'send'] as const) {
    const said = events === undefined ? [] : selection(events[direction]);
    if (said.length > 0) lines.push(`${direction} {\n${said.map((word) => `    ${word};`).join('\n')}\n}`);
  }
  return `api {\n${reindented(lines.join('\n'), '', '    ')}\n}`;
}

function selection(draft: EventsDraft['receive']): string[] {
  const forms = (['parsed', 'packets', 'consolidate'] as const).filter((form) => draft[form]);
  return [...forms, ...MESSAGE_KINDS.filter((kind) => draft.kinds.has(kind))];
}

function quoted(name: string): string {
  return /^[\w.:/-]+$/.test(name) ? name : JSON.stringify(name);
}

/** The plural is of 3.x. */
export function migrateApi(block: readonly Statement[], migrating: Migrating): void {
  for (const direction of block) {
    for (const { word } of direction.block ?? []) {
      if (word.text === 'updates') migrating.rename(word, 'update');
    }
  }
}
