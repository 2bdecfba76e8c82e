import { CommandError } from './command-error.ts';
import { DONE, ERROR, errorLines } from './reply.ts';
import { spacedJson } from './spaced-json.ts';

/** How a command was written, and what is asked of it beside what it does. */
export interface Request {
  /** The command itself. */
  readonly text: string;
  /** `tagged`: `@ID COMMAND`, `#NUMBER COMMAND`; `json`: `{"id":…,"command":"…"}`. All are always answered, with their id. */
  readonly form: 'plain' | 'tagged' | 'json';
  /** Of `tagged` with the character before it. */
  readonly id: string | number | bigint | undefined;
  /** To be answered once the neighbors' systems have taken what it sends. */
  readonly sync: boolean;
  /** Nothing is to be changed. */
  readonly dryRun: boolean;
}

/** Behind `#` a number alone: ExaBGP's handlers write comments with it, commands that are switched off among them. */
const TAG = /^\s*(@[\w.:-]{1,64}|#\d{1,64}(?=\s+\S))\s+/;
const DRY_RUN = /^\s*dry-run\s+/;
/** What `sync` may end. A watchdog may be called `sync`. */
const ROUTES = /(?:^|\s)(?:announce|withdraw)\s+(?!\s|watchdog\s)|^\s*group\s+end\s/;
const LONGEST_ID = 64;

/**
 * Takes a line apart.
 * @throws CommandError for JSON that is no command
 */
export function parseRequest(line: string): Request {
  if (/^\s*\{/.test(line)) return jsonRequest(line);
  const tag = TAG.exec(line);
  if (tag === null && /^\s*@/.test(line)) {
    throw new CommandError(1, "expected '@', an id of up to 64 letters, digits and . : _ -, and a command");
  }
  const rest = tag === null ? line : line.slice(tag[0].length);
  const form = tag === null ? 'plain' : 'tagged';
  return commandOf(rest, { form, id: tag?.[1], sync: false, dryRun: false });
}

function commandOf(line: string, asked: Omit<Request, 'text'>): Request {
  const dry = DRY_RUN.exec(line);
  const whole = dry === null ? line : line.slice(dry[0].length);
  const before = whole.includes('sync') && ROUTES.test(whole) ? beforeSync(whole) : undefined;
  return {
    ...asked,
    text: before ?? whole,
    sync: asked.sync || before !== undefined,
    dryRun: asked.dryRun || dry !== null,
  };
}

/** What stands before `sync`, where that is the last word; a `;` may follow. */
function beforeSync(text: string): string | undefined {
  const end = text.trimEnd();
  const last = lastWord(end.endsWith(';') ? end.slice(0, -1) : end);
  return last?.word === 'sync' ? last.before : undefined;
}

/**
 * The last of several words, and what stands before it. By hand: a pattern that ends with the text tries every blank of
 * a line of a million blanks, and from each all that follow.
 */
function lastWord(text: string): { readonly word: string; readonly before: string } | undefined {
  const end = text.trimEnd();
  let at = end.length;
  while (at > 0 && end[at - 1]?.trim() !== '') at--;
  const before = end.slice(0, at).trimEnd();
  return before.length === at ? undefined : { word: end.slice(at), before };
}

/** Words that ExaBGP's main branch takes at the end of any command: how it is to be answered. */
const SUFFIXES: readonly string[] = ['sync', 'async', 'json', 'text'];
/** Commands for which the last word means something. */
const MEANS_SOMETHING = /^\s*(?:session\s+)?(?:ping|sync|debug|#)/;

/** A command of version 6 without the word that says how it is to be answered. */
export function withoutSuffix(request: Request): Request {
  const last = MEANS_SOMETHING.test(request.text) ? undefined : lastWord(request.text);
  if (last === undefined || !SUFFIXES.includes(last.word)) return request;
  return { ...request, text: last.before, sync: request.sync || last.word === 'sync' };
}

const MEMBERS = ['id', 'command', 'sync', 'dry-run'];

function jsonRequest(line: string): Request {
  const members = membersOf(line);
  const [id, command] = [members.get('id'), members.get('command')];
  const unknown = [...members.keys()].find((key) => !MEMBERS.includes(key));
  if (typeof command !== 'string')
    throw new CommandError(1, "JSON without a member 'command' that is a string");
  if (unknown !== undefined) throw new CommandError(1, `unknown member '${unknown.slice(0, LONGEST_ID)}'`);
  if (!isId(id))
    throw new CommandError(1, `an id is a number, or a string of up to ${LONGEST_ID} characters`);
  if (/[\r\n]/.test(command)) throw new CommandError(1, 'a command is one line');
  const [sync, dryRun] = ['sync', 'dry-run'].map((key) => {
    const flag = members.get(key) ?? false;
    if (typeof flag !== 'boolean') throw new CommandError(1, `'${key}' is true or false`);
    return flag;
  });
  return commandOf(command, { form: 'json', id, sync: sync === true, dryRun: dryRun === true });
}

/**
 * How a line that is no request is answered: who meant to write JSON reads JSON. Anything else in braces is what a
 * handler shows its author, and is answered as ExaBGP answers it.
 */
export function dialectOf(line: string): Pick<Request, 'form' | 'id'> {
  if (!/^\s*\{/.test(line) || !line.includes('"command"')) return { form: 'plain', id: undefined };
  try {
    const id = membersOf(line).get('id');
    return { form: 'json', id: isId(id) ? id : undefined };
  } catch (err) {
    if (!(err instanceof CommandError)) throw err;
    return { form: 'json', id: undefined };
  }
}

const LONG = 16_384;

/** Whether it is at most one object of plain values: reading what is nested a million deep takes half a second. */
function isFlat(line: string): boolean {
  let objects = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === '\\') at++;
    else if (!quoted && (char === '[' || (char === '{' && ++objects > 1))) return false;
  }
  return true;
}

/** In JSON a quote within a string has a backslash before it: what this finds is a member. */
const WHOLE_ID = /"id"\s*:\s*(-?\d{16,64})(?![\d.eE])/g;

/** An id that is a whole number keeps all its digits: those of nanoseconds are more than a number holds. */
function membersOf(line: string): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>(Object.entries(parsed(line)));
  const id = members.get('id');
  if (typeof id !== 'number' || !Number.isInteger(id) || Number.isSafeInteger(id)) return members;
  const digits = [...line.matchAll(WHOLE_ID)].pop()?.[1];
  return digits === undefined ? members : members.set('id', BigInt(digits));
}

function parsed(line: string): object {
  try {
    const value: unknown = line.length < LONG || isFlat(line) ? JSON.parse(line) : undefined;
    if (typeof value === 'object' && value !== null) return value;
  } catch (err) {
    if (!(err instanceof SyntaxError)) throw err;
  }
  throw new CommandError(1, 'found JSON that cannot be read, expected {"id":…,"command":"…"}');
}

function isId(id: unknown): id is Request['id'] {
  if (typeof id === 'number') return Number.isFinite(id);
  return id === undefined || typeof id === 'bigint' || (typeof id === 'string' && id.length <= LONGEST_ID);
}

/** The lines of an answer, each as the request wants it. */
export function answerOf(request: Pick<Request, 'form' | 'id'>, lines: Iterable<string>): Iterable<string> {
  switch (request.form) {
    case 'plain':
      return lines;
    case 'tagged':
      return mapped(lines, (line) => `${request.id} ${line}`);
    case 'json':
      return mapped(lines, (line) => {
        const ends = line === DONE || line === ERROR;
        return spacedJson({ type: 'reply', id: request.id, ...(ends ? { status: line } : { line }) });
      });
  }
}

/** Of a request that failed: who writes an id can read a reason. */
export function refusalOf(
  request: Pick<Request, 'form' | 'id'>,
  err: CommandError,
  options: Parameters<typeof errorLines>[1],
): Iterable<string> {
  const reasons = request.form !== 'plain' || options.reasons === true;
  if (request.form !== 'json') return answerOf(request, errorLines(err, { ...options, reasons }));
  const { column, reason } = err;
  return [spacedJson({ type: 'reply', id: request.id, status: ERROR, column, reason })];
}

function* mapped(lines: Iterable<string>, make: (line: string) => string): Generator<string, void> {
  for (const line of lines) yield make(line);
}
