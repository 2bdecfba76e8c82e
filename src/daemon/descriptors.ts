import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { closeSync, constants, openSync } from 'node:fs';
import { connect } from 'node:net';
import type { Logger } from 'pino';

/** There is one everywhere: a changed root need not have `/dev/null`. */
const ANY_FILE = '/';

/** Opens one that nobody needs. Undefined: there are none left, of this process or of all. */
function open(): number | undefined {
  try {
    return openSync(ANY_FILE, constants.O_RDONLY);
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    if (code === 'EMFILE' || code === 'ENFILE') return undefined;
    throw err;
  }
}

/** What Node publishes for every connection that a listener took. */
const CONNECTED = 'net.server.socket';

/**
 * Looks whether there are descriptors left, now and then and after each connection, since nobody else can say so of
 * connections: where there are none Node takes one with a descriptor that it keeps for that and closes it, and tells
 * nobody. It may lose that one to a file that is opened meanwhile; then it looks at the connection again and again
 * without end. It gets another.
 */
export class Descriptors {
  readonly #log: Logger;
  readonly #connected = () => this.#lookAfterConnection();
  #spare: number | undefined;
  #left = true;

  constructor(log: Logger) {
    this.#log = log;
  }

  start(): void {
    this.#spare = open();
    subscribe(CONNECTED, this.#connected);
  }

  look(): void {
    const found = open();
    if (found === undefined) this.#none();
    else this.#some(found);
  }

  stop(): void {
    unsubscribe(CONNECTED, this.#connected);
    this.#giveSpare();
  }

  /** That there are some again is told by the next look: it may be so for a moment only. */
  #lookAfterConnection(): void {
    if (!this.#left) return;
    const found = open();
    if (found === undefined) this.#tell();
    else closeSync(found);
  }

  #none(): void {
    if (this.#left) this.#tell();
    if (this.#spare === undefined) return;
    this.#giveSpare();
    // whatever Node makes a stream for, it looks whether it has that descriptor
    connect({ host: '127.0.0.1', port: 9 }).destroy();
  }

  #some(found: number): void {
    if (this.#spare === undefined) this.#spare = found;
    else closeSync(found);
    if (!this.#left) this.#log.info('there are descriptors again');
    this.#left = true;
  }

  #tell(): void {
    this.#left = false;
    this.#log.error('no descriptors are left (EMFILE): connections are refused, files and programs wait');
  }

  #giveSpare(): void {
    if (this.#spare !== undefined) closeSync(this.#spare);
    this.#spare = undefined;
  }
}
