import { DIALECTS, type Dialect } from '../bgp/json.ts';
import { gluedWords, type Statement } from '../syntax/parse.ts';
import { type Word, WordError, type Words } from '../syntax/words.ts';
import { apiConfig, CHANGE_ROWS, DIRECTION_ROWS, type EventsDraft, emptyEvents } from './api.ts';
import type { LoadContext } from './context.ts';
import type { ApiDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { PROCESS_DEFAULTS, type ProcessConfig } from './model.ts';
import { SETTINGS_ROWS, type SettingsDraft } from './process-settings.ts';
import { type Keyword, type Place, Section } from './schema.ts';
import { boolean } from './values.ts';

const ENCODERS = ['text', 'json'] as const;

export interface ProcessDraft extends SettingsDraft {
  run: readonly string[] | undefined;
  encoder: ProcessConfig['encoder'];
  version: Dialect | undefined;
  /** 3.x: which events it is told, in the process itself. */
  readonly events: EventsDraft;
  /** It said something of its events. */
  old: boolean;
}

/** The program and its arguments, words that touch being one; the program resolved to a path. */
function run(words: Words, { target, statement, context }: Place<ProcessDraft>): void {
  const program = words.next('a program');
  if (target.run !== undefined)
    context.warn(statement.word, 'a process runs one program: of several the last is run');
  let previous = program;
  while (!words.done) {
    const word = words.next('an argument');
    if (context.onNewLine(previous, word)) throw new WordError(word, `';' after '${previous.text}'`);
    previous = word;
  }
  const [path = '', ...args] = gluedWords(statement.words);
  const resolved = context.resolveProgram(path, context.directory);
  if ('error' in resolved) throw new Refusal(program, `'${path}' cannot be run: ${resolved.error}`);
  target.run = [resolved.path, ...args];
}

/** 3.x said of events in single words what `receive` and `send` say now. */
const FLAT: Readonly<Record<string, (events: EventsDraft) => void>> = {
  'peer-updates': updates,
  'parse-routes': updates,
  'receive-routes': (events) => {
    events.receive.parsed = true;
    events.receive.kinds.add('update');
  },
  'receive-updates': (events) => events.receive.kinds.add('update'),
  'receive-parsed': (events) => {
    events.receive.parsed = true;
  },
  'receive-packets': (events) => {
    events.receive.packets = true;
  },
  'receive-refresh': (events) => events.receive.kinds.add('refresh'),
  'receive-operational': (events) => events.receive.kinds.add('operational'),
  'send-packets': (events) => {
    events.send.packets = true;
  },
};

function updates(events: EventsDraft): void {
  events.receive.parsed = true;
  events.neighborChanges = true;
  events.receive.kinds.add('update');
}

function flatRow([word, set]: readonly [string, (events: EventsDraft) => void]): Keyword<ProcessDraft> {
  return {
    word,
    since: '3.x only',
    value: (words, { target, statement, context }) => {
      target.old = true;
      context.deprecate(statement.word, OF_API);
      if (boolean(words, true)) set(target.events);
    },
  };
}

const OF_API = 'what a process is told stands in an api section, api { processes [ NAME ]; receive { … } }';

/** A row of `api`, in a 3.x process. */
function eventsRow(row: Keyword<EventsDraft>): Keyword<ProcessDraft> {
  const { value, block } = row;
  return {
    word: row.word,
    since: '3.x only',
    ...(value === undefined
      ? {}
      : { value: (words: Words, place: Place<ProcessDraft>) => value(words, eventsPlace(place)) }),
    ...(block === undefined
      ? {}
      : { block: (words, place) => block(words, { ...eventsPlace(place), block: place.block }) }),
  };
}

function eventsPlace(place: Place<ProcessDraft>): Place<EventsDraft> {
  place.target.old = true;
  place.context.deprecate(place.statement.word, OF_API);
  return { ...place, target: place.target.events };
}

/** What stands elsewhere today, or nowhere. */
export const OLD_WORDS: ReadonlySet<string> = new Set([
  'decoder',
  ...[...CHANGE_ROWS, ...DIRECTION_ROWS].map(({ word }) => word),
  ...Object.keys(FLAT),
]);

const PROCESS = new Section<ProcessDraft>('process', [
  { word: 'run', value: run },
  {
    word: 'encoder',
    value: (words, { target }) => {
      target.encoder = words.oneOf(ENCODERS, 'an encoder');
    },
  },
  ...SETTINGS_ROWS,
  {
    word: 'version',
    value: (words, { target }) => {
      const expected = `the version of its events and commands (${DIALECTS.join(', ')})`;
      const word = words.next(expected);
      const version = DIALECTS.find((each) => String(each) === word.text);
      target.version = version ?? words.fail(word, expected);
    },
  },
  // Never more than a note of how commands are read, which is one way for all.
  {
    word: 'decoder',
    since: '3.x only',
    value: (words, { statement, context }) => {
      words.oneOf(ENCODERS, 'a decoder');
      context.deprecate(statement.word, 'commands are read in one way, and it is left out');
    },
  },
  ...[...CHANGE_ROWS, ...DIRECTION_ROWS].map(eventsRow),
  ...Object.entries(FLAT).map(flatRow),
]);

/** What a `process` section says; mistakes go to the context. */
export function readProcess(block: readonly Statement[], context: LoadContext): ProcessDraft {
  const draft: ProcessDraft = {
    run: undefined,
    encoder: context.encoder,
    respawn: true,
    settings: PROCESS_DEFAULTS,
    version: undefined,
    events: emptyEvents(),
    old: false,
  };
  PROCESS.read(block, draft, context);
  return draft;
}

/** In 3.x a process without a name may hold switches, and no program: there is nobody to be told anything. */
function unnamed(
  { block, context }: { readonly block: readonly Statement[]; readonly context: LoadContext },
  words: Words,
): undefined {
  const { run: argv } = readProcess(block, context);
  if (argv !== undefined) words.failNext('the name of the process');
  const [first] = block;
  if (first !== undefined) context.warn(first.word, 'a process without a name and a program does nothing');
}

/** The processes of a file, by name: one each, wherever it was written. */
export class Processes {
  readonly #configs = new Map<string, ProcessConfig>();
  readonly #words = new Map<string, Word>();

  get all(): ProcessConfig[] {
    return [...this.#configs.values()];
  }

  /** Each with the word that names it. */
  get defined(): (readonly [Word, ProcessConfig])[] {
    return this.all.flatMap((config) => {
      const word = this.#words.get(config.name);
      return word === undefined ? [] : [[word, config] as const];
    });
  }

  get names(): string[] {
    return [...this.#words.keys()];
  }

  has(name: string): boolean {
    return this.#words.has(name);
  }

  /**
   * Reads `process NAME { … }`. Inside a group or a neighbor, and wherever it says what it receives, it is of
   * the 3.x kind: it may command every neighbor, and what it receives is returned as an `api` section of the
   * neighbors in scope.
   */
  read(
    words: Words,
    place: { readonly block: readonly Statement[]; readonly context: LoadContext },
    nested: boolean,
  ): ApiDraft | undefined {
    const { block, context } = place;
    if (nested && words.done) return unnamed(place, words);
    const name = words.next('the name of the process');
    const errorsBefore = context.errors.length;
    const draft = readProcess(block, context);
    const old = nested || draft.old;
    const duplicate = this.#words.get(name.text);
    this.#words.set(name.text, duplicate ?? name);
    if (draft.run === undefined) {
      if (context.errors.length === errorsBefore)
        throw new Refusal(name, `process '${name.text}' has no 'run'`);
      return undefined;
    }
    const { run: argv, encoder, respawn, settings, version } = draft;
    this.#add(
      { name: name.text, run: argv, encoder, respawn, settings, version, commandsAll: old },
      name,
      nested,
    );
    if (old && version === undefined) context.oldHandler(name);
    return old ? { config: apiConfig(draft.events, [name.text]), names: [name] } : undefined;
  }

  /** In 3.x each neighbor repeated its process; the same one again is the same one. */
  #add(config: ProcessConfig, name: Word, nested: boolean): void {
    const first = this.#configs.get(config.name);
    const same = first !== undefined && JSON.stringify(first) === JSON.stringify(config);
    if (first !== undefined && !(nested && same)) {
      throw new Refusal(
        name,
        `a process called '${name.text}' is defined before, with another 'run' or elsewhere`,
      );
    }
    this.#configs.set(config.name, config);
  }
}
