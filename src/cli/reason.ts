import { safeLine } from '../wire/text.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'not allowed to read it',
  EISDIR: 'it is a directory',
  ENOSPC: 'no space is left there',
};

/** Why the system refused something with a file, in few words. */
export function reasonOf(err: unknown): string {
  const { code, message } = err as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? safeLine(message);
}
