import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Daemon, eventually } from './e2e.ts';

/** A client of the control socket that keeps what it reads. */
export class Client {
  readonly socket: Socket;
  text = '';
  closed = false;

  constructor(path: string) {
    this.socket = connect({ path, allowHalfOpen: true });
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.socket.on('end', () => this.socket.end());
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
    });
    onTestFinished(() => void this.socket.destroy());
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Writes a command, and gives the lines of its reply with the last, `done` or `error`. */
  async ask(command: string): Promise<string[]> {
    const before = this.lines.length;
    this.socket.write(`${command}\n`);
    const end = await eventually(
      () => {
        const at = this.lines.slice(before).findIndex((line) => line === 'done' || line === 'error');
        return at < 0 ? undefined : { at };
      },
      { why: () => `a reply to ${command} in\n${this.text}` },
    );
    return this.lines.slice(before, before + end.at + 1);
  }
}

/** Starts a daemon with a control socket in `dir`. */
export async function controlled(
  dir: string,
  conf: string,
  env: Record<string, string> = {},
  inherits: readonly number[] = [],
): Promise<{ readonly daemon: Daemon; readonly path: string; client(): Client }> {
  const path = join(dir, 'control.sock');
  const own = { peerline_api_cli: 'true', peerline_api_socketpath: path, ...env };
  const daemon = await Daemon.run(dir, conf, own, { inherits });
  await eventually(() => existsSync(path), { why: () => daemon.transcript });
  return { daemon, path, client: () => new Client(path) };
}
