import { mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { BmpRouter } from '../bmp/router.ts';
import type { BmpRelayConfig } from '../config/bmp-model.ts';
import type { Clock } from '../session/clock.ts';
import { RelaySession } from './bmp-relay-session.ts';
import { tlsOptions } from './bmp-tls.ts';
import { crypto } from './builtins.ts';

const SPOOL = /^relay-(\d+)-.*\.spool$/;
let ours: string | undefined;

/** Relays may share a directory, and so a number is given once. */
let files = 0;

interface RelayOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of each router. */
  readonly maximumPeers: number;
}

/** Forwards every router of a station to another one, each over its own connection. */
export class Relay {
  readonly #to: BmpRelayConfig;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #tls: SecureContextOptions | undefined;
  readonly #maximumPeers: number;
  readonly #sessions = new Map<BmpRouter, RelaySession>();
  readonly #leaving = new Set<RelaySession>();

  constructor(to: BmpRelayConfig, options: RelayOptions) {
    const { clock, log, maximumPeers } = options;
    this.#to = to;
    this.#maximumPeers = maximumPeers;
    this.#tls = to.tls && tlsOptions(to.tls);
    this.#clock = clock;
    this.#log = log.child({ relay: `${to.address}:${to.port}` });
    if (to.directory !== undefined) this.#sweep(to.directory);
  }

  get to(): BmpRelayConfig {
    return this.#to;
  }

  /** Of the routers that are connected, and of those that are not but have something left to be told. */
  get sessions(): readonly RelaySession[] {
    return [...this.#sessions.values(), ...this.#leaving];
  }

  frame(router: BmpRouter, octets: Uint8Array): void {
    let session = this.#sessions.get(router);
    if (session === undefined) {
      session = this.#begin(router);
      this.#sessions.set(router, session);
    }
    session.frame(octets);
  }

  ended(router: BmpRouter): void {
    const session = this.#sessions.get(router);
    if (session === undefined) return;
    this.#sessions.delete(router);
    this.#leaving.add(session);
    session.end();
  }

  async stop(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.stop()));
  }

  #begin(router: BmpRouter): RelaySession {
    const { directory } = this.#to;
    const file = directory === undefined ? undefined : join(directory, `${filesOfOurs()}${files++}.spool`);
    const session: RelaySession = new RelaySession({
      to: this.#to,
      tls: this.#tls,
      maximumPeers: this.#maximumPeers,
      router,
      file,
      clock: this.#clock,
      log: this.#log,
      over: () => this.#leaving.delete(session),
    });
    return session;
  }

  /** What a station that was killed left: its routers tell all anew, so that nobody needs it. */
  #sweep(directory: string): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(directory)) {
      const pid = Number(SPOOL.exec(name)?.[1]);
      if (!(pid > 0) || name.startsWith(filesOfOurs()) || (pid !== process.pid && isRunning(pid))) continue;
      const file = join(directory, name);
      this.#log.warn({ file, octets: statSync(file).size }, 'relay: not sent before the last end; told anew');
      unlinkSync(file);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return err instanceof Error && 'code' in err && err.code === 'EPERM';
  }
}

/** What files of this process begin with: in a container each start has the process id of the one before. */
function filesOfOurs(): string {
  ours ??= `relay-${process.pid}-${crypto().randomUUID()}-`;
  return ours;
}
