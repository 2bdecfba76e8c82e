import { resolve } from 'node:path';
import type { Words } from '../syntax/words.ts';
import {
  type ProcessSettings,
  QUEUE_POLICIES,
  type QueueConfig,
  type QueuePolicy,
  type RestartConfig,
} from './model.ts';
import { type Keyword, type Place, Section } from './schema.ts';
import { groupOf, userOf } from './users.ts';
import { boolean } from './values.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A process under construction, as far as these keywords go. */
export interface SettingsDraft {
  respawn: boolean;
  settings: ProcessSettings;
}

const SIZE = /^(\d{1,12})([kmg]?)$/i;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

const MOST_LINES = 10_000_000;
const MOST_BYTES = 2 ** 40;
const DAY_SECONDS = 86_400;

/** Octets: a number, or one with k, M or G behind it, in either case. */
function size(words: Words, what: string, minimum: number): number {
  const expected = `${what}: octets, from ${minimum}, with k, M or G as 16M`;
  const word = words.next(expected);
  const match = SIZE.exec(word.text);
  const octets = Number(match?.[1] ?? Number.NaN) * (UNITS[match?.[2]?.toLowerCase() ?? ''] ?? 1);
  return octets >= minimum && octets <= MOST_BYTES ? octets : words.fail(word, expected);
}

function directory(words: Words, { context }: Pick<Place<unknown>, 'context'>): string {
  return resolve(context.directory, words.next('a directory').text);
}

const SPILL_BYTES = 512 * 1024 ** 2;

/** `POLICY`, with the directory of `spill`. */
function policy(words: Words, place: Place<Mutable<QueueConfig>>): void {
  const { target } = place;
  target.policy = words.oneOf(QUEUE_POLICIES, 'a policy') satisfies QueuePolicy;
  if (target.policy !== 'spill') return;
  target.spill = { limitBytes: target.spill?.limitBytes ?? SPILL_BYTES, directory: directory(words, place) };
}

const QUEUE = new Section<Mutable<QueueConfig>>('queue', [
  { word: 'policy', value: policy },
  {
    word: 'limit-bytes',
    value: (words, { target }) => {
      target.limitBytes = size(words, 'the size of the queue', 65_536);
    },
  },
  {
    word: 'limit-lines',
    value: (words, { target }) => {
      target.limitLines = words.unsigned('a number of lines', MOST_LINES, 10);
    },
  },
  {
    word: 'limit-seconds',
    value: (words, { target }) => {
      target.limitSeconds = words.unsigned('the seconds that block lasts', DAY_SECONDS, 1);
    },
  },
  {
    word: 'spill-bytes',
    value: (words, { target }) => {
      const limitBytes = size(words, 'the size of what is spilled', 1024 ** 2);
      target.spill = { directory: target.spill?.directory ?? '', limitBytes };
    },
  },
]);

const RESPAWN = new Section<Mutable<RestartConfig>>('respawn', [
  {
    word: 'limit',
    value: (words, { target }) => {
      target.limit = words.take('unlimited') ? undefined : words.unsigned('a number of restarts', 1_000_000);
    },
  },
  {
    word: 'window',
    value: (words, { target }) => {
      target.windowSeconds = words.unsigned('seconds', DAY_SECONDS, 1);
    },
  },
  {
    word: 'max-delay',
    value: (words, { target }) => {
      target.maxDelaySeconds = words.unsigned('seconds', DAY_SECONDS);
    },
  },
]);

/** `environment NAME VALUE` sets, `environment NAME` takes away, `environment clean` leaves out the daemon's. */
function environment(words: Words): (settings: ProcessSettings) => Partial<ProcessSettings> {
  const name = words.next('the name of a variable, or clean');
  if (name.text === 'clean' && words.done) return () => ({ cleanEnvironment: true });
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.text)) words.fail(name, 'the name of a variable');
  const value = words.done ? null : words.next('a value').text;
  return (settings) => ({ environment: { ...settings.environment, [name.text]: value } });
}

function nice(words: Words): number {
  const expected = 'a niceness from -20 to 19';
  const word = words.next(expected);
  const value = /^-?\d{1,2}$/.test(word.text) ? Number(word.text) : Number.NaN;
  return value >= -20 && value <= 19 ? value : words.fail(word, expected);
}

/** A row that sets one member. */
function row<K extends keyof ProcessSettings>(
  word: string,
  key: K,
  read: (words: Words, place: Place<SettingsDraft>) => ProcessSettings[K],
): Keyword<SettingsDraft> {
  return {
    word,
    value: (words, place) => {
      place.target.settings = { ...place.target.settings, [key]: read(words, place) };
    },
  };
}

/** The keywords of a process that ExaBGP does not have, and `respawn`. */
export const SETTINGS_ROWS: readonly Keyword<SettingsDraft>[] = [
  {
    word: 'respawn',
    since: '4.2.1',
    value: (words, { target }) => {
      target.respawn = boolean(words, true);
    },
    block: (_, { block, target, context }) => {
      const restarts = { ...target.settings.restarts };
      RESPAWN.read(block, restarts, context);
      target.respawn = true;
      target.settings = { ...target.settings, restarts };
    },
  },
  {
    word: 'queue',
    value: (words, place) => {
      const queue = { ...place.target.settings.queue };
      policy(words, { ...place, target: queue });
      place.target.settings = { ...place.target.settings, queue };
    },
    block: (_, { block, target, context }) => {
      const queue = { ...target.settings.queue };
      QUEUE.read(block, queue, context);
      target.settings = { ...target.settings, queue };
    },
  },
  row('on-exit', 'onExit', (words) => words.oneOf(['keep', 'withdraw'], 'what becomes of its routes')),
  row('user', 'user', (words) => userOf(words.next('the name or number of a user'))),
  row('group', 'gid', (words) => groupOf(words.next('the name or number of a group'))),
  row('directory', 'directory', directory),
  {
    word: 'environment',
    value: (words, { target }) => {
      target.settings = { ...target.settings, ...environment(words)(target.settings) };
    },
  },
  row('nice', 'nice', nice),
  row('memory', 'memoryBytes', (words) => size(words, 'the memory that it may have', 1024 ** 2)),
  row('persist', 'persist', directory),
  row('ready', 'readySeconds', (words) =>
    words.unsigned('seconds to wait for session ready', DAY_SECONDS, 1),
  ),
];
