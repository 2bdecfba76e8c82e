import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { printable } from '../wire/text.ts';
import { completionScript, HOMES, SHELLS, type ShellName } from './completions.ts';
import { CliError, EXIT } from './exit.ts';
import type { Arguments } from './verbs.ts';

export function completion({ operands }: Arguments<'completion'>): void {
  process.stdout.write(completionScript(shellOf(operands[0])));
}

/** `shell install`, `uninstall` and `completion`, as ExaBGP 6 has them. */
export function shell({ operands: [action = '', name] }: Arguments<'shell'>): void {
  const actions: Readonly<Record<string, (chosen: ShellName) => void>> = {
    install,
    uninstall,
    completion: (chosen) => void process.stdout.write(completionScript(chosen)),
  };
  if (!Object.hasOwn(actions, action)) {
    throw new CliError(`found '${printable(action)}', expected install, uninstall or completion`, EXIT.usage);
  }
  actions[action]?.(shellOf(name));
}

function shellOf(name: string | undefined): ShellName {
  const wanted = name ?? basename(process.env.SHELL ?? 'bash');
  const found = SHELLS.find((each) => each === wanted);
  if (found === undefined) {
    throw new CliError(`'${printable(wanted)}': there is a completion for ${SHELLS.join(', ')}`, EXIT.usage);
  }
  return found;
}

function fileOf(name: ShellName): string {
  return join(homedir(), HOMES[name]);
}

function install(name: ShellName): void {
  const file = fileOf(name);
  attempt(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, completionScript(name));
  });
  process.stdout.write(`${file}: written; new shells complete peerline\n`);
}

function uninstall(name: ShellName): void {
  const file = fileOf(name);
  attempt(file, () => rmSync(file, { force: true }));
  process.stdout.write(`${file}: removed\n`);
}

function attempt(file: string, act: () => void): void {
  try {
    act();
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === undefined) throw err;
    throw new CliError(`${file}: ${(err as Error).message}`);
  }
}
