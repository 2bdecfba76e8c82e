import { connect, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '../session/clock.ts';
import * as builtins from './builtins.ts';

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;
const CONNECT_MS = 10_000;
/** A connection that lasted so long was a good one: the next attempt comes soon. */
const GOOD_MS = 30_000;

export interface DialerOptions {
  readonly to: { readonly address: string; readonly port: number };
  readonly tls: SecureContextOptions | undefined;
  readonly log: Logger;
  readonly clock: Clock;
  /** Uses the connection; resolves when it is over. */
  use(socket: Socket): Promise<void>;
}

/** Keeps one connection to somebody who waits for it, with growing delays where that fails. */
export class Dialer {
  readonly #options: DialerOptions;
  #stopped = false;
  #socket: Socket | undefined;
  #inUse = false;
  #wake = (): void => {};
  #running: Promise<void> | undefined;
  #delayMs = FIRST_RETRY_MS;

  constructor(options: DialerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** @param gently whoever uses the connection ends it; there will be no other */
  async stop({ gently = false } = {}): Promise<void> {
    this.#stopped = true;
    if (!gently || !this.#inUse) this.#socket?.destroy();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log, to } = this.#options;
    while (!this.#stopped) {
      const startedMs = clock.now();
      const failure = await this.#attempt();
      if (this.#stopped) return;
      if (failure !== undefined) log.warn({ to, reason: failure }, 'cannot connect');
      if (failure === undefined && clock.now() - startedMs >= GOOD_MS) this.#delayMs = FIRST_RETRY_MS;
      await this.#wait(this.#delayMs * (0.75 + clock.random() / 2));
      this.#delayMs = Math.min(this.#delayMs * 2, LAST_RETRY_MS);
    }
  }

  /** Why no connection came about; undefined when one did. */
  async #attempt(): Promise<string | undefined> {
    const { to, tls, use } = this.#options;
    const at = { host: to.address, port: to.port };
    const socket =
      tls === undefined
        ? connect(at)
        : builtins.tls().connect({ ...at, ...tls, checkServerIdentity: () => undefined });
    this.#socket = socket;
    const failure = await established(socket, tls === undefined ? 'connect' : 'secureConnect');
    if (failure === undefined && !this.#stopped) {
      this.#inUse = true;
      await use(socket);
      this.#inUse = false;
    }
    socket.destroy();
    return failure;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function established(socket: Socket, event: 'connect' | 'secureConnect'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const done = (failure?: string) => {
      socket.setTimeout(0);
      socket.off('error', failed).off('timeout', timeout).off('close', closed);
      resolve(failure);
    };
    const failed = (err: Error) => done(err.message);
    const timeout = () => done('no answer');
    const closed = () => done('closed');
    socket.setTimeout(CONNECT_MS);
    // whoever uses the socket hears of errors by its end
    socket.on('error', () => undefined);
    socket
      .once(event, () => done())
      .once('error', failed)
      .once('timeout', timeout)
      .once('close', closed);
  });
}
