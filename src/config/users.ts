import { readFileSync } from 'node:fs';
import { type Word, WordError } from '../syntax/words.ts';

/** Whom a process runs as. */
export interface UserConfig {
  readonly uid: number;
  readonly gid: number;
  /** Undefined: a number that /etc/passwd does not have. */
  readonly name: string | undefined;
  readonly home: string | undefined;
}

/** The rows of /etc/passwd or /etc/group, apart; none where it cannot be read. */
function rows(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

/** By name or number. */
export function findUser(text: string): UserConfig | undefined {
  const [name, , uid, gid, , home] =
    rows('/etc/passwd').find(([each, , number]) => each === text || number === text) ?? [];
  if (name !== undefined) return { uid: Number(uid), gid: Number(gid), name, home };
  if (!/^\d{1,9}$/.test(text)) return undefined;
  return { uid: Number(text), gid: Number(text), name: undefined, home: undefined };
}

/** @throws WordError where there is none */
export function userOf(word: Word): UserConfig {
  const found = findUser(word.text);
  if (found !== undefined) return found;
  const names = rows('/etc/passwd').map(([each = '']) => each);
  throw new WordError(word, 'a user of /etc/passwd, or a number', names);
}

/** @throws WordError where there is none */
export function groupOf(word: Word): number {
  const all = rows('/etc/group');
  const gid = all.find(([name]) => name === word.text)?.[2] ?? word.text;
  if (/^\d{1,9}$/.test(gid)) return Number(gid);
  const names = all.map(([each = '']) => each);
  throw new WordError(word, 'a group of /etc/group, or a number', names);
}

/** The groups that a user is in beside their own. */
export function groupsOf(user: string): number[] {
  const named = rows('/etc/group').filter(([, , , members]) => members?.split(',').includes(user));
  return named.map(([, , gid]) => Number(gid));
}
