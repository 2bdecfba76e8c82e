import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CommandError } from '../commands/command-error.ts';
import { modernCommand } from '../commands/modern.ts';
import { migrateCommandWords } from '../config/migrate/command.ts';
import { printable } from '../wire/text.ts';
import { CliError } from './exit.ts';

interface Bridge {
  /** Whose commands are written. */
  readonly to: string | undefined;
  /** Absent or empty: standard input has the commands. */
  readonly program: readonly string[];
}

/**
 * Writes the commands of a handler for ExaBGP 4 or 5 to standard output as ExaBGP 6 has them. What stands in standard
 * input (events, answers) goes to the handler as it is.
 */
export async function migrateApi({ to = 'main', program }: Bridge): Promise<void> {
  const rewrite = ['6', 'main'].includes(to) ? rewritten : (line: string) => line;
  const [path, ...args] = program;
  if (path === undefined) await pump(process.stdin, rewrite);
  else process.exitCode = await bridge(path, args, rewrite);
}

async function bridge(path: string, args: readonly string[], rewrite: typeof rewritten): Promise<number> {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (err) => reject(new CliError(`${printable(path)}: ${err.message}`)));
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 0)));
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  // a handler may end before it has read everything
  child.stdin.on('error', () => undefined);
  process.stdin.pipe(child.stdin);
  const [code] = await Promise.all([ended, pump(child.stdout, rewrite)]);
  process.stdin.destroy();
  return code;
}

async function pump(from: Readable, rewrite: typeof rewritten): Promise<void> {
  for await (const line of createInterface({ input: from, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!process.stdout.write(`${rewrite(line)}\n`)) await once(process.stdout, 'drain');
  }
}

/** What is no command is left for the daemon to refuse. */
function rewritten(line: string): string {
  try {
    return migrateCommandWords(modernCommand(line));
  } catch (err) {
    if (!(err instanceof CommandError)) throw err;
    process.stderr.write(`note: ${printable(line.slice(0, 200))}: ${err.message}\n`);
    return line;
  }
}
