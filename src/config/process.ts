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

interface ProcessDraft extends SettingsDraft {
  run: readonly string[] | undefined;
  encoder: ProcessConfig['encoder'];
  /** 3.x: which events it is told, in the process itself. */
  readonly events: EventsDraft;
  /** It said something of its events. */
  old: boolean;
}

/** The program and its arguments, words that touch being one; the program resolved to a path. */
function run(words: Words, { target, statement, context }: Place<ProcessDraft>): void {
  const program = words.next('a program');
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
    value: (words, { target }) => {
      target.old = true;
      if (boolean(words, true)) set(target.events);
    },
  };
}

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
  return { ...place, target: place.target.events };
}

const PROCESS = new Section<ProcessDraft>('process', [
  { word: 'run', value: run },
  {
    word: 'encoder',
    value: (words, { target }) => {
      target.encoder = words.oneOf(ENCODERS, 'an encoder');
    },
  },
  ...SETTINGS_ROWS,
  // Never more than a note of how commands are read, which is one way for all.
  { word: 'decoder', since: '3.x only', value: (words) => void words.oneOf(ENCODERS, 'a decoder') },
  ...[...CHANGE_ROWS, ...DIRECTION_ROWS].map(eventsRow),
  ...Object.entries(FLAT).map(flatRow),
]);

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
    const name = words.next('the name of the process');
    const { block, context } = place;
    const draft: ProcessDraft = {
      run: undefined,
      encoder: 'text',
      respawn: true,
      settings: PROCESS_DEFAULTS,
      events: emptyEvents(),
      old: false,
    };
    const errorsBefore = context.errors.length;
    PROCESS.read(block, draft, context);
    const old = nested || draft.old;
    const duplicate = this.#words.get(name.text);
    this.#words.set(name.text, duplicate ?? name);
    if (draft.run === undefined) {
      if (context.errors.length === errorsBefore)
        throw new Refusal(name, `process '${name.text}' has no 'run'`);
      return undefined;
    }
    const { run: argv, encoder, respawn, settings } = draft;
    this.#add(
      { name: name.text, run: argv, encoder, respawn, settings, version: undefined, commandsAll: old },
      name,
      nested,
    );
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
