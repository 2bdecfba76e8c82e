import type { Logger } from 'pino';
import type { Route } from '../bgp/route.ts';
import { CommandError } from '../commands/command-error.ts';
import type { NeighborConfig, ProcessConfig } from '../config/model.ts';
import type { ChildState } from '../hooks/child-options.ts';
import { pauses, sliced } from '../loop/sliced.ts';
import type { Clock } from '../session/clock.ts';
import type { Move, RouteCommand } from './batch.ts';
import type { Commander, Process } from './commander.ts';
import type { Journal } from './journal.ts';
import type { Peer } from './peer.ts';
import { Readiness } from './readiness.ts';
import { type Leaving, RouteOwners } from './route-owners.ts';

export interface CommandedRoutesOptions {
  readonly peers: () => readonly Peer[];
  readonly config: (process: string) => ProcessConfig | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** A command of an earlier run. @throws CommandError */
  readonly read: (text: string) => Move;
  readonly replay: (process: Commander, move: Move) => void;
}

const ENDED: ReadonlySet<ChildState> = new Set<ChildState>(['waiting', 'ended', 'abandoned', 'stopped']);

/** The routes that processes announced: what becomes of them when processes and the daemon end and start. */
export class CommandedRoutes {
  readonly #options: CommandedRoutesOptions;
  readonly #owners: RouteOwners;
  readonly #readiness: Readiness;

  constructor(options: CommandedRoutesOptions) {
    this.#options = options;
    this.#owners = new RouteOwners((name) => options.config(name)?.settings.onExit === 'withdraw');
    this.#readiness = new Readiness(options.clock, () => {
      for (const peer of options.peers()) peer.readinessChanged();
    });
  }

  /** A command changed routes of a neighbor. */
  moved(process: Commander, peer: Peer, command: RouteCommand): void {
    this.#owners.note(process.config.name, peer, command);
  }

  /** Whether it matters who moves a route of the neighbor. */
  owns(process: Process, peer: Peer): boolean {
    return this.#owners.concerns(process.config.name, peer);
  }

  /** The process says that it has announced what it has to. */
  ready({ config }: Process): void {
    this.#readiness.ready(config.name);
  }

  /** Whether End-of-RIB is to wait. */
  holdsEndOfRib(config: NeighborConfig): boolean {
    return this.#readiness.holds(config);
  }

  processChanged(process: Process, state: ChildState): void {
    const { name } = process.config;
    const config = this.#options.config(name);
    const seconds = config?.settings.readySeconds;
    if (state === 'starting') {
      if (process.journal?.unread === true) this.#readiness.reading(name, true);
      if (seconds === undefined) return;
      this.#readiness.started(name, seconds, () =>
        this.#options.log.warn({ process: name, seconds }, 'process did not say session ready in time'),
      );
    }
    if (!ENDED.has(state)) return;
    if (state !== 'waiting') this.#readiness.ready(name);
    this.#withdraw(process, state);
  }

  /** What was commanded through the control socket is to be announced before End-of-RIB. */
  controlJournal(): void {
    this.#readiness.reading(undefined, true);
  }

  /**
   * Carries out what of a journal still counts, a slice per turn of the loop; End-of-RIB waits for it. What was
   * withdrawn later is never announced, though sessions are up meanwhile.
   */
  async replay(process: Process, journal: Journal): Promise<void> {
    const { name } = process.config;
    if (journal.unread) await this.read(name, journal);
    await this.#carryOut(process, journal);
    this.#readiness.reading(name, false);
  }

  /** The same of the control socket's, which was read before. */
  async replayControl(process: Commander, journal: Journal): Promise<void> {
    await this.#carryOut(process, journal);
    this.#readiness.reading(undefined, false);
  }

  async #carryOut(process: Commander, journal: Journal): Promise<void> {
    const pause = pauses();
    for (const text of journal.lines()) {
      this.#options.replay(process, this.#options.read(text));
      await pause();
    }
    const fields = { process: process.config.name, routes: journal.routes };
    if (journal.routes > 0) this.#options.log.info(fields, 'routes are back from the journal');
  }

  /** What a journal has from an earlier run. */
  async read(name: string, journal: Journal): Promise<void> {
    const log = this.#options.log.child({ process: name });
    const pause = pauses();
    let damaged = 0;
    try {
      for await (const text of journal.read()) {
        if (text === undefined || !succeeds(() => journal.replayed(this.#options.read(text)))) damaged++;
        await pause();
      }
      if (damaged > 0) log.warn({ lines: damaged }, 'journal has lines that cannot be read: left out');
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException;
      if (code === undefined) throw err;
      log.error({ code }, 'journal cannot be read');
    }
  }

  /** A session with other parameters took the place of another: what was announced to one is of the other. */
  replaced(old: Peer, peer: Peer): void {
    this.#owners.replaced(old, peer);
  }

  /** Whether a neighbor is to have a route that commands gave its range, and with it whoever answers for it. */
  inherits(range: Peer, peer: Peer, route: Route): boolean {
    return this.#owners.inherits(range, peer, route);
  }

  stop(): void {
    this.#readiness.stop();
  }

  /** What a process with `on-exit withdraw` announced, once it has ended: much of it a little at a time. */
  #withdraw({ config: { name }, journal }: Process, state: ChildState): void {
    for (const peer of this.#options.peers()) {
      const leaving = this.#owners.leave(name, peer);
      if (leaving === undefined) continue;
      const fields = { process: name, peer: peer.name.peer, routes: leaving.routes.size };
      // when the daemon stops they are to be back with it
      if (state !== 'stopped') journal?.clear();
      void sliced(this.#withdrawing(leaving)).then(() =>
        this.#options.log.info(fields, 'routes of a process withdrawn'),
      );
    }
  }

  *#withdrawing(leaving: Leaving): Generator<void, void, void> {
    for (const route of leaving.routes.routes()) {
      leaving.routes.delete(route.nlri);
      leaving.peer.adjRibOut.withdraw(route);
      yield;
    }
    this.#owners.left(leaving);
    leaving.peer.changed();
  }
}

/** False: it was refused. */
function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (err) {
    if (!(err instanceof CommandError)) throw err;
    return false;
  }
}
