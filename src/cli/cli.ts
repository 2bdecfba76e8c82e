import process from 'node:process';
import { printable, safeLine, safeLines } from '../wire/text.ts';
import { expandCommand } from './command-words.ts';
import { type Connection, openConnection } from './connection.ts';
import { CliError, EXIT } from './exit.ts';
import { loadEnvironment } from './load.ts';
import { write } from './output.ts';
import { interactive } from './shell.ts';
import { readInput, STDIN } from './stdin.ts';
import { isMonitor, refusal, show } from './talk.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'cli'>['options'];

/** Commands a running daemon: one command, those of a file or of standard input, or a person's at a terminal. */
export async function cli({ options, operands }: Arguments<'cli'>): Promise<void> {
  const places = placesOf(options);
  if (operands.length === 0 && options.batch === undefined && process.stdin.isTTY) {
    await interactive(() => openConnection(places), { color: !options['no-color'] });
    return;
  }
  const connection = await openConnection(places);
  try {
    if (operands.length > 0) await once(connection, operands.join(' '));
    else await batch(connection, readBatch(options.batch ?? '-'));
  } finally {
    connection.close();
  }
}

function placesOf(options: Options) {
  const { api } = loadEnvironment(options['env-file'], options.root);
  if (options.socket && options.pipe)
    throw new CliError('--socket and --pipe exclude each other', EXIT.usage);
  const named = options.pipename !== undefined && !options.socket;
  return {
    only: options.socket ? ('socket' as const) : options.pipe || named ? ('pipe' as const) : undefined,
    api: {
      socketname: options.socketname ?? api.socketname,
      socketpath: options.socketpath ?? (options.socketname === undefined ? api.socketpath : ''),
      pipename: options.pipename ?? api.pipename,
    },
    root: options.root,
    timeoutMs: secondsOf(options.timeout) * 1000,
  };
}

function secondsOf(text = '5'): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= 86_400) return value;
  throw new CliError(`--timeout: found '${printable(text)}', expected seconds`, EXIT.usage);
}

function readBatch(file: string): string[] {
  const octets = readInput(file === '-' ? STDIN : file);
  return Buffer.from(octets).toString('utf8').split('\n');
}

/** As `exabgpcli` does, the words are shown in full when they were shortened. */
async function once(connection: Connection, words: string): Promise<void> {
  const command = expandCommand(words);
  if (command !== words.trim().split(/\s+/).join(' '))
    process.stderr.write(`command: ${safeLine(command)}\n`);
  await carryOut(connection, command);
}

/** Every command is carried out; the exit code tells whether one was refused. Line ends are those of any system. */
async function batch(connection: Connection, lines: readonly string[]): Promise<void> {
  for (const line of lines.map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line === 'exit' || line === 'quit') return;
    if (!(await carryOut(connection, expandCommand(line)))) return;
  }
}

/** @returns whether the daemon is there for another command */
async function carryOut(connection: Connection, command: string): Promise<boolean> {
  const errors: string[] = [];
  const outcome = await show(connection, command, async (line) => {
    if (line.startsWith('error: ')) errors.push(line.slice('error: '.length));
    else await write(`${safeLines(line)}\n`);
  });
  if (outcome === 'done') {
    if (!isMonitor(command)) return true;
    for await (const line of connection.listen()) await write(`${safeLines(line)}\n`);
    throw new CliError('the daemon ended');
  }
  process.exitCode = EXIT.failure;
  process.stderr.write(`${refusal(outcome, command, errors)}\n`);
  return outcome === 'error';
}
