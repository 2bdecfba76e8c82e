import process from 'node:process';
import { findUser, groupsOf } from '../config/users.ts';
import { CliError } from './exit.ts';

/**
 * How to become `daemon.user`, which root alone can; undefined: there is nothing to do.
 * @throws CliError when there is no such user
 */
export function droppingTo(user: string): (() => void) | undefined {
  if (user === '' || process.getuid?.() !== 0) return undefined;
  const found = findUser(user);
  if (found === undefined) throw new CliError(`daemon.user: there is no user '${user}'`);
  const { uid, gid, name } = found;
  if (uid === 0) return undefined;
  return () => {
    process.setgroups?.([gid, ...(name === undefined ? [] : groupsOf(name))]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  };
}
