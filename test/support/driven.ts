import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { eventually, script } from './e2e.ts';
import { countWithArgument } from './proc.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into what the program wrote
type Parsed = any;

export interface JsonEvent {
  readonly type: string;
  readonly [member: string]: Parsed;
}

const TAIL_OCTETS = 64 * 1024;
const EVENT = /^\{ ?"exabgp"/;
const END = /^(?:done|error)$/;

/** A handler whose stdout the test writes, and whose stdin the test reads. */
export class Driven {
  /** For `run` in a configuration. */
  readonly run: string;
  readonly #events: string;
  readonly #commands: number;
  readonly #commandsPath: string;

  constructor(dir: string, name = 'driven') {
    const commands = join(dir, `${name}.commands`);
    this.#commandsPath = commands;
    this.#events = join(dir, `${name}.events`);
    execFileSync('mkfifo', [commands]);
    this.#commands = openSync(commands, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(this.#commands));
    this.run = script(
      join(dir, `${name}.sh`),
      `#!/bin/sh\ncat '${commands}' &\nexec cat >> '${this.#events}'\n`,
    );
  }

  /** Writes octets as they are. */
  write(octets: string | Uint8Array): void {
    writeSync(this.#commands, Buffer.from(octets));
  }

  /** Waits until what a killed daemon left is gone: it would take the next command. */
  async alone(): Promise<void> {
    await eventually(() => countWithArgument(this.#commandsPath) === 1);
  }

  /** Every whole line that it was told. */
  get lines(): string[] {
    return existsSync(this.#events) ? readFileSync(this.#events, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** The last lines that it was told, whole ones: cheap, however many there are. */
  get lastLines(): string[] {
    if (!existsSync(this.#events)) return [];
    const file = openSync(this.#events, 'r');
    try {
      const { size } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(size, TAIL_OCTETS));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return tail
        .toString()
        .split('\n')
        .slice(size > tail.length ? 1 : 0, -1);
    } finally {
      closeSync(file);
    }
  }

  /** How many of its lines have this in them: reads in pieces, so that the test goes on meanwhile. */
  async count(part: string): Promise<number> {
    let count = 0;
    for await (const line of createInterface({ input: createReadStream(this.#events) })) {
      if (line.includes(part)) count++;
    }
    return count;
  }

  get replies(): string[] {
    return this.lines.filter((line) => !EVENT.test(line));
  }

  events(type?: string): JsonEvent[] {
    const all = this.lines.filter((line) => EVENT.test(line)).map((line): JsonEvent => JSON.parse(line));
    return type === undefined ? all : all.filter((event) => event.type === type);
  }

  /** Waits for an event that fits. */
  event(type: string, fits: (event: JsonEvent) => boolean = () => true): Promise<JsonEvent> {
    return eventually(() => this.events(type).find(fits), {
      why: () => `event ${type} ${fits} in\n${this.lines.join('\n')}`,
    });
  }

  up(peer?: string, count = 1): Promise<JsonEvent> {
    const fits = ({ neighbor }: JsonEvent) =>
      neighbor.state === 'up' && (peer === undefined || neighbor.address.peer === peer);
    return eventually(() => this.events('state').filter(fits)[count - 1], {
      why: () => `up ${peer} ×${count} in\n${this.lines.join('\n')}`,
    });
  }

  /** Writes a command and gives its whole reply, `done` or `error` last. */
  async command(line: string): Promise<string[]> {
    const before = this.replies.length;
    this.write(`${line}\n`);
    return this.reply(before, line);
  }

  /** The array of JSON that `show … json` answers, parsed. */
  async shown(line: string): Promise<Parsed[]> {
    const [json = '[]'] = await this.command(line);
    return JSON.parse(json);
  }

  /** The reply that starts after `before` lines of replies. */
  reply(before: number, line = ''): Promise<string[]> {
    return eventually(
      () => {
        const since = this.replies.slice(before);
        const end = since.findIndex((each) => END.test(each));
        return end >= 0 && since.slice(0, end + 1);
      },
      { why: () => `reply to ${line} in\n${this.replies.slice(before).join('\n')}` },
    );
  }
}
