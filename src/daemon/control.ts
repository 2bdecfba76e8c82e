import type { Environment } from '../config/environment.ts';
import type { Event } from '../events/event.ts';
import type { ControlClient, ControlContext } from './control-client.ts';
import { type ControlPlaces, findPipes, socketPath } from './control-paths.ts';
import { ControlPipes } from './control-pipes.ts';
import { ControlSocket, ControlSocketError } from './control-socket.ts';
import type { Journal } from './journal.ts';
import type { Journals } from './journals.ts';
import { LANES } from './lanes.ts';

export interface ControlOptions extends Omit<ControlContext, 'watchers' | 'journal'> {
  readonly api: Environment['api'];
  readonly umask: number;
  readonly places: ControlPlaces;
  readonly journals: Journals;
}

/** No process is called so in a file's name. */
const JOURNAL_NAME = '@control';

/**
 * How people reach the running daemon: a socket of its own, and the pipes of ExaBGP's command line where they
 * were made. It is a convenience: without either the daemon runs on.
 */
export class Control {
  /** Of the routes that clients command; undefined: they are not kept. */
  readonly journal: Journal | undefined;
  readonly #options: ControlOptions;
  readonly #context: ControlContext;
  readonly #watchers = new Set<ControlClient>();
  #socket: ControlSocket | undefined;
  #pipes: ControlPipes | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
    const { journals, log } = options;
    const directory = options.api.persist;
    if (directory !== '') this.journal = journals.open({ directory, name: JOURNAL_NAME, log });
    this.#context = { ...options, watchers: this.#watchers, journal: this.journal };
  }

  get clients(): readonly ControlClient[] {
    return [...(this.#socket?.clients ?? []), ...(this.#pipes === undefined ? [] : [this.#pipes.client])];
  }

  /** Whether somebody wants to be told of events that no process is told of. */
  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  async start(): Promise<void> {
    if (!this.#options.api.cli) return;
    await this.#startSocket();
    this.#startPipes();
  }

  async stop(): Promise<void> {
    this.#pipes?.stop();
    await this.#socket?.stop();
    await this.#options.journals.close(this.journal);
  }

  /** Tells those who watch. */
  deliver(event: Event): void {
    const lane = LANES[event.type] ?? 'event';
    for (const client of this.#watchers) client.tell(event, lane);
  }

  async #startSocket(): Promise<void> {
    const { api, umask, places, log } = this.#options;
    const path = api.socketpath === '' ? socketPath(api.socketname, places) : api.socketpath;
    if (path === undefined) {
      log.info('no control socket: there is no directory for it, and api.socketpath names no file');
      return;
    }
    const socket = new ControlSocket({ ...this.#context, path, umask });
    try {
      await socket.start();
      this.#socket = socket;
      log.info({ path }, 'control socket listens');
    } catch (err) {
      if (!(err instanceof ControlSocketError)) throw err;
      log.warn({ reason: err.message }, 'no control socket');
    }
  }

  #startPipes(): void {
    const { api, places, log } = this.#options;
    const paths = findPipes(api.pipename, places);
    if (paths === undefined) return;
    try {
      this.#pipes = new ControlPipes({ ...this.#context, paths });
      log.info({ ...paths }, 'pipes of the command line are read');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === undefined) throw err;
      log.warn({ ...paths, reason: (err as Error).message }, 'pipes of the command line cannot be opened');
    }
  }
}
