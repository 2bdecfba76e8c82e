import { appendFileSync, chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { safeLine, safeLines } from '../wire/text.ts';
import { takesColor } from './color.ts';
import { completeCommand, expandCommand } from './command-words.ts';
import type { Connection } from './connection.ts';
import { CliError } from './exit.ts';
import { isMonitor, refusal, show } from './talk.ts';

const HISTORY_LINES = 1000;
const HELP = `Commands are those of the API; words may be shortened (sh ne su), Tab completes them. 'help' lists them,
'monitor' shows events until Ctrl-C, 'exit' or Ctrl-D leaves.`;

type Connect = () => Promise<Connection>;

interface ShellOptions {
  readonly color: boolean;
}

/** A person at a terminal: prompt, history and completion; ends with `exit` or Ctrl-D. */
export async function interactive(connect: Connect, options: ShellOptions): Promise<void> {
  const shell = new Shell(await connect(), connect, options);
  await shell.run();
}

class Shell {
  readonly #connect: Connect;
  #connection: Connection;
  readonly #color: boolean;
  readonly #interface: Interface;
  #neighbors: readonly string[] = [];
  #stopMonitor: (() => void) | undefined;

  constructor(connection: Connection, connect: Connect, { color }: ShellOptions) {
    this.#connection = connection;
    this.#connect = connect;
    this.#color = color && takesColor(process.stdout.isTTY);
    this.#interface = createInterface({
      input: process.stdin,
      output: process.stdout,
      history: readHistory(),
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      prompt: this.#painted('36', 'peerline> '),
      completer: (line: string) => this.#complete(line),
    });
  }

  async run(): Promise<void> {
    this.#neighbors = await this.#readNeighbors();
    process.stdout.write(`connected to ${this.#connection.place}\n${HELP}\n`);
    this.#interface.on('SIGINT', () => this.#interrupted());
    this.#interface.prompt();
    for await (const text of this.#interface) {
      const line = text.trim();
      if (line === 'exit' || line === 'quit') break;
      if (line !== '' && !line.startsWith('#')) await this.#carryOut(line);
      this.#interface.prompt();
    }
    this.#interface.close();
    this.#connection.close();
  }

  async #carryOut(line: string, again = false): Promise<void> {
    if (!again) writeHistory(line);
    const command = expandCommand(line);
    if (command !== line.split(/\s+/).join(' '))
      this.#print(this.#painted('2', `command: ${safeLine(command)}`));
    const reasons: string[] = [];
    let answered = false;
    const outcome = await show(this.#connection, command, (reply) => {
      answered = true;
      if (reply.startsWith('error: ')) reasons.push(reply.slice('error: '.length));
      else this.#print(safeLines(reply));
    });
    if (outcome !== 'done') this.#print(this.#painted('31', refusal(outcome, command, reasons)));
    if (outcome === 'closed' || outcome === 'timeout') {
      const back = await this.#reconnect();
      if (back && outcome === 'closed' && !answered && !again) await this.#carryOut(line, true);
    }
    if (outcome === 'done' && isMonitor(command)) await this.#monitor();
  }

  /** Events until Ctrl-C. */
  async #monitor(): Promise<void> {
    const stopped = new Promise<'stopped'>((resolve) => {
      this.#stopMonitor = () => resolve('stopped');
    });
    this.#print(this.#painted('2', 'events follow until Ctrl-C'));
    const events = this.#connection.listen();
    for (;;) {
      const next = await Promise.race([stopped, events.next()]);
      if (next === 'stopped') break;
      if (next.done === true) {
        this.#print(this.#painted('31', 'the daemon ended'));
        break;
      }
      this.#print(safeLines(next.value));
    }
    this.#stopMonitor = undefined;
    await this.#reconnect(); // it would go on telling events
  }

  /** A daemon that is gone may be back by the next command. */
  async #reconnect(): Promise<boolean> {
    this.#connection.close();
    try {
      this.#connection = await this.#connect();
      return true;
    } catch (err) {
      if (!(err instanceof CliError)) throw err;
      this.#print(this.#painted('31', safeLines(err.message)));
      return false;
    }
  }

  #interrupted(): void {
    if (this.#stopMonitor !== undefined) {
      this.#stopMonitor();
      return;
    }
    process.stdout.write('\n');
    this.#interface.write(null, { ctrl: true, name: 'u' });
    this.#interface.prompt();
  }

  #complete(line: string): [string[], string] {
    const { candidates, word } = completeCommand(line, this.#neighbors);
    return [candidates.map((each) => `${each} `), word];
  }

  async #readNeighbors(): Promise<string[]> {
    let json = '';
    await show(this.#connection, 'peer list', (line) => {
      if (line.startsWith('[')) json = line;
    });
    const found: unknown = json === '' ? [] : JSON.parse(json);
    const list = Array.isArray(found) ? found : [];
    return list.flatMap((each: { 'peer-address'?: unknown }) =>
      typeof each['peer-address'] === 'string' ? [each['peer-address']] : [],
    );
  }

  #print(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  #painted(code: string, text: string): string {
    return this.#color ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

function historyFile(): string {
  return join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'peerline/history');
}

/** Newest first. */
function readHistory(): string[] {
  try {
    const lines = readFileSync(historyFile(), 'utf8').split('\n');
    return lines
      .filter((line) => line !== '')
      .slice(-HISTORY_LINES)
      .reverse();
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === undefined) throw err;
    return [];
  }
}

/** A home directory that cannot be written to is no reason to do without a shell. */
function writeHistory(line: string): void {
  try {
    mkdirSync(dirname(historyFile()), { recursive: true, mode: 0o700 });
    appendFileSync(historyFile(), `${line}\n`, { mode: 0o600 });
    chmodSync(historyFile(), 0o600);
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === undefined) throw err;
  }
}
