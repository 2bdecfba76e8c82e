import type { Statement } from '../syntax/parse.ts';
import type { Word, Words } from '../syntax/words.ts';
import type { LoadContext } from './context.ts';
import type { ApiDraft } from './draft.ts';
import { type ApiConfig, MESSAGE_KINDS, type MessageKind, type MessageSelection } from './model.ts';
import { type Keyword, Section } from './schema.ts';
import { boolean } from './values.ts';

/** One direction under construction. */
interface SelectionDraft {
  parsed: boolean;
  packets: boolean;
  consolidate: boolean;
  readonly kinds: Set<MessageKind>;
}

/** An `api` section, or what a 3.x process says of its events, under construction. */
export interface EventsDraft {
  readonly names: Word[];
  readonly matches: string[];
  neighborChanges: boolean;
  negotiated: boolean;
  fsm: boolean;
  signal: boolean;
  snapshot: boolean;
  gracefulRestart: boolean;
  readonly receive: SelectionDraft;
  readonly send: SelectionDraft;
}

export function emptyEvents(): EventsDraft {
  const selection = () => ({
    parsed: false,
    packets: false,
    consolidate: false,
    kinds: new Set<MessageKind>(),
  });
  return {
    names: [],
    matches: [],
    neighborChanges: false,
    negotiated: false,
    fsm: false,
    signal: false,
    snapshot: false,
    gracefulRestart: false,
    receive: selection(),
    send: selection(),
  };
}

const FORMS = ['parsed', 'packets', 'consolidate'] as const;
const CHANGES = [
  ['neighbor-changes', 'neighborChanges'],
  ['negotiated', 'negotiated'],
  ['fsm', 'fsm'],
  ['signal', 'signal'],
  ['graceful-restart', 'gracefulRestart'],
] as const;

/** A flag of either direction, and of a process in 3.x. */
function formRow(form: (typeof FORMS)[number], word: string = form): Keyword<SelectionDraft> {
  return {
    word,
    value: (words, { target }) => {
      target[form] = boolean(words, true);
    },
  };
}

function kindRow(kind: MessageKind, word: string = kind): Keyword<SelectionDraft> {
  return {
    word,
    value: (words, { target }) => {
      if (boolean(words, true)) target.kinds.add(kind);
      else target.kinds.delete(kind);
    },
  };
}

/** `updates` is 3.x. */
const SELECTION_ROWS: readonly Keyword<SelectionDraft>[] = [
  ...FORMS.map((form) => formRow(form)),
  ...MESSAGE_KINDS.map((kind) => kindRow(kind)),
  kindRow('update', 'updates'),
];

export const CHANGE_ROWS: readonly Keyword<EventsDraft>[] = CHANGES.map(([word, key]) => ({
  word,
  value: (words, { target }) => {
    target[key] = boolean(words, true);
  },
}));

/** Of the neighbor as a whole: its state, and the routes that it announced. */
const SNAPSHOT: Keyword<EventsDraft> = {
  word: 'snapshot',
  value: (words, { target }) => {
    target.snapshot = boolean(words, true);
  },
};

/** In 3.x `receive` holds `neighbor-changes` too. */
function directionSection(direction: 'receive' | 'send'): Section<EventsDraft> {
  const rows = SELECTION_ROWS.map(
    (row): Keyword<EventsDraft> => ({
      word: row.word,
      value: (words, place) => row.value?.(words, { ...place, target: place.target[direction] }),
    }),
  );
  return new Section(direction, [...rows, ...CHANGE_ROWS, ...(direction === 'receive' ? [SNAPSHOT] : [])]);
}

const RECEIVE = directionSection('receive');
const SEND = directionSection('send');

export const DIRECTION_ROWS: readonly Keyword<EventsDraft>[] = [
  { word: 'receive', block: (_, { block, target, context }) => RECEIVE.read(block, target, context) },
  { word: 'send', block: (_, { block, target, context }) => SEND.read(block, target, context) },
];

function expression(words: Words): string {
  const word = words.next('a regular expression');
  try {
    new RegExp(`^(?:${word.text})`);
    return word.text;
  } catch (err) {
    if (!(err instanceof SyntaxError)) throw err;
    return words.fail(word, 'a regular expression that can be read');
  }
}

const API = new Section<EventsDraft>('api', [
  {
    word: 'processes',
    value: (words, { target }) =>
      void target.names.push(...words.list((w) => w.next('the name of a process'), { commas: true })),
  },
  {
    word: 'processes-match',
    since: '5.0',
    value: (words, { target }) => void target.matches.push(...words.list(expression, { commas: true })),
  },
  ...CHANGE_ROWS,
  ...DIRECTION_ROWS,
]);

/** One `api [NAME] { … }` section. */
export function readApi(words: Words, block: readonly Statement[], context: LoadContext): ApiDraft {
  if (!words.done) context.claim('api section', words.next('a name'));
  const draft = emptyEvents();
  API.read(block, draft, context);
  warnOfSilence(draft, block, context);
  return { config: apiConfig(draft), names: draft.names };
}

/** A kind without a form, or a form without a kind, tells nothing: what ExaBGP's users stumble over most. */
function warnOfSilence(draft: EventsDraft, block: readonly Statement[], context: LoadContext): void {
  for (const direction of ['receive', 'send'] as const) {
    const { kinds, parsed, packets, consolidate } = draft[direction];
    const word = block.find((statement) => statement.word.text === direction)?.word;
    const form = parsed || packets || consolidate;
    if (word === undefined || form === kinds.size > 0) continue;
    const missing = form
      ? `a kind of message (${MESSAGE_KINDS.join(', ')})`
      : 'parsed, packets or consolidate';
    context.warn(word, `'${direction}' tells nothing without ${missing}`);
  }
}

export function apiConfig(draft: EventsDraft, names = draft.names.map((word) => word.text)): ApiConfig {
  const { neighborChanges, negotiated, fsm, signal, snapshot, gracefulRestart } = draft;
  return {
    processes: [...new Set(names)],
    processesMatch: draft.matches,
    neighborChanges,
    negotiated,
    fsm,
    signal,
    snapshot,
    gracefulRestart,
    receive: selectionOf(draft.receive),
    send: selectionOf(draft.send),
  };
}

function selectionOf({ parsed, packets, consolidate, kinds }: SelectionDraft): MessageSelection {
  return { parsed, packets, consolidate, kinds };
}
