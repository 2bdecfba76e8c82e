import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

/** One line of JSON that the daemon gave its handler. */
export interface EventLine {
  readonly type: string;
  readonly neighbor: {
    readonly address: { readonly peer: string };
    readonly message?: { readonly update?: UpdateLine };
  };
}

interface UpdateLine {
  readonly attribute?: Readonly<Record<string, unknown>>;
  readonly announce?: Readonly<Record<string, unknown>>;
  readonly withdraw?: Readonly<Record<string, unknown>>;
}

const POLL_MS = 25;

/** The built command as a daemon that waits for peers, each at an address of its own, and writes what it sees. */
export class LiveDaemon {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #events: string;
  readonly #log: string[] = [];

  private constructor(child: ChildProcess, port: number, events: string) {
    this.#child = child;
    this.port = port;
    this.#events = events;
    child.stderr?.on('data', (chunk: Buffer) => this.#log.push(chunk.toString('utf8')));
  }

  static async start(options: {
    readonly command: string;
    readonly folder: string;
    readonly peers: readonly string[];
  }): Promise<LiveDaemon> {
    const { command, folder, peers } = options;
    const port = await freePort();
    const events = join(folder, 'events.jsonl');
    const handler = join(folder, 'handler.sh');
    const conf = join(folder, 'live.conf');
    writeFileSync(events, '');
    // not `exec`: a handler whose stdout is closed is taken for dead
    writeFileSync(handler, `#!/bin/sh\ncat >>${events}\n`);
    chmodSync(handler, 0o755);
    writeFileSync(conf, configuration(handler, peers));
    const settings = { exabgp_tcp_bind: '127.0.0.1', exabgp_tcp_port: String(port) };
    const env = { ...process.env, EXABGP_ENVFILE: '/dev/null', ...settings };
    const child = spawn(process.execPath, [command, conf], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new LiveDaemon(child, port, events);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last of what it logged. */
  get log(): string {
    return this.#log.join('').slice(-500);
  }

  lines(peer: string): EventLine[] {
    const text = readFileSync(this.#events, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.includes(`"${peer}"`))
      .map((line) => JSON.parse(line) as EventLine);
  }

  /** The events of a peer once `found` holds of them; undefined when it does not in time. */
  async eventually(
    peer: string,
    found: (lines: readonly EventLine[]) => boolean,
    timeoutMs: number,
  ): Promise<EventLine[] | undefined> {
    for (let waited = 0; waited < timeoutMs; waited += POLL_MS) {
      const lines = this.lines(peer);
      if (found(lines)) return lines;
      await wait(POLL_MS);
    }
    return undefined;
  }

  async stop(): Promise<void> {
    if (!this.alive) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const killed = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(killed);
  }
}

function configuration(handler: string, peers: readonly string[]): string {
  const process = `process watch {\n  run ${handler};\n  encoder json;\n}\n`;
  const neighbors = peers.map(
    (peer) => `neighbor ${peer} {
  local-address 127.0.0.1;
  router-id 10.9.0.2;
  local-as 65002;
  peer-as 65001;
  hold-time 30;
  passive true;
  capability { extended-message disable; }
  family { ipv4 unicast; ipv6 unicast; }
  api { processes [ watch ]; receive { parsed; update; open; } }
}
`,
  );
  return process + neighbors.join('');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
